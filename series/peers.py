"""The command `peers`: how many of Flask's own tests pass on the steps, and the figures that are kept of it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from series import released
from series.environment import COMMAND
from series.project import Project, Trouble
from series.released import Outcome
from series.table import aligned

#: The first step that has what the fixtures of those tests ask for; before it hardly any can pass.
FIRST = 10

#: The sums below the table.
SUMS = ("Flask's suite", "its examples")


@dataclass(frozen=True)
class Figures:
    """How many tests of Flask's suite and of its examples pass, by number of the step, and how many could."""

    versions: dict[str, str] = field(default_factory=dict)
    possible: list[int] = field(default_factory=lambda: [0, 0])
    passed: dict[str, list[int]] = field(default_factory=dict)


def run(args: argparse.Namespace) -> int:
    """Print what passes on the wanted steps; exit code 1 when the figures that are kept say otherwise."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that what we started ends with us
    project = Project()
    wanted, kept = frameworks(project, args.step), read(project)
    if args.write and not all(name.isdecimal() for name in wanted):
        raise Trouble("Only figures of steps are kept: name a step, or leave out --write.")
    flask = released.fetch()
    tests = released.possible(flask)
    released.prove_nothing(flask)
    outcomes = {name: _outcome(flask, name, folder) for name, folder in wanted.items()}
    print(f"The tests of Flask {flask.versions['flask']}, which passes those in 'of', with 'flask' meaning the step:\n")
    print(table(tests, outcomes))
    for name, outcome in outcomes.items():
        print("".join(f"{line}\n" for line in misses(name, tests, outcome, args.failures)), end="")
    now = figures(flask.versions, tests, outcomes)
    if args.write:
        _path(project).write_text(f"{json.dumps(asdict(merged(kept, now)), indent=1)}\n", "utf-8", newline="\n")
    differences = [] if args.write else list(compare(kept, now))
    print("".join(f"\n{sentence}\n" for sentence in differences), end="")
    return 1 if differences else 0


def frameworks(project: Project, name: str | None) -> dict[str, Path]:
    """What to test, by the number of the step: one step, or all from `FIRST` on; or a folder, by its name."""
    if name is None:
        return {str(step.number): step.folder for step in project.steps if step.number >= FIRST}
    if (Path(name) / "dram").is_dir():
        return {Path(name).resolve().name: Path(name).resolve()}
    step = project.step(name)
    return {str(step.number): step.folder}


def _outcome(flask: released.Release, name: str, folder: Path) -> Outcome:
    if sys.stderr.isatty():
        print(f"\rtesting {name:30}", end="\r", file=sys.stderr, flush=True)
    return released.outcome(flask, folder)


def table(tests: Sequence[str], outcomes: Mapping[str, Outcome]) -> str:
    """How many of the tests in each file pass on each framework, with the sums below."""
    rows: dict[str, list[str]] = {}
    for test in tests:
        rows.setdefault(test.partition("::")[0], []).append(test)
    rows |= zip(SUMS, _by_suite(tests), strict=True)
    body = [
        (name, *(str(_passing(part, outcome)) for outcome in outcomes.values()), str(len(part)))
        for name, part in rows.items()
    ]
    return aligned([("", *outcomes, "of"), *body], left={0})


def _by_suite(tests: Sequence[str]) -> tuple[list[str], list[str]]:
    """Flask's own tests, and those of its examples, whose files are in folders."""
    examples = [test for test in tests if "/" in test.partition("::")[0]]
    return [test for test in tests if test not in examples], examples


def _passing(tests: Sequence[str], outcome: Outcome) -> int:
    return sum(not reason(test, outcome) for test in tests)


def reason(test: str, outcome: Outcome) -> str:
    """Why a test failed: by itself, or because its file or the suite could not be imported; empty if it passed."""
    file = test.partition("::")[0]
    suite = file[: file.rfind("/") + 1]
    return next((outcome[key] for key in (test, file, suite) if key in outcome), "was not run")


def misses(name: str, tests: Sequence[str], outcome: Outcome, most: int) -> Iterator[str]:
    """The first of the tests that fail, each with its reason."""
    failed = [test for test in tests if reason(test, outcome)]
    if most and failed:
        yield f"\n{name} misses {len(failed)}:"
        yield from (f"  {test}: {reason(test, outcome)}" for test in failed[:most])


def figures(versions: dict[str, str], tests: Sequence[str], outcomes: Mapping[str, Outcome]) -> Figures:
    """The sums."""
    parts = _by_suite(tests)
    passed = {name: [_passing(part, outcome) for part in parts] for name, outcome in outcomes.items()}
    return Figures(versions, [len(part) for part in parts], passed)


def read(project: Project) -> Figures:
    """The figures that are kept; none where there is no file."""
    path = _path(project)
    return Figures(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Figures()


def _path(project: Project) -> Path:
    return project.root / "posts" / "peers.json"


def merged(kept: Figures, now: Figures) -> Figures:
    """The figures to keep. Raises `Trouble` when they were not found in the same way and so cannot stand together."""
    if kept.passed.keys() <= now.passed.keys():
        return now
    if (kept.versions, kept.possible) != (now.versions, now.possible):
        raise Trouble(f"The figures in posts/peers.json are of other versions: '{COMMAND} peers --write' renews all.")
    passed = kept.passed | now.passed
    return Figures(now.versions, now.possible, {name: passed[name] for name in sorted(passed, key=int)})


def compare(kept: Figures, now: Figures) -> Iterator[str]:
    """Sentences on what differs from the figures that are kept, if they were found in the same way."""
    if (kept.versions, kept.possible) != (now.versions, now.possible):
        return
    for name, passed in now.passed.items():
        if (was := kept.passed.get(name, passed)) != passed:
            before, after = (" and ".join(map(str, counts)) for counts in (was, passed))
            yield f"Step {name} passes {after}, in posts/peers.json {before}: '{COMMAND} peers --write' renews that."
