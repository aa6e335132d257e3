"""The command `test`: everything that must hold, or the promises up to a step on that step or on a folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from series import environment, exercises, promises, suites
from series.project import ROOT, Project, Trouble


def run(args: argparse.Namespace) -> int:
    """Run what was asked for and return pytest's exit code. Raises `Trouble` for what cannot be tested."""
    project, began = Project(), time.monotonic()
    if args.step is None:
        if args.on is not None or args.exercise is not None:
            raise Trouble("Name the step whose promises to test, as in 'test 2 --on mine'.")
        code = _everything(project)
    else:
        code = _pytest(_of_step(project, args))
    if args.report:
        print(f"\nThe checks took {time.monotonic() - began:.0f} s.")
        for line in report(project):
            print(line, flush=True)
    return code


def report(project: Project) -> Iterator[str]:
    """The figures: the promises as last proved, and what the site weighs and how it does in a browser."""
    matrix = promises.read(project)
    if matrix is None:
        yield "The promises were not proved since the last change; 'matrix' does it."
    else:
        yield from promises.table(matrix)
        yield f"Faults: {len(matrix.faults)}"
    from series.report import report as report_site

    yield from report_site(project)


def _everything(project: Project) -> int:
    # Made here, where the progress is seen, and not by two tests at once.
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda group: environment.python(group, ROOT), ["compare", "serve"]))
    spread = ["-n", "2", "--no-loadscope-reorder", "-p", "no:cacheprovider", "-q"]
    return _pytest(["-m", "pytest", *spread, str(project.root / "tests" / "series")])


def _of_step(project: Project, args: argparse.Namespace) -> list[str]:
    step = project.step(args.step)
    if args.exercise is not None:
        paths = exercises.find(step, args.exercise).tests
    else:
        paths = [earlier.suite for earlier in project.steps if earlier <= step]
    return suites.command(project, paths, step.number, "-q", *_options(args.on))


def _options(folder: Path | None) -> list[str]:
    if folder is None:
        return []
    if not (folder / "dram").is_dir():
        raise Trouble(f"The folder {folder} holds no 'dram' to test. 'start STEP {folder}' makes a copy to work in.")
    return ["--on", str(folder.resolve())]


def _pytest(arguments: list[str]) -> int:
    return environment.follow([sys.executable, *arguments], cwd=ROOT)
