"""The promises: which step makes which, which step keeps which, and how they are held against Flask.

The proof is done in runs, each in processes of its own: one on each step (all suites up to its own, and the next
one, which must be red), one for the guards of each step, and one on Flask.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from series import environment, suites
from series.judging import Run, guard_patches, judge
from series.patches import PatchFault, patched_copy
from series.project import ROOT, Project, Step, reader_files
from series.suites import Result


@dataclass(frozen=True)
class Promise:
    """A test as a reader sees it; the marks are as in `Result`."""

    step: int
    file: str
    line: int
    name: str
    sentence: str
    doc: str
    guard: str | None
    until: int | None
    because: str | None
    differs: str | None


@dataclass(frozen=True)
class Row:
    """A suite: its tests, why they were red before, their marks, and how many pass on each step from its own on."""

    step: Step
    tests: int
    assertions: int
    names: int
    guards: int
    until: int
    differs: int
    kept: dict[int, int]


@dataclass(frozen=True)
class Matrix:
    """The outcome of all runs. `faults` are sentences that begin with the test."""

    rows: list[Row]
    faults: list[str]


def promises(project: Project) -> list[Promise]:
    """All promises, in the order of the steps and of their files, read without running them."""
    return [promise for step in project.steps for path in _files(step) for promise in _promises(project, step, path)]


def runs(project: Project) -> list[Run]:
    """The runs that the proof consists of."""
    numbers = [step.number for step in project.steps]
    guarded = [step.number for step in project.steps if guard_patches(step)]
    return [Run("step", n) for n in (0, *numbers)] + [Run("guards", n) for n in guarded] + [Run("flask", 0)]


def execute(project: Project, run: Run) -> list[Result]:
    """Carry out a run and keep its results for `read`. Raises `Trouble` when pytest itself fails."""
    key = _key(project)
    results = {"step": _on_step, "guards": _with_guards_down, "flask": _on_flask}[run.kind](project, run.number)
    path = _stored(project, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"key": key, "results": [asdict(result) for result in results]})
    # In one go, because a server may be reading it.
    whole = path.with_suffix(".new")
    whole.write_text(text, encoding="utf-8", newline="\n")
    whole.replace(path)
    return results


def prove(project: Project) -> Matrix:
    """Carry out all runs and judge them."""
    wanted = runs(project)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return _matrix(project, dict(zip(wanted, pool.map(lambda run: execute(project, run), wanted), strict=True)))


def read(project: Project) -> Matrix | None:
    """The matrix as last proved; None when steps or suites have changed since, or it was never proved."""
    key, results = _key(project), dict[Run, list[Result]]()
    for run in runs(project):
        path = _stored(project, run)
        stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if stored.get("key") != key:
            return None
        results[run] = [Result(**result) for result in stored["results"]]
    return _matrix(project, results)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 - the interface of all commands
    """The command `matrix`: print which step keeps which promise; exit code 1 when there are faults."""
    project = Project()
    matrix = prove(project)
    print("\n".join(table(matrix)))
    for promise in promises(project):
        if promise.guard is not None:
            print(f"Guarded on step {promise.step} by {promise.guard}: {promise.sentence}.")
    for promise in promises(project):
        if promise.until is not None:
            print(f"\nBroken on purpose by step {promise.until}: {promise.sentence} ({promise.because}).")
    print(f"\nFaults: {len(matrix.faults)}")
    for fault in matrix.faults:
        print(f"  {fault}")
    return 1 if matrix.faults else 0


def table(matrix: Matrix) -> Iterator[str]:
    """The matrix as lines of text."""
    steps = [row.step.number for row in matrix.rows]
    yield f"{'suite':24}{'tests':>6}{'red before by':>24}{'':3}{'held against Flask':>18}{'':3}kept on step"
    yield f"{'':30}{'assertion':>10}{'name':>6}{'guard':>8}{'differs':>21}{'':3}" + "".join(f"{n:>5}" for n in steps)
    for row in matrix.rows:
        kept = "".join(f"{row.kept.get(number, ''):>5}" for number in steps)
        red = f"{row.assertions:>10}{row.names:>6}{row.guards:>8}"
        yield f"{row.step.name:24}{row.tests:>6}{red}{row.differs:>21}{'':3}{kept}"


def _files(step: Step) -> list[Path]:
    return sorted(step.suite.glob("test_*.py"))


def _promises(project: Project, step: Step, path: Path) -> Iterator[Promise]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.name.startswith("test_"):
            continue
        marks = {name: call for call in node.decorator_list if (name := _mark(call))}
        sentence = node.name.removeprefix("test_").replace("_", " ")
        yield Promise(
            step.number, path.relative_to(project.root).as_posix(), node.lineno, node.name, sentence,
            ast.get_docstring(node) or "", _argument(marks.get("guard"), "removes"), _argument(marks.get("until")),
            _argument(marks.get("until"), "reason"), _argument(marks.get("differs")),
        )  # fmt: skip


def _mark(node: ast.expr) -> str:
    text = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    return text.removeprefix("pytest.mark.") if text.startswith("pytest.mark.") else ""


def _argument(mark: ast.expr | None, keyword: str = "") -> Any:
    if not isinstance(mark, ast.Call):
        return None
    values = [pair.value for pair in mark.keywords if pair.arg == keyword] if keyword else mark.args[:1]
    return ast.literal_eval(values[0]) if values else ""


def _key(project: Project) -> str:
    digest = hashlib.sha256()
    for tool in ("suites.py", "suite_plugin.py"):
        digest.update((ROOT / "series" / tool).read_bytes())
    for folder in [project.root / "steps", *(step.suite for step in project.steps)]:
        for name in reader_files(folder):
            digest.update(name.encode() + (folder / name).read_bytes())
    return digest.hexdigest()


def _stored(project: Project, run: Run) -> Path:
    return project.root / ".cache" / "promises" / f"{run}.json"


def _on_step(project: Project, number: int) -> list[Result]:
    paths = [path for step in project.steps if step.number <= number + 1 for path in _files(step)]
    return suites.run(project, paths, number) if paths else []


def _with_guards_down(project: Project, number: int) -> list[Result]:
    step, results = project.step(number), list[Result]()
    for patch in guard_patches(step):
        with tempfile.TemporaryDirectory() as folder:
            try:
                patched_copy(step.folder, patch, Path(folder))
            except PatchFault as fault:
                results.append(Result(patch.relative_to(project.root).as_posix(), "patch", str(fault), patch.name))
                continue
            results += suites.run(project, _files(step), number, "--on", folder, "--guard", patch.name)
    return results


def _on_flask(project: Project, _: int) -> list[Result]:
    python = environment.python("compare", ROOT)
    paths = [path for step in project.steps for path in _files(step)]
    return suites.run(project, paths, project.last.number, "--flask", python=python)


def _matrix(project: Project, results: dict[Run, list[Result]]) -> Matrix:
    faults = [fault for run, found in results.items() for fault in judge(project, run, found)]
    by_step = {run.number: found for run, found in results.items() if run.kind == "step"}
    return Matrix([_row(project, step, by_step) for step in project.steps], faults)


def _row(project: Project, step: Step, by_step: dict[int, list[Result]]) -> Row:
    tests = [r for r in by_step[step.number] if r.suite == step.number and r.reason != "collection"]
    before = [r for r in by_step[project.before(step).number] if r.suite == step.number and r.guard is None]
    kept = {
        number: sum(not result.reason for result in results if result.suite == step.number)
        for number, results in by_step.items()
        if number >= step.number
    }
    return Row(
        step, len(tests), sum(r.reason == "assertion" for r in before), sum(r.reason == "name" for r in before),
        sum(r.guard is not None for r in tests), sum(r.until is not None for r in tests),
        sum(r.differs is not None for r in tests), kept,
    )  # fmt: skip
