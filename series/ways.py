"""The way of one telling request through each step: recorded, written down in `tests/series/ways`, and compared.

A file of that folder begins with a sentence about the request, what is done before it, and the request itself; below
stand the functions that it ran, each indented under its caller, with its file. `ways --write` writes that part.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import takewhile, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from series import recording, store, terminal
from series.environment import COMMAND
from series.project import Project, Step, Trouble
from series.transcripts import copy_of

FOLDER = Path("tests", "series", "ways")

#: The lines of a head, each with a name in front.
NAMES = ("about", "set", "client", "before", "request")

#: When the files of a step were last changed, as far as its app is concerned.
THEN = 1_700_000_000

#: Between a function and its file.
GAP = 2


@dataclass
class Head:
    """What is asked of a step: a sentence about it, settings for the app, and requests as method, path and form."""

    about: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    own_client: bool = False
    before: list[recording.Asked] = field(default_factory=list)
    request: recording.Asked | None = None

    @property
    def title(self) -> str:
        """The request as one says it: `GET /essays/4`."""
        return " ".join(self.request[:2]) if self.request else ""


@dataclass
class Way:
    """A recorded request."""

    head: Head
    status: str
    recording: dict[str, Any]


@dataclass
class Node:
    """A function as it was called, and what it called; `times`: as often as that, all alike."""

    index: int
    children: list[Node] = field(default_factory=list)
    times: int = 1
    #: The exception that arose in it or came to it, and whether that ended it.
    error: str = ""
    left: bool = False

    @property
    def outcome(self) -> str:
        """What is to be said of an exception behind its name."""
        return f" {'raises' if self.left else 'catches'} {self.error}" if self.error else ""

    def same(self, other: Node) -> bool:
        """Whether another call went the same way."""
        if (self.index, self.error, self.left) != (other.index, other.error, other.left):
            return False
        pairs = zip_longest(self.children, other.children)
        return all(a and b and a.times == b.times and a.same(b) for a, b in pairs)


def path_of(project: Project, step: Step) -> Path:
    return project.root / FOLDER / f"{step.code}.txt"


def run(args: argparse.Namespace) -> int:
    """Print where ways differ from their files, or with `args.write` write them; exit code 1 when one differs."""
    project = Project()
    steps = [project.step(args.step)] if args.step else project.steps
    for step in steps:
        if not (path := path_of(project, step)).is_file():
            name = path.relative_to(project.root).as_posix()
            raise Trouble(f"{name} is not there: write into it what is asked, as the others do.")
    different = False
    for step, way in recorded(project, steps).items():
        path, text = path_of(project, step), text_of(path_of(project, step), way)
        if args.write:
            path.write_text(text, encoding="utf-8", newline="\n")
        difference = compare(path, text)
        different = different or bool(difference)
        print(f"{step.name}: {way.head.title}, {way.status}. Entered: {entered_text(way.recording)}")
        print("".join(f"{line}\n" for line in difference), end="")
    if different:
        print(f"\nIf the new ways are right, '{COMMAND} ways --write' keeps them.")
    return 1 if different else 0


def compare(path: Path, text: str) -> list[str]:
    """How a way differs from the file, as the lines of a unified diff."""
    kept = path.read_text(encoding="utf-8")
    return list(unified_diff(kept.splitlines(), text.splitlines(), path.name, "as recorded", lineterm=""))


def head_of(path: Path) -> Head:
    """Read the upper part of a file. Raises `Trouble` for a line that means nothing, and when there is no request."""
    head = Head()
    for number, line in enumerate(_head_lines(path), 1):
        name, _, value = line.partition(": ")
        if name not in NAMES:
            raise Trouble(f"{path.name}:{number}: A line of the head begins with {', '.join(NAMES)} and a colon.")
        if name == "about":
            head.about = value
        elif name == "set":
            head.settings |= dict([_field(value)])
        elif name == "client":
            head.own_client = value == "own"
        elif name == "before":
            head.before.append(_asked(path, number, value))
        else:
            head.request = _asked(path, number, value)
    if head.request is None:
        raise Trouble(f"{path.name} names no request: write a line such as 'request: GET /essays/4'.")
    return head


def _head_lines(path: Path) -> list[str]:
    return list(takewhile(str.strip, path.read_text(encoding="utf-8").splitlines()))


def _asked(path: Path, number: int, text: str) -> recording.Asked:
    words = shlex.split(text)
    if len(words) < 2 or not all("=" in word for word in words[2:]):
        raise Trouble(f"{path.name}:{number}: A request is a method, a path and fields, as in POST /notes text='Yes.'")
    return words[0], words[1], dict(map(_field, words[2:]))


def _field(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def recorded(project: Project, steps: list[Step]) -> dict[Step, Way]:
    """The ways of all these steps that have a file, several at a time."""
    known = [step for step in steps if path_of(project, step).is_file()]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return dict(zip(known, pool.map(lambda step: way_of(project, step), known), strict=True))


def way_of(project: Project, step: Step) -> Way:
    """The way of a step's request; recorded anew only when something has changed that it depends on."""
    head = head_of(path_of(project, step))
    files = [part for name in step.files for part in (name, (step.folder / name).read_bytes())]
    return Way(head, **store.kept(lambda: record(step, head), "way", repr(head), sys.version, *files))


def record(step: Step, head: Head) -> dict[str, Any]:
    """Record the request in a fresh copy of the step. Raises `Trouble` when the app fails."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        job, folder = Path(scratch, "job.json"), copy_of(step, scratch)
        for path in folder.rglob("*"):
            os.utime(path, (THEN, THEN))
        wanted = {"before": head.before, "request": head.request, "own": head.own_client}
        job.write_text(json.dumps(wanted), encoding="utf-8", newline="\n")
        environment = {**os.environ, **terminal.ENVIRONMENT, "PYTHONHASHSEED": "0", "TZ": "UTC", **head.settings}
        command = [sys.executable, "-m", "series.recording", str(job)]
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            raise Trouble(f"{step.name} does not answer {head.title} within a minute.") from None
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise Trouble(f"{step.name} cannot be recorded: {lines[-1] if lines else 'it said nothing'}")
        made: dict[str, Any] = json.loads(job.read_text(encoding="utf-8"))
        return made


def tree(made: dict[str, Any]) -> list[Node]:
    """The calls of a recording. Calls of one function that go the same way are one node, where the first of them is."""
    top = Node(-1)
    above = [top]
    for kind, index, depth, _, _, *value in made["events"]:
        if kind in ("call", "resume"):
            above[depth + 1 :] = [Node(index)]
            above[-2].children.append(above[-1])
        elif kind in ("raise", "leave") and len(above) > depth + 1:
            node = above[depth + 1]
            node.error = value[0].partition("(")[0] if kind == "raise" else node.error
            node.left = kind == "leave"
    _gather(top)
    return top.children


def _gather(node: Node) -> None:
    kept: list[Node] = []
    for child in node.children:
        _gather(child)
        if twin := next((other for other in kept if other.same(child)), None):
            twin.times += child.times
        else:
            kept.append(child)
    node.children = kept


def text_of(path: Path, way: Way) -> str:
    """What the file at `path` should hold: its head as it is, and the way below."""
    rows = list(_rows(way.recording["functions"], tree(way.recording), 0))
    width = max(len(name) for name, _ in rows) + GAP
    body = [f"{name:<{width}}{file}" for name, file in rows]
    return "\n".join([*_head_lines(path), "", *body, "", f"entered: {entered_text(way.recording)}", way.status, ""])


def _rows(functions: list[dict[str, Any]], nodes: list[Node], depth: int) -> Iterator[tuple[str, str]]:
    for node in nodes:
        function, times = functions[node.index], f" ×{node.times}" if node.times > 1 else ""
        yield f"{'  ' * depth}{function['name']}{node.outcome}{times}", function["file"]
        yield from _rows(functions, node.children, depth + 1)


def entered(made: dict[str, Any]) -> dict[str, int]:
    """How often each of the step's files is entered from another one."""
    files = [function["file"] for function in made["functions"]]
    counts: dict[str, int] = {}
    above: list[str] = []
    for kind, index, depth, *_ in made["events"]:
        if kind in ("call", "resume"):
            inside = [file for file in above[:depth] if file.endswith(".py")]
            above[depth:] = [files[index]]
            if files[index].endswith(".py") and inside[-1:] != [files[index]]:
                counts[files[index]] = counts.get(files[index], 0) + 1
    return counts


def entered_text(made: dict[str, Any]) -> str:
    counts = sorted(entered(made).items())
    return ", ".join(f"{file} {count}" for file, count in counts)
