"""The environments that the commands run in: made at the first use, looked at before each.

An environment is ready when the stamp of the wanted group, written last, equals the hash of the group's lock. One whose
set-up was broken off still holds the mark `unfinished`, and is made anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from series.project import ROOT, Trouble

#: The groups of `pyproject.toml` that live apart.
OWN = ("compare", "peers", "serve")

#: All groups and the folders they live in. What `check` installs contains what `read` does.
FOLDERS = {"read": ".venv", "check": ".venv", **{group: f".venv-{group}" for group in OWN}}
CONTAINED_IN = {"read": ["read", "check"], "check": ["check"], **{group: [group] for group in OWN}}

#: How this person starts us.
COMMAND = "py series" if os.name == "nt" else "python3 series"

MISSING = re.compile("No module named '?(venv|ensurepip)")
NO_PIP = (
    "This Python cannot make an environment: it lacks venv or ensurepip. On Debian or Ubuntu run"
    " 'sudo apt install python3-venv', elsewhere install Python from python.org, and start again."
)
NO_NETWORK = (
    "The packages could not be fetched: check the network connection (and the proxy, if there is one), and start again."
)


def python(group: str, root: Path = ROOT) -> Path:
    """The interpreter of the environment that has the packages of `group`; makes or mends it where needed.

    Raises `Trouble` when that fails; the next call then starts clean.
    """
    folder = root / FOLDERS[group]
    try:
        if not _ready(group, root):
            with alone(folder) as lock:
                # Somebody else may have done it while we waited.
                if not _ready(group, root):
                    _set_up(group, root, lock)
    except KeyboardInterrupt:
        raise Trouble(f"The set-up of {folder.name} was interrupted: start again, and it begins afresh.") from None
    except OSError as error:
        raise Trouble(
            f"The folder {folder} cannot be written ({error.strerror or error}): mend that, or copy the series to a"
            " folder of your own, and start again."
        ) from error
    return _interpreter(folder)


def enter(group: str, arguments: Sequence[str], root: Path = ROOT) -> int | None:
    """Run `series` with `arguments` inside the group's environment and return its exit code; None if we are inside."""
    interpreter = python(group, root)
    folder = root / FOLDERS[group]
    if Path(sys.prefix).samefile(folder):
        return None
    return follow([str(interpreter), str(root / "series"), *arguments])


def follow(command: Sequence[str], cwd: Path | None = None) -> int:
    """Run a child to its end and return its exit code; it gets our Ctrl-C and our termination, and ends before us."""
    child: subprocess.Popen[bytes] | None = None
    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True
        if child is not None:
            child.terminate()

    signal.signal(signal.SIGTERM, end)
    # What is printed is UTF-8, also on a Windows that would choose otherwise.
    child = subprocess.Popen(command, cwd=cwd, env=os.environ | {"PYTHONUTF8": "1"})
    if ended:  # The signal came before there was a child.
        child.terminate()
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue  # The terminal sent it to the child as well, which may have things to put away.
        return code if code >= 0 else 128 - code


def _interpreter(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _stamp(group: str, root: Path) -> str:
    return hashlib.sha256((root / "locks" / f"{group}.txt").read_bytes()).hexdigest()


def _ready(group: str, root: Path) -> bool:
    folder = root / FOLDERS[group]
    stamps = ((folder / f"{name}.ready", name) for name in CONTAINED_IN[group])
    stamped = any(path.is_file() and path.read_text("utf-8") == _stamp(name, root) for path, name in stamps)
    # An upgrade of Python, or a copy from another machine, leaves an interpreter that is gone or finds no packages.
    return stamped and not (folder / "unfinished").exists() and _runs(folder, "import pip")


def _runs(folder: Path, code: str) -> bool:
    try:
        answer = subprocess.run([_interpreter(folder), "-I", "-c", code], capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def _set_up(group: str, root: Path, lock: int) -> None:
    folder, began = root / FOLDERS[group], time.monotonic()
    pins = root / "locks" / f"{group}.txt"
    say(f"Setting up {folder.name} from {pins.relative_to(root).as_posix()}, once; it takes up to a minute.")
    _clear(folder)
    folder.mkdir(exist_ok=True)
    (folder / "unfinished").touch()
    if not _interpreter(folder).exists():
        # The base interpreter, because one from an environment that is being made anew would pull its own ground away.
        base = str(getattr(sys, "_base_executable", sys.executable))
        work([base, "-I", "-m", "venv", "--without-pip", str(folder)], lock)
    interpreter = [str(_interpreter(folder)), "-I", "-m"]
    if not _runs(folder, "import pip"):
        work([*interpreter, "ensurepip"], lock)
    install = ["pip", "install", "--require-hashes", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    work([*interpreter, *install, "-r", str(pins)], lock, pins.read_text("utf-8").count("=="))
    (folder / f"{group}.ready").write_text(_stamp(group, root), "utf-8", newline="\n")
    (folder / "unfinished").unlink()
    say(f"Set up in {time.monotonic() - began:.0f} s.")


def _clear(folder: Path) -> None:
    """Remove an environment that cannot be used; keep a sound one, whoever made it."""
    if not folder.exists() and not folder.is_symlink():
        return
    unfinished = (folder / "unfinished").exists()
    if not unfinished and _runs(folder, "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    if not unfinished and not (folder / "pyvenv.cfg").exists():
        raise Trouble(f"{folder} is in the way and is no Python environment: move it elsewhere, and start again.")
    shutil.rmtree(folder)


def work(command: Sequence[str], lock: int, pins: int = 0) -> None:
    """Run a part of a set-up, with one line of progress on a terminal. Raises `Trouble` when it fails."""
    # The part holds the lock too, so that nobody starts beside it when we alone are killed.
    held = () if sys.platform == "win32" else (lock,)
    settings = os.environ | {"PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=settings,
        pass_fds=held, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        try:
            output = _watched(process.stdout or (), pins)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _explained(output)


def _watched(lines: IO[str] | Sequence[str], pins: int) -> str:
    output, seen = [], 0
    for line in lines:
        output.append(line)
        seen += line.startswith(("Collecting ", "Requirement already"))
        if pins and sys.stderr.isatty():
            doing = "installing" if line.startswith("Installing ") else f"{seen} of {pins} packages"
            print(f"\r{doing:30}", end="\r", file=sys.stderr, flush=True)
    return "".join(output)


def _explained(output: str) -> Trouble:
    if MISSING.search(output):
        return Trouble(NO_PIP)
    if "connection broken by" in output:
        return Trouble(NO_NETWORK)
    errors = [line for line in output.splitlines() if line.startswith("ERROR")] or output.splitlines()[-1:]
    return Trouble(f"The set-up failed: {' '.join(errors).strip() or 'it said nothing'}")


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


@contextmanager
def alone(folder: Path) -> Iterator[int]:
    """Hold the lock of this folder. The system releases it when its holders end, however they end."""
    with Path(f"{folder}.lock").open("a", encoding="utf-8") as file:
        told = False
        while not _locked(file):
            if not told:
                say(f"Another set-up of {folder.name} is at work; waiting for it.")
            told = True
            time.sleep(0.2)
        yield file.fileno()


def _locked(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
