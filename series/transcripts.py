"""Runs every transcript of an essay and compares: what a page shows was printed by the step it speaks of.

A `pycon` fence is typed at a Python prompt, a `console` fence at a terminal (see `terminal.py`), in a fresh copy of the
step's folder. All `pycon` fences of an essay on one step are one session, and all its `console` fences talk to one
running example app.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from series.curl import Refused
from series.essays import Fence, FenceFault, fences
from series.project import Project, Step, Trouble
from series.terminal import Fault, Terminal, quoted, run

KINDS = ("pycon", "console")


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
        except subprocess.TimeoutExpired as error:
            return [(group[0].line, f"the session did not end within {error.timeout} seconds")]
        if done.returncode:
            return [(group[0].line, f"the session broke off: {done.stdout.strip()[-300:]}")]
        found = json.loads(job.read_text(encoding="utf-8"))
        return [(line, f"expected {quoted(expected)}, got {quoted(got)}") for line, expected, got in found]


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


def copy_of(step: Step, scratch: str) -> Path:
    """A fresh copy of the reader's files, so that nothing is left in the repository."""
    folder = Path(scratch, step.name)
    for name in step.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(step.folder / name, folder / name)
    return folder
