"""Judges the results of the promises' runs: what is new, what is kept, what a guard guards, what differs from Flask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from series.project import Project, Step
from series.suites import COUNTED, Result


@dataclass(frozen=True)
class Run:
    """A part of the proof: `kind` is "step" (number 0 is the empty folder), "guards" or "flask"."""

    kind: str
    number: int

    def __str__(self) -> str:
        return self.kind if self.kind == "flask" else f"{self.kind}-{self.number:02}"


def guard_patches(step: Step) -> list[Path]:
    """The patches that take the protections out of a step."""
    return sorted((step.suite / "guards").glob("*.patch"))


def judge(project: Project, run: Run, results: list[Result]) -> list[str]:
    """The faults that the results of a run show, each a sentence that begins with the test."""
    if run.kind == "step":
        return list(_judge_step(project, run.number, results))
    return list(_judge_guards(project, run.number, results) if run.kind == "guards" else _judge_flask(results))


def _judge_step(project: Project, number: int, results: list[Result]) -> Iterator[str]:
    suites_seen = {result.suite for result in results}
    if number and number not in suites_seen:
        yield f"tests/{project.step(number).name}: step {number} promises nothing: it has no test."
    for result in results:
        if result.reason == "collection":
            advice = "" if result.suite <= number else " Import what the step is the first to have inside the tests."
            yield f"{result.test}: cannot be collected on step {number}: {result.message}.{advice}"
        elif result.suite <= number:
            yield from _judge_kept(number, result)
            yield from _judge_marks(project, result) if result.suite == number else ()
        elif result.guard is None:
            yield from _judge_new(number, result)


def _judge_kept(number: int, result: Result) -> Iterator[str]:
    broken = result.until is not None and number >= result.until
    if result.reason and not broken:
        yield f"{result.test}: is not kept on step {number}: {result.message}"
    elif broken and not result.reason:
        yield f"{result.test}: still passes on step {number}, though it is marked until({result.until})."


def _judge_new(number: int, result: Result) -> Iterator[str]:
    if not result.reason:
        yield f"{result.test}: passes on step {number} already, so it promises nothing new; it may need a guard."
    elif result.reason not in COUNTED:
        yield f"{result.test}: is red on step {number} for a reason that does not count: {result.message}"


def _judge_marks(project: Project, result: Result) -> Iterator[str]:
    if result.until is not None and not result.suite < result.until <= project.last.number:
        yield f"{result.test}: until({result.until}) names no later step."
    if result.until is not None and not result.because:
        yield f"{result.test}: until() needs a reason."
    if result.differs == "":
        yield f"{result.test}: differs() needs a reason."
    if result.guard is not None and result.guard not in [
        path.name for path in guard_patches(project.step(result.suite))
    ]:
        yield f"{result.test}: its guard {result.guard!r} is not among the patches in guards."


def _judge_guards(project: Project, number: int, results: list[Result]) -> Iterator[str]:
    for result in results:
        if result.reason == "patch":
            yield f"{result.test}: {result.message}"
        elif not result.reason:
            yield f"{result.test}: still passes when {result.guard} is applied, so it guards nothing."
        elif result.reason != "assertion":
            yield f"{result.test}: is red with {result.guard} for a reason that does not count: {result.message}"
    for path in guard_patches(project.step(number)):
        if path.name not in [result.guard for result in results]:
            yield f"{path.relative_to(project.root).as_posix()}: no test names this patch."


def _judge_flask(results: list[Result]) -> Iterator[str]:
    for result in results:
        if result.reason and result.until is None and result.differs is None:
            yield f"{result.test}: fails on Flask: {result.message}"
        elif not result.reason and result.differs is not None:
            yield f"{result.test}: is marked differs(), but passes on Flask."
        elif not result.reason and result.until is not None:
            yield f"{result.test}: is marked until({result.until}), but passes on Flask."
