"""Pyodide: fetched from npm as the lock names it, cut down to what a browser needs, and run under Node.js."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from series import environment
from series.pages import zipped
from series.project import ROOT, Trouble

#: What a browser needs of Pyodide; the rest of it is for Node, for editors, and for finding faults in Pyodide.
NEEDED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")

#: The archive that Python imports from as it is.
STANDARD = "pyodide/python_stdlib.zip"

IN_NODE = ROOT / "series" / "in_node.mjs"
COMPILING = ROOT / "series" / "compiling.py"

#: How many sets of bytecode stay in the cache.
KEPT = 3

NO_NPM = (
    "Python for the page is fetched by npm and made ready by Node.js, which are not here. Install Node.js, which brings"
    " both, or leave --with-python out."
)
NO_NETWORK = (
    "Pyodide could not be fetched: check the network connection (and the proxy, if there is one), or leave"
    " --with-python out."
)
UNREACHABLE = re.compile("ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|FetchError|network")


class Missing(Trouble):
    """Pyodide cannot be had here, for want of npm, of Node.js or of a network."""


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
                told = f"What npm gave as Pyodide {pin.version} has not the hash in locks/pyodide.txt"
                raise Trouble(f"{told}; nothing of it was kept.")
            found.replace(archive)
    return archive


def integrity(path: Path) -> str:
    """The hash of a file, as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode("ascii")


def _from_npm(pin: Pin, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(NO_NPM)
    command = [npm, "pack", f"pyodide@{pin.version}", "--loglevel=error", "--fetch-retries=1", "--fetch-timeout=60000"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False)
    found = next(folder.glob("*.tgz"), None)
    if found is None or done.returncode:
        said = done.stderr + done.stdout
        if UNREACHABLE.search(said):
            raise Missing(NO_NETWORK)
        last = next((line for line in said.splitlines() if line.startswith("npm error")), "it did not say why")
        raise Trouble(f"Pyodide was not fetched by npm: {last}")
    return found


def needed(archive: Path) -> dict[str, bytes]:
    """The files of npm's archive that a browser needs, by the names they have on the site."""
    try:
        with tarfile.open(archive) as packed:
            members = {name: packed.extractfile(f"package/{name}") for name in NEEDED}
            found = {f"pyodide/{name}": member.read() for name, member in members.items() if member}
    except (tarfile.TarError, KeyError) as error:
        raise Trouble(f"{archive} is not what npm has as Pyodide: {error}. Remove it, and start again.") from error
    # Pyodide's list of packages without the packages: there are none on the site.
    lock = {"info": json.loads(found["pyodide/pyodide-lock.json"])["info"], "packages": {}}
    return found | {"pyodide/pyodide-lock.json": as_json(lock)}


def as_json(value: object) -> bytes:
    """A value as a file."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def with_bytecode(made: dict[str, bytes], cache: Path) -> dict[str, bytes]:
    """The archives among the files, with the bytecode of what is imported at once; made once for the same files.

    Only the last step is run for it. Raises `Trouble` when that fails.
    """
    steps = sorted(name for name in made if name.startswith("steps/"))
    run = {name: made[name] for name in sorted(made) if name not in steps[:-1]}
    state = hashlib.sha256(COMPILING.read_bytes() + b"".join(run.values()))
    kept = cache / f"compiled-{state.hexdigest()[:16]}.zip"
    with environment.alone(cache), tempfile.TemporaryDirectory(dir=cache) as folder:
        if not kept.exists():
            environment.say("Compiling Python for the page, once for these files; it takes some seconds.")
            write(run, Path(folder))
            run_in_node(Path(folder), COMPILING)
            (Path(folder) / "compiled.zip").replace(kept)
            for old in sorted(cache.glob("compiled-*.zip"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                old.unlink()
    try:
        bytecode = _unzipped(kept.read_bytes())
    except (zipfile.BadZipFile, zlib.error) as error:
        raise Trouble(f"{kept} is broken: {error}. Remove it, and start again.") from error
    return {name: _merged(name, content, bytecode) for name, content in made.items() if name.endswith(".zip")}


def _merged(name: str, archive: bytes, bytecode: dict[str, bytes]) -> bytes:
    """An archive with its bytecode: beside the source, but in its place in the archive of the standard library."""
    found = {path.removeprefix(f"{name}/"): code for path, code in bytecode.items() if path.startswith(f"{name}/")}
    replaced = {path.removesuffix("c") for path in found} if name == STANDARD else set()
    files = {path: content for path, content in _unzipped(archive).items() if path not in replaced}
    return zipped(dict(sorted({**files, **found}.items())))


def _unzipped(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def run_in_node(folder: Path, script: Path) -> str:
    """Run a Python script in the Pyodide of a packed folder; return what it prints. Raises `Trouble` if it fails."""
    node = shutil.which("node")
    if node is None:
        raise Missing(NO_NPM)
    command = [node, str(IN_NODE), str(folder), str(script)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise Trouble(f"{script.name} failed in the page's Python:\n{done.stderr.strip()[-2000:]}")
    return done.stdout
