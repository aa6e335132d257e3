"""Sends cases to the applications of a step: `python -m series.fuzzing.worker FOLDER CASES SEED`, with its folder."""

from __future__ import annotations

import importlib
import random
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from series.fuzzing import cases
from series.fuzzing.asking import Target
from series.fuzzing.cases import Case
from series.fuzzing.known import KNOWN

#: So many cases are made at a time; then the database begins anew.
ROUND = 500

#: A minimal case is looked for by trying so many others.
TRIES = 2000


def targets(folder: Path) -> dict[str, Target]:
    """Marginalia and the other applications, with what they keep in `folder`."""
    from series.fuzzing import everything

    current = importlib.import_module("dram.ctx").current
    (folder / "good.txt").write_text("good", encoding="utf-8")
    apps = {kind: everything.application(kind, str(folder)) for kind in everything.KINDS}
    return {name: target(name, app, current) for name, app in {"marginalia": marginalia(folder), **apps}.items()}


def target(name: str, app: Any, current: ContextVar[Any]) -> Target:
    """An application, and what has to be known about it."""
    signed = app.session_interface.get_signing_serializer(app).dumps({"reader": "Ada", "token": "a token"})
    good = Case(name, path=b"/" if name == "marginalia" else b"/template", headers=(("Cookie", "SIGNED"),))
    return Target(app, current, f"session={signed}", good, cases.ways(app.url_map))


def marginalia(folder: Path) -> Any:
    """The example application of the step. Its passwords are hashed in no time."""
    app = importlib.import_module("app").app
    app.config.update(SECRET_KEY="for tests", DATABASE=folder / "fuzz.db")
    app.instance_path = str(folder)
    readers: Any = importlib.import_module("readers")
    readers.generate_password_hash = partial(readers.generate_password_hash, method="pbkdf2:sha256:1")
    return app


def begin_anew(app: Any, folder: Path) -> None:
    """Give Marginalia a database in which there is one reader, Ada."""
    (folder / "fuzz.db").unlink(missing_ok=True)
    with app.app_context():
        importlib.import_module("database").add_reader("Ada", "")


def made(targets: Mapping[str, Target], count: int, seed: int) -> Iterator[Case]:
    """The cases of a round: half of them made up from parts, half spoilt by random bytes, for all applications."""
    share = count // (2 * len(targets)) + 1
    found: list[Case] = []
    for name, each in targets.items():
        found += cases.made_up(cases.structured(name, each.ways), share, seed)
        found += cases.scrambled(name, each.ways, share, seed)
    random.Random(seed).shuffle(found)
    yield from found[:count]


def minimal(target: Target, case: Case, fault: str) -> Case:
    """The smallest case with the same fault that is found by leaving out one thing after the other."""
    tries = TRIES
    smaller = cases.smaller(case)
    while tries and (other := next(smaller, None)):
        tries -= 1
        if fault in target.faults(other):
            case, smaller = other, cases.smaller(other)
    return case


class Run:
    """Cases that were sent, and what came of them."""

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self.targets = targets
        self.answers = Counter[str]()
        self.found: dict[str, Case] = {}
        self.times = Counter[str]()
        self.slowest = (0.0, "")

    def send(self, case: Case) -> None:
        """Send a case, and keep it if it is the first with a fault."""
        target, began = self.targets[case.app], time.perf_counter()
        found = target.faults(case)
        self.slowest = max(self.slowest, (time.perf_counter() - began, repr(case)))
        self.answers[target.status] += 1
        for fault in found:
            self.times[fault] += 1
            self.found.setdefault(fault, case)

    def report(self) -> Iterator[str]:
        """The lines to print: how the cases were answered, and each fault with its smallest case."""
        shares = ", ".join(f"{status} {count}" for status, count in sorted(self.answers.items()))
        yield f"{self.answers.total()} cases were answered: {shares}. The slowest took {self.slowest[0]:.2f} s."
        for fault, case in self.found.items():
            known = next((known.reason for known in KNOWN if re.match(known.fault, fault)), None)
            yield f"{'Known' if known else 'Found'}, {self.times[fault]} times: {fault}"
            yield f"    {known or minimal(self.targets[case.app], case, fault)}"
        for each in KNOWN:
            if each.case is not None and not any(re.match(each.fault, fault) for fault in self.found):
                yield f"Mended, so take it out of series/fuzzing/known.py: {each.fault}"


def main(step: str, count: int, seed: int) -> int:
    """Send what is known to fail and so many cases; return 1 if there was a fault that is not known, or is no more."""
    warnings.simplefilter("ignore")  # A cookie that is too large is none of ours.
    sys.path.insert(0, step)
    with tempfile.TemporaryDirectory() as name:
        run = Run(targets(Path(name)))
        begin_anew(run.targets["marginalia"].app, Path(name))
        for known in KNOWN:
            if known.case is not None:
                run.send(known.case)
        for begun in range(0, count, ROUND):
            if sys.stderr.isatty():
                print(f"\r{begun} cases", end="\r", file=sys.stderr, flush=True)
            begin_anew(run.targets["marginalia"].app, Path(name))
            for case in made(run.targets, min(ROUND, count - begun), seed * 10**9 + begun):
                run.send(case)
        lines = list(run.report())
    print(*lines, sep="\n")
    return int(any(line.startswith(("Found", "Mended")) for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
