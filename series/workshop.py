"""Working on the steps: running an example app, copying a step to type along, beginning the next one."""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from series import ways
from series.environment import COMMAND, follow
from series.project import Project, Step, Trouble

LAUNCH = Path(__file__).with_name("launch.py")

SUITE = '''"""What step {number}, {slug}, promises."""
'''

ESSAY = """\
---
title: {title}
description: what the step adds, in one line
date: {date}
part: "{part}"
---

# {title}

What the reader can run on step {before} and see go wrong, as a transcript, and why it matters to somebody with an app.

## The idea

In plain words and one picture, before any code.

## The code

## The request’s way

## Try it

## What it cost

## Exercises
"""


def run_step(args: argparse.Namespace) -> int:
    """Serve the app of `args.step`, a step or a folder, on `args.port` until Ctrl-C."""
    folder, title = app_of(Project(), args.step)
    refuse_busy(args.port, f"{COMMAND} run {args.step} --port {args.port + 1}")
    return follow([sys.executable, str(LAUNCH), str(args.port), title], cwd=folder)


def start(args: argparse.Namespace) -> int:
    """Copy the step before `args.step` into `args.folder`, and say what to do next."""
    project = Project()
    step = project.step(args.step)
    begin(project, step, args.folder)
    print(_what_next(project, step, args.folder))
    return 0


def new(args: argparse.Namespace) -> int:
    """Begin the next step, named `args.slug`, and say what to do next."""
    step = begin_step(Project(), args.slug)
    places = [str(path.relative_to(step.root)) for path in (step.folder, step.suite, step.essay, step.exercises)]
    print(f"Step {step.number}, {step.slug}, begins as a copy of the last one:", *places, sep="\n  ")
    print(f"pyproject.toml now takes the package from it. Next: change {places[0]}, then {COMMAND} test {step.number}")
    return 0


def refuse_busy(port: int, instead: str) -> None:
    """Raise `Trouble` when nothing can be served on this port of 127.0.0.1; `instead` is a command that may work."""
    with socket.socket() as probe:
        if os.name != "nt":
            # As servers do: a connection that was closed a moment ago does not make a port busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(f"Port {port} is taken ({error.strerror}): choose another, as in '{instead}'.") from error


def begin(project: Project, step: Step, folder: Path) -> None:
    """Lay what one needs to type `step` into an empty or missing folder. Raises `Trouble` when it is not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Trouble(f"{folder} exists and is not empty: name a folder that does not exist yet.")
    before = project.before(step)
    with _all_or_nothing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Step 1 is typed from nothing, but for the versions that it was written with.
        _copy(before.folder if before.number else step.folder, folder, before.files or ["requirements.txt"])


def begin_step(project: Project, slug: str) -> Step:
    """Lay out the step after the last one. Raises `Trouble` when the name is bad or taken; then nothing is written."""
    if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", slug):
        raise Trouble(f"{slug!r} cannot name a step: use lower-case words joined by underscores, such as app_context.")
    last = project.last
    step = Step(last.number + 1, slug, project.root)
    places = (step.folder, step.suite, step.essay, step.exercises)
    if slug in [other.slug for other in project.steps] or any(place.exists() for place in places):
        raise Trouble(f"The name {slug!r} is taken: choose another.")
    configuration = project.root / "pyproject.toml"
    settings = configuration.read_text("utf-8")
    if last.name not in settings:
        raise Trouble(f"pyproject.toml does not take its package from {last.name}: put that name there first.")
    before, way = ways.path_of(project, last), ways.path_of(project, step)
    with _all_or_nothing(*places, way):
        _copy(last.folder, step.folder, last.files)
        if before.is_file():
            _write(way, before.read_text("utf-8"))
        step.exercises.mkdir(parents=True)
        _write(step.suite / f"test_{slug}.py", SUITE.format(number=step.number, slug=slug))
        _write(step.essay, _essay(last, step))
        _write(configuration, settings.replace(last.name, step.name))
    return step


def app_of(project: Project, name: str) -> tuple[Path, str]:
    """The folder of the app to run, and what to call it: `name` is a step or a folder. Raises `Trouble` without one."""
    folder, title = Path(name), name
    if not (folder / "app.py").is_file():
        step = project.step(name)
        folder, title = step.folder, f"Step {step.number}, {step.slug}"
    if not (folder / "app.py").is_file():
        raise Trouble(f"{title} has no app.py to run: choose another step.")
    return folder, title


def _what_next(project: Project, step: Step, folder: Path) -> str:
    before = project.before(step)
    holds = f"is a copy of step {before.number}, {before.slug}" if before.number else "is all but empty"
    return f"""\
{folder} {holds}. To write step {step.number}, {step.slug}, in it:
  read      {COMMAND} read, or {step.essay.relative_to(project.root).as_posix()}
  run       {COMMAND} run {folder}
  check     {COMMAND} test {step.number} --on {folder}
  compare   {COMMAND} diff {folder} {step.number}"""


def _essay(last: Step, step: Step) -> str:
    from series.essays import front_matter

    part = front_matter(last.essay.read_text("utf-8")).get("part", "") if last.essay.exists() else ""
    title = step.slug.replace("_", " ").capitalize()
    today = datetime.datetime.now().astimezone().date()
    return ESSAY.format(title=title, date=today.isoformat(), part=part, before=last.number)


def _copy(source: Path, target: Path, files: list[str]) -> None:
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


@contextmanager
def _all_or_nothing(*paths: Path) -> Iterator[None]:
    """Remove these paths, which the block makes, when it fails or is interrupted."""
    try:
        yield
    except BaseException as fault:
        for path in paths:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise Trouble(f"{fault.filename} cannot be written ({fault.strerror}): choose another place.") from fault
        raise
