"""Compiles, in the page's Python, what is imported on the way to the first page, and pytest: `/python/compiled.zip`.

Python would compile each module at each visit, which takes longer than all else. This runs in Pyodide, because no other
Python knows its bytecode.
"""

import _imp
import importlib._bootstrap_external as bootstrap
import json
import shutil
import sys
import zipfile
from pathlib import Path

SITE = "/lib/python3.14/site-packages"

#: The archives of the packed folder, and where their files are in the page's Python.
PLACES = {
    "pyodide/python_stdlib.zip": "/lib/python314.zip",
    "packages.zip": SITE,
    "testing.zip": SITE,
}


def imported() -> set[str]:
    """The files of all modules that were imported so far."""
    return {str(getattr(module, "__file__", "")) for module in list(sys.modules.values())}


def compiled(source: bytes, path: str) -> bytes:
    """The bytecode of a module, as a file that is believed without a look at the source."""
    # Without docstrings where the source is left out, because nobody reads them there and they are a third of it.
    code = compile(source, path, "exec", dont_inherit=True, optimize=0 if path.startswith(SITE) else 2)
    return bytes(bootstrap._code_to_hash_pyc(code, _imp.source_hash(_imp.pyc_magic_number_token, source), False))


def answer_once(step: Path, folder: Path) -> None:
    """Let the application of a step answer one request."""
    from bridge import Bridge, lay_out

    folder.mkdir()
    lay_out(json.loads(step.read_text(encoding="utf-8"))["files"], folder)
    bridge = Bridge(str(folder))
    told = bridge.start() or bridge.ask("GET", "/", [])["errors"]
    assert not told, told


def main() -> None:
    sys.path.append("/python")
    shutil.unpack_archive("/python/packages.zip", SITE)
    answer_once(max(Path("/python/steps").glob("*.json")), Path("/home/pyodide/step"))
    wanted = imported()
    shutil.unpack_archive("/python/testing.zip", SITE)
    import checking  # noqa: F401

    for_checks = {path for path in imported() if path.startswith(SITE)}
    with zipfile.ZipFile("/python/compiled.zip", "w") as made:
        for name, place in PLACES.items():
            with zipfile.ZipFile(f"/python/{name}") as sources:
                for file in sources.namelist():
                    if f"{place}/{file}" in wanted | for_checks:
                        made.writestr(f"{name}/{file}", compiled(sources.read(file), f"{place}/{file}"))


main()
