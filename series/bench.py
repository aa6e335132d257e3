"""`bench`: the processor time of a request in each step, in Flask, in Bottle and with Werkzeug alone."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from series.benchmarks.cases import CASES
from series.environment import python
from series.project import Project, Step, Trouble

#: The others, in the order of the table; all is measured against the first.
PEERS = ("flask", "bottle", "werkzeug")

#: How often each is asked in turn, and for how many seconds each time, about.
ROUNDS, SECONDS = 15, 0.02

#: What `--write` writes and the site shows.
FIGURES = Path("posts", "bench.json")


@dataclass
class Worker:
    """A process that answers the requests of one framework."""

    name: str
    step: int
    process: subprocess.Popen[str]
    #: The seconds per request, by case and round.
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, case: str, count: int) -> tuple[float, int, str]:
        """Have it answer the request of a case `count` times; return the mean seconds, the status and the body."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([case, count]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Trouble(f"{self.name} fails at the case {case!r}; its traceback is above.")
        seconds, status, body = json.loads(line)
        return seconds, status, body


def run(args: argparse.Namespace) -> int:
    """Measure the steps `args.steps`, or all, and print a table; with `args.write` also store it for the site."""
    project = Project()
    steps = [project.step(name) for name in args.steps] or project.steps
    if args.write and len(steps) < len(project.steps):
        raise Trouble("Only a run of all steps is stored: leave out the steps.")
    interpreter = python("compare")
    with ExitStack() as stack:
        started = [stack.enter_context(worker(interpreter, project.root, kind)) for kind in PEERS]
        started += [stack.enter_context(worker(interpreter, project.root, "dram", step)) for step in steps]
        figures = summary(interpreter, measure(started))
    print("\n".join(table(figures)))
    if args.write:
        (project.root / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", "utf-8", newline="\n")
    return 0


@contextmanager
def worker(interpreter: Path, root: Path, kind: str, step: Step | None = None) -> Iterator[Worker]:
    """Start a process for a framework, or for a step, and end it after the block."""
    command = [str(interpreter), "-m", "series.benchmarks.worker", kind, *([str(step.folder)] if step else [])]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Worker(f"step {step.number}" if step else kind, step.number if step else 99, process)
    finally:
        process.kill()
        process.communicate()


def measure(workers: Sequence[Worker]) -> Sequence[Worker]:
    """Ask all of them for all cases, in turn, so that what slows the machine slows all."""
    for name, case in CASES.items():
        print(f"  {case.title}", file=sys.stderr, flush=True)
        asked = [each for each in workers if each.step >= case.step]
        counts = {each.name: count(each, name, case.status, asked[0]) for each in asked}
        for turn in range(ROUNDS):
            for each in [*asked[turn % len(asked) :], *asked[: turn % len(asked)]]:
                each.seconds.setdefault(name, []).append(each.ask(name, counts[each.name])[0])
    return workers


def count(each: Worker, name: str, status: int, reference: Worker) -> int:
    """How many requests take SECONDS. Raises `Trouble` for an answer that is not that of `reference`."""
    each.ask(name, 20)
    seconds, *answer = each.ask(name, 20)
    _, *expected = reference.ask(name, 1)
    if answer[0] != status or (status == 200 and plain(str(answer[1])) != plain(str(expected[1]))):
        raise Trouble(f"{each.name} answers {answer} to the case {name!r}, and {reference.name} {expected}.")
    return max(1, round(SECONDS / seconds))


def plain(body: str) -> object:
    """A body to compare: JSON without its layout."""
    return json.loads(body) if body.startswith("{") else body


def read(project: Project) -> dict[str, Any]:
    """The figures that `--write` stored last; empty when there are none."""
    path = project.root / FIGURES
    figures: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return figures


def summary(interpreter: Path, workers: Iterable[Worker]) -> dict[str, Any]:
    """The microseconds of Flask, and how many times as fast the others are: quartiles of the rounds, by case."""
    flask, *others = workers
    cases = {
        case: {
            "flask": round(statistics.median(seconds) * 1e6, 1),
            **{each.name: quartiles(seconds, each.seconds[case]) for each in others if case in each.seconds},
        }
        for case, seconds in flask.seconds.items()
    }
    return {"versions": {"python": platform.python_version(), **versions(interpreter)}, "cases": cases}


def quartiles(flask: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """The lower quartile, the median and the upper quartile of the ratios to Flask, each of one round."""
    ratios = [theirs / ours for theirs, ours in zip(flask, seconds, strict=True)]
    return [round(each, 2) for each in statistics.quantiles(ratios, n=4)]


def versions(interpreter: Path) -> Mapping[str, str]:
    """The versions of what was measured."""
    code = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))"
    names = [*PEERS, "jinja2", "itsdangerous"]
    printed = subprocess.run([interpreter, "-c", code, *names], capture_output=True, text=True, check=True).stdout
    return dict(zip(names, printed.split(), strict=True))


def table(figures: Mapping[str, Any]) -> Iterator[str]:
    """The lines of two tables: the others and the last step by case, with the spread; and the medians of all steps."""
    cases: Mapping[str, Mapping[str, Any]] = figures["cases"]
    steps = list(dict.fromkeys(name for row in cases.values() for name in row if name.startswith("step")))
    shown = [name for name in next(iter(cases.values())) if not name.startswith("step") and name != "flask"]
    shown += steps[-1:]
    yield _row("", "flask", [f"{name:>19}" for name in shown])
    for case, row in cases.items():
        yield _row(CASES[case].title, f"{row['flask']:.1f} µs", [_spread(row.get(name)) for name in shown])
    if len(steps) > 1:
        yield ""
        yield _row("by step", "", [f"{name.removeprefix('step '):>5}" for name in steps])
        for case, row in cases.items():
            yield _row(CASES[case].title, "", [f"{row[name][1]:5.2f}" if name in row else " " * 5 for name in steps])
    yield ""
    yield "Processor time of a request, and how many times as fast as Flask: median of the rounds, and quartiles."
    yield ", ".join(f"{name} {version}" for name, version in figures["versions"].items())


def _row(title: str, flask: str, cells: Iterable[str]) -> str:
    return f"{title:40} {flask:>9} {' '.join(cells)}".rstrip()


def _spread(ratios: Sequence[float] | None) -> str:
    if ratios is None:
        return " " * 19
    lower, middle, upper = ratios
    return f"×{middle:.2f} ({lower:.2f}–{upper:.2f})".rjust(19)
