"""`fuzz`: bad requests by the thousand to the applications of the last step, which must answer each of them well."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from series.environment import follow
from series.project import ROOT, Project


def run(args: argparse.Namespace) -> int:
    """Send `args.cases` requests to the last step, and return 1 if it fails at one of them."""
    return follow(command(Project().last.folder, args.cases, args.seed), cwd=ROOT)


def command(folder: Path, cases: int, seed: int) -> list[str]:
    """What sends so many requests to the step in that folder: a process of its own, for a framework of its own."""
    # Hypothesis would keep what it learns in the current folder.
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / ".cache" / "hypothesis")
    return [sys.executable, "-m", "series.fuzzing.worker", str(folder), str(cases), str(seed)]
