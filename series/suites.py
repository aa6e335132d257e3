"""Runs suites against a folder, each time in a process of its own, and says what each test came to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from series.project import ROOT, Project, Trouble

#: The reasons for which a test may be red: what it says is not so, or a name is not there yet.
COUNTED = ("assertion", "name")

#: After this many seconds a run counts as hanging.
PATIENCE = 300


@dataclass(frozen=True)
class Result:
    """What a test came to.

    `reason` is empty when it passed, else one of `COUNTED`, `error`, `skipped`, `collection` (for a whole file), or
    `patch` (for a patch that does not apply). `guard`, `until`, `because` and `differs` are the test's marks, where
    an empty text stands for a mark without its argument.
    """

    test: str
    reason: str = ""
    message: str = ""
    guard: str | None = None
    until: int | None = None
    because: str | None = None
    differs: str | None = None

    @property
    def suite(self) -> int:
        """The number of the step that the test belongs to."""
        match = re.match(r"\w+/step(\d\d)", self.test)
        return int(match[1]) if match else 0


def command(project: Project, paths: Sequence[Path], step: int, *options: str) -> list[str]:
    """The pytest command for the suites in `paths` on a step, without the interpreter."""
    own = ["--rootdir", str(project.root), "--import-mode", "importlib", "-p", "series.suite_plugin"]
    return ["-m", "pytest", "-p", "no:cacheprovider", *own, "--step", str(step), *options, *map(str, paths)]


def environment() -> dict[str, str]:
    """The environment variables for `command`: our modules are found, and no plugin that happens to be there."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONSAFE"))}
    # What pytest makes of a suite is kept beside it: to make it again would take a third of each run.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**variables, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1"}


def run(
    project: Project, paths: Sequence[Path], step: int, *options: str, python: Path | str = sys.executable
) -> list[Result]:
    """Run the suites in `paths` on a step and collect their results. Raises `Trouble` when pytest itself fails."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder, "record.jsonl")
        quiet = ("-q", "--tb=no", "--continue-on-collection-errors", "--record", str(record))
        arguments = [str(python), *command(project, paths, step, *quiet, *options)]
        try:
            process = subprocess.run(
                arguments, cwd=project.root, env=environment(), capture_output=True,
                encoding="utf-8", errors="replace", timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"The suites did not end on step {step}: a test hangs for {PATIENCE} s.") from error
        if process.returncode not in (0, 1, 5):
            last = (process.stderr.strip() or process.stdout.strip()).splitlines()[-1:]
            raise Trouble(f"pytest could not run on step {step}: {''.join(last)}")
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    return [Result(**json.loads(line)) for line in lines]
