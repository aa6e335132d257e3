"""Compiles, in the page's Python, what is imported on the way to the first page, into `/python/compiled.zip`.

Python would compile each module at each visit, which takes longer than all else. This runs in Pyodide, because no other
Python knows its bytecode.
"""

import importlib.util
import json
import py_compile
import shutil
import site
import sys
import zipfile
from pathlib import Path

SITE = site.getsitepackages()[0]

#: The archives of the packed folder, and where their files are in the page's Python. The suites' is not among them,
#: because it would be more than twice as large, and all that it takes is a second before the first check.
PLACES = {
    "pyodide/python_stdlib.zip": next(place for place in sys.path if place.endswith(".zip")),
    "packages.zip": SITE,
}


def answer_once(files: dict[str, object]) -> None:
    """Let the application of a step answer one request."""
    from bridge import Bridge, lay_out

    folder = Path("/home/pyodide/step")
    folder.mkdir()
    lay_out(files, folder)
    bridge = Bridge(str(folder))
    told = bridge.start() or bridge.ask("GET", "/", [])["errors"]
    assert not told, told


def compiled(source: bytes, path: str) -> bytes:
    """The bytecode of a module, as a file that is believed without a look at the source."""
    draft, made = Path("/tmp/module.py"), "/tmp/module.pyc"
    draft.write_bytes(source)
    # Without docstrings where the source is left out, because nobody reads them there and they are a third of it.
    level, mode = 0 if path.startswith(SITE) else 2, py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(draft), made, dfile=path, doraise=True, optimize=level, invalidation_mode=mode)
    return Path(made).read_bytes()


def main() -> None:
    sys.path.append("/python")
    shutil.unpack_archive("/python/packages.zip", SITE)
    step = max(Path("/python/steps").glob("*.json"))
    answer_once(json.loads(step.read_text(encoding="utf-8"))["files"])
    wanted = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    with zipfile.ZipFile("/python/compiled.zip", "w") as made:
        for name, place in PLACES.items():
            with zipfile.ZipFile(f"/python/{name}") as sources:
                for file in [file for file in sources.namelist() if f"{place}/{file}" in wanted]:
                    # Beside the source, but from an archive Python takes only what is in the source's place.
                    path = importlib.util.cache_from_source(file) if place == SITE else f"{file}c"
                    made.writestr(f"{name}/{path}", compiled(sources.read(file), f"{place}/{file}"))


main()
