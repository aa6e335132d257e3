"""Where the files of an application are, found by the name of the module that makes it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

#: The folders that installed modules are in (site.getsitepackages; Debian's has a name of its own).
INSTALLED = {"site-packages", "dist-packages"}


def find_name(import_name: str) -> str:
    """The name of an application: that of its module, or of the script that Python was started with."""
    file = _file_of("__main__") if import_name == "__main__" else None
    return import_name if file is None else file.stem


def find_root_path(import_name: str) -> str:
    """The folder that the module is in; the working directory when there is no such module, as at the prompt.

    Raises `RuntimeError` for a module that is imported, but not from a folder.
    """
    file = _file_of(import_name)
    if file is not None:
        return str(file.parent)
    # What Python was started with has no spec; without a file it is the prompt.
    if getattr(sys.modules.get(import_name), "__spec__", None) is not None:
        raise RuntimeError(f"No root path can be found for the module {import_name!r}. Pass it: root_path='…'.")
    return str(Path.cwd())


def find_instance_path(import_name: str, root_path: str, name: str) -> str:
    """The folder for what belongs to one installation of the application; it need not exist.

    It is `instance`, beside the module or the outermost package, or beside what is in `root_path` when the module
    has no file. Where Python keeps installed modules it is `$PREFIX/var/NAME-instance` instead.
    """
    library = _library_of(import_name, Path(root_path))
    if library.name not in INSTALLED:
        return str(library / "instance")
    return str(_prefix_of(library) / "var" / f"{name}-instance")


def _file_of(import_name: str) -> Path | None:
    file = getattr(sys.modules.get(import_name), "__file__", None)
    if file is None:
        try:
            spec = find_spec(import_name)
        except (ImportError, ValueError):  # there is no such package; the name is empty, or the module has no spec
            return None
        file = spec.origin if spec is not None and spec.has_location else None
    # Absolute, because the working directory may change. Not resolved: a link is put where its files shall be found.
    return None if file is None else Path(os.path.abspath(file))  # noqa: PTH100


def _library_of(import_name: str, root_path: Path) -> Path:
    """The folder that the module, or the outermost of its packages, is imported from."""
    file = _file_of(import_name)
    if file is None:
        return root_path
    folder = file.parent
    for _ in range(import_name.count(".") + (file.stem == "__init__")):
        folder = folder.parent
    return folder


def _prefix_of(library: Path) -> Path:
    """The folder that Python is installed below: `PREFIX/lib/python3.X/site-packages`, on Windows `PREFIX/Lib/…`."""
    for folder in library.parents[:2]:
        if folder.name.lower() in ("lib", "lib64"):
            return folder.parent
    return library.parent
