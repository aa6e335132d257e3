"""The terminal of the transcripts: it runs a few commands as a reader would, and compares what they print.

It knows `$ curl …` (see `curl.py`), `$ python …`, and `$ python app.py`, which shows the server's own terminal: what it
has printed by the end of the essay, from the top, as far as shown. `...` stands for the rest of a line, or on a line of
its own for any number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from series.curl import Refused, curl
from series.project import ROOT

#: How long a session, a command or the start of a server may take, and how long a log its last lines.
SECONDS = 30
LOG_SECONDS = 2

#: Children find `series.child` beside the step's own modules, print UTF-8 everywhere, and leave nothing behind.
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHON_COLORS": "0",
}
COLOUR = re.compile(r"\x1b\[[\d;]*m")

#: The line of an essay, and what is wrong there.
Fault = tuple[int, str]


class Terminal:
    """A terminal in `folder`; another one beside it runs the example app once something asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.server: subprocess.Popen[bytes] | None = None
        self.log = folder.parent / "server.log"
        self.shown: list[tuple[int, list[str]]] = []

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.server is not None:
            self.server.kill()
            self.server.wait()

    def type(self, line: int, command: str, expected: list[str]) -> list[Fault]:
        """Run one command and compare what it prints. Raises `Refused` when it cannot be run."""
        match split(command):
            case ["curl", *arguments]:
                output = self.curl(arguments)
            case ["python", "app.py"]:
                self.start()
                self.shown.append((line + 1, expected))
                return []
            case ["python", *arguments]:
                output = self.python(arguments)
            case []:
                raise Refused("a console fence begins with a prompt, '$ ', and a command")
            case [other, *_]:
                raise Refused(f"the runner does not know the command {other!r}; it knows curl and python")
        return list(difference(line + 1, expected, self.as_written(output)))

    def curl(self, arguments: list[str]) -> str:
        if self.server is None:
            self.start()
        output = curl(arguments, self.port, self.folder)
        if "curl: (52)" in output and self.server is not None:
            # A server that is about to die still takes the next connection, now and then.
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(timeout=0.5)
        return output

    def python(self, arguments: list[str]) -> str:
        try:
            return run(arguments, self.folder).stdout
        except subprocess.TimeoutExpired:
            raise Refused(f"the command did not end within {SECONDS} seconds") from None

    def start(self) -> None:
        """Serve the example app unless it is served already. Raises `Refused` when it does not come up."""
        if self.server is not None and self.server.poll() is None:
            return
        self.port = free_port()
        command = [sys.executable, "-m", "series.child", "serve", str(self.port)]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                command, cwd=self.folder, env=os.environ | ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.server.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        raise Refused(f"app.py does not serve: {self.log.read_text(encoding='utf-8').strip()[-300:]}")

    def as_written(self, output: str) -> list[str]:
        """Lines of output with the essay's port, and without colours."""
        return COLOUR.sub("", output.replace(f":{self.port}", ":5000")).splitlines()

    def log_faults(self) -> Iterator[Fault]:
        """Compare what the essay shows of the server's terminal; its last lines may take a moment."""
        for line, expected in self.shown:
            deadline = time.monotonic() + LOG_SECONDS
            faults = self.compare_log(line, expected)
            while faults and time.monotonic() < deadline:
                time.sleep(0.05)
                faults = self.compare_log(line, expected)
            yield from faults

    def compare_log(self, line: int, expected: list[str]) -> list[Fault]:
        log = self.as_written(self.log.read_text(encoding="utf-8", errors="replace"))
        return list(difference(line, [*expected, "..."], log))


def difference(line: int, expected: list[str], got: list[str]) -> Iterator[Fault]:
    """The first line, counted from `line`, that is not as expected; blank lines at the end do not count."""
    wanted = "\n".join(expected).rstrip().splitlines()
    text = "".join(f"{row.rstrip()}\n" for row in "\n".join(got).rstrip().splitlines())
    if re.fullmatch(pattern(wanted), text):
        return
    counts = reversed(range(len(wanted) + 1))
    count, match = next((n, found) for n in counts if (found := re.match(pattern(wanted[:n]), text)))
    missing, surplus = "".join(wanted[count : count + 1]), text[match.end() :].partition("\n")[0]
    yield line + count, f"expected {quoted(missing)}, got {quoted(surplus)}"


def pattern(lines: list[str]) -> str:
    """A regular expression for output lines with holes."""
    return "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.rstrip().split("..."))) + r"\n"
        for line in lines
    )


def split(command: str) -> list[str]:
    """The words of a command line. Raises `Refused` when a quotation stays open."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise Refused(f"{command!r}: {error}") from None


def quoted(output: str) -> str:
    return repr(output.strip()) if output.strip() else "nothing"


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`, both outputs as one. Raises `subprocess.TimeoutExpired`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
