"""Python for the page: Pyodide as npm has it, the packages that steps and suites need, and the steps' files.

All of it goes into one folder of the site. Nothing of it is loaded before a reader asks for it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from series import environment, released
from series.exercises import exercises
from series.inspection import PACKED
from series.pages import zipped
from series.project import ROOT, Project, Step, Trouble, reader_files

#: What goes to the site as it is, and what is run to make the rest.
PLAYGROUND = ROOT / "series" / "playground"
COMPILING = ROOT / "series" / "compiling.py"

#: What a browser needs of Pyodide; the rest of it is for Node, for editors, and for finding faults in Pyodide.
NEEDED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

#: What the steps need, and what their suites need beside it. pytest colours its output with Pygments, and insists.
PACKAGES = ("werkzeug", "jinja2", "markupsafe", "itsdangerous")
TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")

#: Of Pygments no more than the two languages that pytest asks for: all others are eight times as much.
LEFT_OUT = re.compile(
    r"pygments/(lexers/(?!__init__|_mapping|python|diff|_builtin)|styles/(?!__init__|_mapping|default)"
    r"|formatters/(?!__init__|_mapping|terminal\.))|werkzeug/debug/shared/"
)

#: The modules of ours that pytest needs in the page.
OURS = ("__init__.py", "project.py", "suite_plugin.py")

STANDARD = "pyodide/python_stdlib.zip"

NO_NPM = (
    "Python for the page is fetched by npm and made ready by Node.js, which are not here. Install Node.js, which brings both, or build without"
    " --with-python."
)
NO_NETWORK = "Pyodide could not be fetched: check the network connection (and the proxy, if there is one)."
UNREACHABLE = re.compile("ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|FetchError|network")


@dataclass(frozen=True)
class Pin:
    """The release of Pyodide that is wanted."""

    version: str
    integrity: str


def pinned(root: Path = ROOT) -> Pin:
    """What `locks/pyodide.txt` names. Raises `Trouble` when it names nothing."""
    path = root / "locks" / "pyodide.txt"
    match = re.search(r"^pyodide@(\S+) (sha512-\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    if not match:
        raise Trouble(f"{path} must hold a line like 'pyodide@314.0.7 sha512-…'.")
    return Pin(match[1], match[2])


def fetch(root: Path = ROOT) -> Path:
    """npm's archive of the pinned Pyodide, fetched unless it is there. Raises `Trouble` when that fails."""
    pin, folder = pinned(root), root / ".cache" / "pyodide"
    archive = folder / f"pyodide-{pin.version}.tgz"
    folder.mkdir(parents=True, exist_ok=True)
    with environment.alone(folder), tempfile.TemporaryDirectory(dir=folder) as temporary:
        if not archive.exists() or integrity(archive) != pin.integrity:
            environment.say(f"Fetching Pyodide {pin.version}, once.")
            found = _from_npm(pin, Path(temporary))
            if integrity(found) != pin.integrity:
                raise Trouble(
                    f"What npm gave as Pyodide {pin.version} has not the hash in locks/pyodide.txt; nothing of it was kept."
                )
            found.replace(archive)
    return archive


def integrity(path: Path) -> str:
    """The hash of a file, as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode("ascii")


def _from_npm(pin: Pin, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Trouble(NO_NPM)
    command = [npm, "pack", f"pyodide@{pin.version}", "--silent", "--fetch-retries=1", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False)
    found = next(folder.glob("*.tgz"), None)
    if found is None or done.returncode:
        said = done.stderr + done.stdout
        last = next((line for line in said.splitlines() if line.startswith("npm error")), "it did not say why")
        raise Trouble(
            NO_NETWORK if UNREACHABLE.search(said) or not said.strip() else f"Pyodide was not fetched: {last}"
        )
    return found


def pack(project: Project, out: Path, root: Path = ROOT) -> None:
    """Write all that the page's Python needs into the folder `out`.

    Raises `Trouble` when Pyodide cannot be had, or the packages here are not those of the locks.
    """
    archive = fetch(root)
    playground = {path.name: path.read_bytes() for path in PLAYGROUND.glob("[!_]*.py")}
    checking = {name: playground.pop(name) for name in ["checking.py"]}
    made = {f"pyodide/{name}": content for name, content in _of_pyodide(archive)} | playground
    made["packages.zip"] = zipped(_of_packages(PACKAGES, root))
    made["testing.zip"] = zipped({**checking, **_of_packages(TESTING, root), **_of_ours()})
    made |= {f"steps/{step.code}.json": _json(of_step(step)) for step in project.steps}
    made |= _with_bytecode(made, archive.parent)
    made["size.json"] = _json(sizes(made))
    _write(made, out)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _with_bytecode(made: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """The archives among the files, with the bytecode of what is imported at once."""
    state = hashlib.sha256(COMPILING.read_bytes() + b"".join(made[name] for name in sorted(made)))
    kept = cache / f"compiled-{state.hexdigest()[:16]}.zip"
    if not kept.exists():
        for old in cache.glob("compiled-*.zip"):
            old.unlink()
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            _write(made, Path(folder))
            run_in_node(Path(folder), COMPILING)
            (Path(folder) / "compiled.zip").replace(kept)
    with zipfile.ZipFile(kept) as compiled:
        bytecode = {name: compiled.read(name) for name in compiled.namelist()}
    return {name: zipped(_merged(name, _unzipped(made[name]), bytecode)) for name in made if name.endswith(".zip")}


def _merged(archive: str, files: dict[str, bytes], bytecode: dict[str, bytes]) -> dict[str, bytes]:
    """The files of an archive with their bytecode, beside the source as Python puts it.

    In the archive of the standard library, from which Python imports as it is, it takes the source's place.
    """
    for path in [path for path in files if f"{archive}/{path}" in bytecode]:
        folder, sign, module = path.rpartition("/")
        beside = f"{folder}{sign}__pycache__/{module.removesuffix('.py')}.cpython-314.pyc"
        files[f"{path}c" if archive == STANDARD else beside] = bytecode[f"{archive}/{path}"]
        if archive == STANDARD:
            del files[path]
    return files


def _unzipped(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def run_in_node(folder: Path, script: Path) -> str:
    """Run a Python script in the Pyodide of a packed folder, and return what it prints. Raises `Trouble` if it fails."""
    node = shutil.which("node")
    if node is None:
        raise Trouble(NO_NPM)
    command = [node, str(ROOT / "series" / "in_node.mjs"), str(folder), str(script)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise Trouble(f"{script.name} failed in the page's Python:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


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


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _of_pyodide(archive: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(archive) as packed:
            for name in (*NEEDED, "pyodide-lock.json"):
                member = packed.extractfile(f"package/{name}")
                content = member.read() if member else b""
                yield name, _short(content) if name.endswith(".json") else content
    except (tarfile.TarError, KeyError) as error:
        raise Trouble(f"{archive} is not what npm has as Pyodide: {error}. Remove it, and start again.") from error


def _short(lock: bytes) -> bytes:
    """The list of Pyodide's own packages without the packages: there are none on the site."""
    return _json({"info": json.loads(lock)["info"], "packages": {}})


def _of_packages(names: Iterable[str], root: Path) -> dict[str, bytes]:
    """The Python files and the names and versions of packages, as they are installed here."""
    pins, found = released.pins("read", root), {}
    for name in names:
        here = importlib.metadata.distribution(name)
        if here.version != pins[name]:
            raise Trouble(f"{name} {here.version} is installed, and locks/read.txt names {pins[name]}.")
        for file in here.files or ():
            path = file.as_posix()
            if (path.endswith(".py") or path.endswith("METADATA")) and not LEFT_OUT.match(path) and ".." not in path:
                found[path] = Path(str(file.locate())).read_bytes()
    return dict(sorted(found.items()))


def _of_ours() -> dict[str, bytes]:
    return {f"series/{name}": (ROOT / "series" / name).read_bytes() for name in OURS}
