"""Python for the page: Pyodide as npm has it, the packages that steps and suites need, and the steps' files.

All of it goes into one folder of the site. Nothing of it is loaded before a reader asks for it.
"""

from __future__ import annotations

import base64
import gzip
import importlib.metadata
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from series import pyodide, released
from series.exercises import exercises
from series.inspection import PACKED
from series.pages import zipped
from series.project import ROOT, Project, Step, Trouble, reader_files

#: What goes to the site as it is.
PLAYGROUND = ROOT / "series" / "playground"

#: What the steps need, and what their suites need beside it. pytest colours its output with Pygments, and insists.
PACKAGES = ("werkzeug", "jinja2", "markupsafe", "itsdangerous")
TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")

#: Of Pygments no more than the two languages that pytest asks for: all others are eight times as much.
KEPT = re.compile(
    r"(?!\.\.|pygments/lexers/(?!__init__|_mapping|python|diff|_builtin)|pygments/styles/(?!__init__|_mapping|default)"
    r"|pygments/formatters/(?!__init__|_mapping|terminal\.)).*(\.py|dist-info/METADATA|dist-info/.*LICEN[SC]E.*)$"
)
LICENCE = re.compile("dist-info/.*LICEN[SC]E")

#: The modules of ours that pytest needs in the page.
OURS = ("__init__.py", "project.py", "suite_plugin.py")


def pack(project: Project, out: Path, root: Path = ROOT) -> None:
    """Write all that the page's Python needs into the folder `out`.

    Raises `Trouble` when Pyodide cannot be had, the packages here are not those of the locks, or the last step fails.
    """
    archive = pyodide.fetch(root)
    needed, for_tests = Packages(PACKAGES, root), Packages(TESTING, root)
    own = {path.name: path.read_bytes() for path in PLAYGROUND.glob("[!_]*.py")}
    ours = {f"series/{name}": (ROOT / "series" / name).read_bytes() for name in OURS}
    checking = {name: own.pop(name) for name in ["checking.py"]}
    made = {**pyodide.needed(archive), **own}
    made["packages.zip"] = zipped(needed.files)
    made["testing.zip"] = zipped({**checking, **ours, **for_tests.files})
    made |= {f"steps/{step.code}.json": pyodide.as_json(of_step(step)) for step in project.steps}
    made |= pyodide.with_bytecode(made, archive.parent)
    made["size.json"] = pyodide.as_json(sizes(made))
    made["LICENCES.txt"] = licences(pyodide.pinned(root).version, [needed, for_tests])
    pyodide.write(made, out)


class Packages:
    """Packages as they are installed here: their Python files with what says their versions, and their licences.

    Raises `Trouble` when one is not the one of the lock, or has no licence.
    """

    def __init__(self, names: Iterable[str], root: Path) -> None:
        pins = released.pins("read", root)
        self.files: dict[str, bytes] = {}
        self.licences: dict[str, str] = {}
        for name in names:
            here = importlib.metadata.distribution(name)
            if here.version != pins[name]:
                raise Trouble(f"{name} {here.version} is installed, and locks/read.txt names {pins[name]}.")
            paths = {file.as_posix(): Path(str(file.locate())) for file in here.files or ()}
            found = {path: file.read_bytes() for path, file in sorted(paths.items()) if KEPT.match(path)}
            self.files |= {path: content for path, content in found.items() if path.endswith((".py", "METADATA"))}
            texts = [content.decode() for path, content in found.items() if LICENCE.search(path)]
            if not texts:
                raise Trouble(f"{name} {here.version} came without its licence, which a site must give on.")
            self.licences[f"{name} {here.version}"] = "\n\n".join(texts)


def licences(version: str, packages: list[Packages]) -> bytes:
    """What is in the folder, whose it is, and the licences that must go with it."""
    texts = {name: text for each in packages for name, text in each.licences.items()}
    notice, mozilla, python = (
        (ROOT / "series" / "licences" / f"{name}.txt").read_text(encoding="utf-8")
        for name in ("NOTICE", "MPL-2.0", "PSF-2.0")
    )
    texts |= {"Pyodide": mozilla, "Python": python, "The files of this series": (ROOT / "LICENSE").read_text("utf-8")}
    parts = [notice.format(version=version, packages=", ".join(list(texts)[:-3]))]
    parts += [f"{name}\n{'=' * len(name)}\n\n{text.strip()}\n" for name, text in texts.items()]
    return "\n\n".join(parts).encode()


def sizes(files: Mapping[str, bytes]) -> dict[str, object]:
    """What a reader's browser fetches: megabytes before the first page, and before the first check, and each file.

    All as a host sends them that compresses what is not compressed already. A file also has the size it then takes.
    """
    sent = {name: len(_sent(name, content)) for name, content in files.items()}
    step = max((size for name, size in sent.items() if name.startswith("steps/")), default=0)
    first = sum(size for name, size in sent.items() if not name.startswith("steps/") and name != "testing.zip")
    return {
        "megabytes": round((first + step) / 1e6, 1),
        "testing": round(sent["testing.zip"] / 1e6, 1),
        "files": {name: [sent[name], len(files[name])] for name in sorted(files) if not name.startswith("steps/")},
    }


def _sent(name: str, content: bytes) -> bytes:
    return content if name.endswith(PACKED) else gzip.compress(content, 6, mtime=0)


def of_step(step: Step) -> dict[str, object]:
    """A step's files, its suite and its exercises, by their paths; what is no text is `{"base64": …}`."""

    def read(folder: Path, prefix: str = "") -> dict[str, object]:
        return {f"{prefix}{name}": _content(folder / name) for name in reader_files(folder)}

    suite = read(step.suite, f"tests/{step.name}/")
    asked = {each.name: read(each.folder, f"exercises/step{step.code}/{each.name}/") for each in exercises(step)}
    return {
        "name": step.name,
        "files": read(step.folder),
        "suite": _without_patches(suite),
        "exercises": {name: _without_patches(files) for name, files in asked.items()},
    }


def _without_patches(files: dict[str, object]) -> dict[str, object]:
    return {name: content for name, content in files.items() if not name.endswith(".patch")}


def _content(path: Path) -> object:
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}
