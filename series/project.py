"""Where everything is: the repository, its steps, and what belongs to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = re.compile(r"step(\d\d)_(\w+)")

#: What a step's folder may hold beside the reader's files: made by running it, never compared, carried or packed.
LITTER = re.compile(r"(^|/)(__pycache__|\.\w+_cache|instance)(/|$)|\.(db|pyc)$|~$|(^|/)\.[^/]*\.swp$|(^|/)\.DS_Store$")


class Trouble(Exception):
    """Something that the person at the keyboard can mend; the message is one sentence that says how."""


@dataclass(frozen=True, order=True)
class Step:
    """One step of the series: its number, its slug, and where its files are."""

    number: int
    slug: str
    root: Path

    @property
    def code(self) -> str:
        """The number as it stands in names: `07`."""
        return f"{self.number:02}"

    @property
    def name(self) -> str:
        return f"step{self.code}_{self.slug}"

    @property
    def folder(self) -> Path:
        return self.root / "steps" / self.name

    @property
    def suite(self) -> Path:
        return self.root / "tests" / self.name

    @property
    def essay(self) -> Path:
        return self.root / "posts" / f"{self.code}-{self.slug}.md"

    @property
    def exercises(self) -> Path:
        return self.root / "exercises" / f"step{self.code}"

    @property
    def files(self) -> list[str]:
        """The reader's files of this step, relative to its folder, in order; none for step 0."""
        return reader_files(self.folder)


@dataclass(frozen=True)
class Project:
    """A checkout of the series. The checks take it as an argument, so that tests can plant faults in a copy."""

    root: Path = ROOT

    @cached_property
    def steps(self) -> list[Step]:
        """All steps in order, from step 1 on."""
        found = [(FOLDER.fullmatch(path.name), path) for path in (self.root / "steps").glob("step*") if path.is_dir()]
        return sorted(Step(int(match[1]), match[2], self.root) for match, path in found if match)

    @property
    def last(self) -> Step:
        return self.steps[-1]

    def step(self, name: str | int) -> Step:
        """The step of that number (`7`, `07`) or name (`hooks`, `step07_hooks`), or the `last`.

        Raises `Trouble` if there is none.
        """
        wanted = str(name)
        if wanted == "last" and self.steps:
            return self.last
        for step in self.steps:
            if wanted in (step.slug, step.name, step.code, str(step.number)):
                return step
        known = ", ".join(f"{step.number} {step.slug}" for step in self.steps)
        raise Trouble(f"There is no step {wanted!r}. The steps are: {known}.")

    def before(self, step: Step) -> Step:
        """The step before; before step 1 that is step 0, whose folder does not exist."""
        earlier = [other for other in self.steps if other.number < step.number]
        return earlier[-1] if earlier else Step(0, "nothing", self.root)

    def after(self, step: Step) -> Step | None:
        return next((other for other in self.steps if other.number > step.number), None)


def reader_files(folder: Path) -> list[str]:
    """All files below `folder` that a reader is meant to see, as sorted relative paths with forward slashes."""
    if not folder.is_dir():
        return []
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not LITTER.search(path))
