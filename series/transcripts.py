"""Runs every transcript of an essay and compares: what a page shows was printed by the step it speaks of.

A `pycon` fence is typed at a Python prompt, a `console` fence at a terminal, in a fresh copy of the step's folder. All
`pycon` fences of an essay on one step are one session, and all its `console` fences talk to one running example app. A
terminal knows three commands:

- `$ curl …`, see `curl.py`;
- `$ python app.py`, the server's own terminal: what it has printed when the essay ends, from the top, as far as shown;
- `$ python …`, any other script or option, run to its end.

`...` stands for the rest of a line, or on a line of its own for any number of lines.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from series.curl import Refused, curl
from series.fences import Fence, FenceFault, fences
from series.project import ROOT, Project, Step, Trouble

KINDS = ("pycon", "console")
SECONDS = 30
ENVIRONMENT = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHON_COLORS": "0"}
COLOUR = re.compile(r"\x1b\[[\d;]*m")

Fault = tuple[int, str]


def check(project: Project, essay: Path) -> list[str]:
    """Run the transcripts of an essay; return what differs as `posts/01-hello.md:41: expected …, got …`."""
    name = essay.relative_to(project.root).as_posix()
    try:
        found = [fence for fence in fences(essay.read_text(encoding="utf-8"), name) if fence.kind in KINDS]
    except FenceFault as fault:
        return [str(fault)]
    faults: list[Fault] = []
    groups: dict[tuple[Step, str], list[Fence]] = {}
    for fence in found:
        try:
            step = project.step(fence.attributes.get("on") or essay.name.split("-")[0])
        except Trouble as trouble:
            faults.append((fence.line, str(trouble)))
        else:
            groups.setdefault((step, fence.kind), []).append(fence)
    for (step, kind), group in groups.items():
        faults += pycon(step, group) if kind == "pycon" else console(step, group)
    if not found and essay.name[:2].isdigit():
        faults.append((1, "the essay has no pycon or console fence; show at least one transcript"))
    return [f"{name}:{line}: {message}" for line, message in sorted(faults)]


def pycon(step: Step, group: list[Fence]) -> list[Fault]:
    """Type the fences into one fresh Python in a copy of the step."""
    with TemporaryDirectory() as scratch:
        job = Path(scratch, "job.json")
        job.write_text(json.dumps([(fence.line + 1, fence.body) for fence in group]), encoding="utf-8", newline="\n")
        try:
            done = run(["-m", "series.child", "recite", str(job)], copy_of(step, scratch))
        except subprocess.TimeoutExpired:
            return [(group[0].line, f"the session did not end within {SECONDS} seconds")]
        if done.returncode:
            return [(group[0].line, f"the session broke off: {done.stdout.strip()[-300:]}")]
        found = json.loads(job.read_text(encoding="utf-8"))
        return [(line, f"expected {quoted(expected)}, got {quoted(got)}") for line, expected, got in found]


def quoted(output: str) -> str:
    return repr(output.strip()) if output.strip() else "nothing"


def console(step: Step, group: list[Fence]) -> list[Fault]:
    """Type the fences into one terminal in a copy of the step."""
    faults: list[Fault] = []
    with TemporaryDirectory() as scratch, Terminal(copy_of(step, scratch)) as terminal:
        for line, command, expected in (typed for fence in group for typed in commands(fence)):
            try:
                faults += terminal.type(line, command, expected)
            except Refused as refused:
                faults.append((line, str(refused)))
        faults += terminal.log_faults()
    return faults


def commands(fence: Fence) -> Iterator[tuple[int, str, list[str]]]:
    """The commands of a console fence: line number, command, expected output. Without one, an empty command."""
    lines = fence.body.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    if starts[:1] != [0]:
        yield fence.line, "", []
    for start, end in pairwise([*starts, len(lines)]):
        command, first = lines[start][2:], start + 1
        while command.endswith("\\") and first < end:
            command, first = command[:-1] + lines[first].removeprefix("> "), first + 1
        yield fence.line + 1 + start, command, lines[first:end]


def split(command: str) -> list[str]:
    """The words of a command line. Raises `Refused` when a quotation stays open."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise Refused(f"{command!r}: {error}") from None


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
        words = split(command)
        if not words:
            raise Refused("a console fence begins with a prompt, '$ ', and a command")
        if words == ["python", "app.py"]:
            self.start()
            self.shown.append((line + 1, expected))
            return []
        if words[0] == "curl":
            output = self.curl(words[1:])
        elif words[0] == "python":
            output = self.python(words[1:])
        else:
            raise Refused(f"the runner does not know the command {words[0]!r}; it knows curl and python")
        return list(difference(line + 1, expected, self.as_written(output)))

    def curl(self, arguments: list[str]) -> str:
        if self.server is None:
            self.start()
        output = curl(arguments, self.port)
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
                command, cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
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
            deadline = time.monotonic() + 2
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


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`, both outputs as one. Raises `subprocess.TimeoutExpired`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def environment() -> dict[str, str]:
    """What children need to find `series.child` beside the step's own modules, and to print alike everywhere."""
    return os.environ | ENVIRONMENT | {"PYTHONPATH": str(ROOT)}


def copy_of(step: Step, scratch: str) -> Path:
    """A fresh copy of the reader's files, so that nothing is left in the repository."""
    folder = Path(scratch, step.name)
    for name in step.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(step.folder / name, folder / name)
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
