"""Exercises: each is a test that is red on its step, and a patch of the step that turns it green."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from series import suites
from series.patches import PatchFault, patched_copy
from series.project import Project, Step, Trouble


@dataclass(frozen=True)
class Exercise:
    """An exercise of a step, in `exercises/stepNN/name`."""

    step: Step
    name: str

    @property
    def folder(self) -> Path:
        return self.step.exercises / self.name

    @property
    def tests(self) -> list[Path]:
        return sorted(self.folder.glob("test_*.py"))

    @property
    def solution(self) -> Path:
        return self.folder / "solution.patch"


def exercises(step: Step) -> list[Exercise]:
    """The exercises of a step that have files, by name."""
    found = (path for path in step.exercises.glob("[!_.]*") if path.is_dir())
    return [Exercise(step, path.name) for path in sorted(found)]


def find(step: Step, name: str) -> Exercise:
    """The exercise of that name. Raises `Trouble` that names those there are."""
    for exercise in exercises(step):
        if exercise.name == name:
            return exercise
    known = ", ".join(exercise.name for exercise in exercises(step)) or "none"
    raise Trouble(f"Step {step.number} has no exercise {name!r}. Its exercises with a test are: {known}.")


def check(project: Project, step: Step) -> list[str]:
    """What is wrong with the exercises of a step, one sentence each."""
    found = exercises(step)
    tests = [path for one in found for path in one.tests]
    red = suites.run(project, tests, step.number) if tests else []
    return [f"{_place(project, one)}: {fault}" for one in found for fault in _faults(project, one, red)]


def _place(project: Project, exercise: Exercise) -> str:
    return exercise.folder.relative_to(project.root).as_posix()


def _faults(project: Project, exercise: Exercise, red: list[suites.Result]) -> Iterator[str]:
    """What is wrong with an exercise; `red` is what the tests of all exercises come to on the step."""
    step = exercise.step
    if not exercise.tests or not exercise.solution.is_file():
        yield "an exercise needs a test_*.py and a solution.patch."
        return
    results = [result for result in red if result.test.startswith(f"{_place(project, exercise)}/")]
    if not results:
        yield "its files hold no test."
    for result in results:
        if not result.reason:
            yield f"{_name(result)} passes on step {step.number} already."
        elif result.reason not in suites.COUNTED:
            yield f"{_name(result)} is red for a reason that does not count: {result.message}"
    with tempfile.TemporaryDirectory() as folder:
        yield from _faults_of_solution(project, exercise, Path(folder))


def _faults_of_solution(project: Project, exercise: Exercise, folder: Path) -> Iterator[str]:
    step = exercise.step
    try:
        patched_copy(step.folder, exercise.solution, folder)
    except PatchFault as fault:
        yield f"the solution does not apply: {fault}"
        return
    # The last two suites, because all of them, for each exercise, would take half of the time of all checks.
    kept = [path for each in (project.before(step), step) for path in sorted(each.suite.glob("test_*.py"))]
    for result in suites.run(project, [*exercise.tests, *kept], step.number, "--on", str(folder)):
        broken_on_purpose = result.until is not None and result.until <= step.number
        if result.reason and not broken_on_purpose:
            verb = "does not pass with" if result.test.startswith("exercises/") else "is broken by"
            yield f"{_name(result)} {verb} the solution: {result.message}"


def _name(result: suites.Result) -> str:
    return result.test.rpartition("/")[2]
