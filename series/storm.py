"""The command `storm`: Marginalia under load on four workers, while one worker after another is killed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

from series import environment
from series.project import Project, Trouble, reader_files
from series.released import pins
from series.visitors import PATIENCE, CutOff, Reader, Visitor

#: The readers, each with a thread and a cookie jar; and what serves them.
NAMES = ("Ada", "Babbage", "Charlotte", "Dickens")
SERVER = ("--workers", "4", "--threads", "4", "--bind", "127.0.0.1:0", "--no-control-socket", "--graceful-timeout", "2")

#: What gunicorn runs before it starts: threads take turns 500 times as often as else, so that what can mix does mix.
#: Then each worker says when it is ready.
CONFIGURATION = """\
import sys

sys.setswitchinterval(1e-5)


def post_worker_init(worker):
    worker.log.info("Ready with pid: %s", worker.pid)
"""

#: The seconds between two kills: from, to.
PAUSE = (0.5, 0.9)

#: Where `--write` keeps the figures.
FIGURES = Path("posts", "storm.json")


@dataclass
class Gunicorn:
    """The server: its first process, which leads a group of all its processes, and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def find(self, pattern: str) -> list[str]:
        """What a pattern finds in the log. Raises `Trouble` when the server has ended."""
        if self.process.poll() is not None:
            raise self.fault("gunicorn has ended")
        return re.findall(pattern, self.log.read_text("utf-8", "replace"))

    def fault(self, what: str) -> Trouble:
        """What went wrong, with the last error in the log."""
        errors = re.findall(r"^\w*(?:Error|Exception)\b.*", self.log.read_text("utf-8", "replace"), re.MULTILINE)
        remedy = f"Mend what its log says: {errors[-1]}" if errors else "Its log names no error: start again."
        return Trouble(f"{what}. {remedy}")

    @cached_property
    def port(self) -> int:
        """The free port that it found."""
        return int(self.find(r"Listening at: http://127\.0\.0\.1:(\d+)")[0])

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def told(self, path: str) -> Any:
        """The JSON of a page. Raises `Trouble` when there is none."""
        try:
            return json.loads(Visitor(self.connect).ask("GET", path).body)
        except (CutOff, TimeoutError, ValueError):
            raise self.fault(f"Marginalia does not answer {path}") from None

    def ready(self) -> list[int]:
        """The workers that ever were ready, the oldest first."""
        return [int(pid) for pid in self.find(r"Ready with pid: (\d+)")]

    def kill_in_turn(self, until: float, wanted: Callable[[], bool]) -> int:
        """Kill the oldest worker again and again, but never the only one that is ready; return how many it were."""
        kills = turn = 0
        while wanted() and time.monotonic() < until:
            time.sleep(random.uniform(*PAUSE))
            alive = self.ready()[turn:]
            if len(alive) > 1:
                turn += 1
                with suppress(ProcessLookupError):  # It died of itself, and its number may be another's.
                    if os.getpgid(alive[0]) == self.process.pid:
                        os.kill(alive[0], signal.SIGKILL)
                        kills += 1
        return kills


@dataclass(frozen=True)
class Outcome:
    """The figures of a storm, as the table and the site show them."""

    versions: dict[str, str]
    seconds: float
    requests: int
    kills: int
    cuts: int
    sign_ins: int
    left: int
    deleted: int
    unknown: int
    violations: list[str]


def run(args: argparse.Namespace) -> int:
    """Raise a storm for `args.seconds` and print what it did; exit code 1 when something was lost or mixed up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that what we started ends with us
    project = Project()
    if os.name == "nt":
        raise Trouble("gunicorn needs what Windows lacks: run the storm on Linux or macOS.")
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        for name in reader_files(project.last.folder):
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(project.last.folder / name, Path(folder) / name)
        outcome = storm(Path(folder), args.seconds)
    print("\n".join([*table(outcome), *outcome.violations]))
    if args.write and not outcome.violations:
        (project.root / FIGURES).write_text(json.dumps(asdict(outcome), indent=1) + "\n", "utf-8", newline="\n")
    return 1 if outcome.violations else 0


@contextmanager
def gunicorn(folder: Path) -> Iterator[Gunicorn]:
    """Serve the application in a folder on a free port of this machine, and end all its processes after the block."""
    command = [str(environment.python("serve")), "-m", "gunicorn", *SERVER, "app:app"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("MARGINALIA_", "GUNICORN_"))}
    (folder / "gunicorn.conf.py").write_text(CONFIGURATION, "utf-8")
    log = folder / "gunicorn.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        server, deadline = Gunicorn(process, log), time.monotonic() + PATIENCE
        while len(server.ready()) < int(SERVER[1]):
            if time.monotonic() > deadline:
                raise Trouble(f"gunicorn did not start within {PATIENCE:.0f} s: try when the machine is less busy.")
            time.sleep(0.02)
        yield server
    finally:
        end(process)


def end(leader: subprocess.Popen[bytes]) -> None:
    """End a server and its workers: by asking it, so that it reaps them, and by force what does not go."""
    leader.send_signal(signal.SIGQUIT)
    with suppress(subprocess.TimeoutExpired):
        leader.wait(PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()


def storm(folder: Path, seconds: float) -> Outcome:
    """Let readers loose on the application in a folder, kill its workers meanwhile, and hold it to its word."""
    with gunicorn(folder) as server:
        essays = len(server.told("/api/essays"))
        readers = [Reader(server.connect, name=name, essays=essays) for name in NAMES]
        until = time.monotonic() + seconds
        threads = [Thread(target=partial(reader.live, until), daemon=True) for reader in readers]
        for thread in threads:
            thread.start()
        kills = server.kill_in_turn(until, lambda: any(thread.is_alive() for thread in threads))
        for thread in threads:
            thread.join(3 * PATIENCE)
        return Outcome(
            {"python": platform.python_version(), "gunicorn": pins("serve")["gunicorn"]}, seconds,
            sum(reader.requests for reader in readers), kills, sum(reader.cuts for reader in readers),
            sum(reader.sign_ins for reader in readers), sum(reader.acknowledged for reader in readers),
            sum(len(reader.deleted) for reader in readers), sum(len(reader.unknown) for reader in readers),
            list(verdict(server, readers, kills)),
        )  # fmt: skip


def verdict(server: Gunicorn, readers: list[Reader], kills: int) -> Iterator[str]:
    """What was lost or mixed up, as sentences: what the readers saw on the way, and what is there in the end."""
    essays = range(1, readers[0].essays + 1)
    notes = [note for essay in essays for note in server.told(f"/api/essays/{essay}")["notes"]]
    for reader in readers:
        if reader.violation:
            yield reader.violation
        yield from reader.settle([note["text"] for note in notes if note["reader"] == reader.name])
    cuts = sum(reader.cuts for reader in readers)
    if cuts > kills * len(readers):
        yield f"{cuts} connections broke off, which is more than {kills} kills explain."


def table(outcome: Outcome) -> Iterator[str]:
    """The figures, one a line."""
    yield f"{len(NAMES)} readers, {SERVER[1]} workers of gunicorn {outcome.versions['gunicorn']}, {outcome.seconds:g} s"
    for name in ("requests", "kills", "cuts", "sign_ins", "left", "deleted", "unknown"):
        yield f"{LABELS[name]:34} {getattr(outcome, name):6}"
    yield f"{'violations':34} {len(outcome.violations):6}"


#: What the figures are called.
LABELS = {
    "requests": "requests",
    "kills": "workers killed",
    "cuts": "connections cut off",
    "sign_ins": "sign-ins",
    "left": "notes acknowledged",
    "deleted": "deletions acknowledged",
    "unknown": "notes of which nobody can tell",
}
