"""Lint, format, types and length: of the tools and the suites together, of each step by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from series.project import ROOT, Project, Step
from series.table import measure

STEPS = [pytest.param(step, id=step.name) for step in Project().steps]
FOLDERS = [str(ROOT / name) for name in ("series", "steps", "tests", "exercises", "deploy")]
RUFF = ["ruff", "check", "--no-cache", "--config", str(ROOT / "pyproject.toml")]
FORMAT = ["ruff", "format", "--check", "--no-cache", "--config", str(ROOT / "pyproject.toml")]

#: One cache for all: between two steps only what differs is looked at again.
MYPY = ["mypy", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".cache" / "mypy")]

LONGEST = 30


def complaints(tool: list[str], folder: Path, *paths: str) -> str:
    """What a tool says about the paths; empty when it is content."""
    process = subprocess.run(
        [sys.executable, "-m", *tool, *paths], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    return process.stdout + process.stderr if process.returncode else ""


def long_modules(folder: Path) -> list[str]:
    """The modules that hold a function of more than `LONGEST` lines of code."""
    lengths = {path.name: measure(path.read_text(encoding="utf-8")).functions for path in folder.rglob("*.py")}
    return [name for name, found in sorted(lengths.items()) if max(found, default=0) > LONGEST]


def test_ruff_has_no_complaint():
    found = complaints(RUFF, ROOT, *FOLDERS)
    assert not found, found


def test_all_is_formatted():
    found = complaints(FORMAT, ROOT, *FOLDERS)
    assert not found, found


@pytest.mark.parametrize("step", STEPS)
def test_the_types_of_a_step_are_right(step: Step):
    found = complaints(MYPY, step.folder, "dram", "app.py")
    assert not found, found


def test_the_types_of_the_tools_are_right():
    found = complaints(MYPY, ROOT, "series")
    assert not found, found


@pytest.mark.parametrize("step", STEPS)
def test_no_function_of_a_step_is_long(step: Step):
    assert long_modules(step.folder) == []


def test_no_function_of_the_tools_is_long():
    assert long_modules(ROOT / "series") == []


def test_each_of_them_sees_a_fault(tmp_path):
    (tmp_path / "faulty.py").write_text("import os\ndef f(x) :\n    return x\n", encoding="utf-8")
    assert "F401" in complaints(RUFF, tmp_path, "faulty.py")
    assert "would be reformatted" in complaints(FORMAT, tmp_path, "faulty.py")
    assert "[no-untyped-def]" in complaints(MYPY, tmp_path, "faulty.py")


def test_a_long_function_is_seen(tmp_path):
    body = '    """Docstring."""\n    # Comment.\n\n' + "    print()\n" * (LONGEST - 1)
    path = tmp_path / "long.py"
    path.write_text(f"def f():\n{body}", encoding="utf-8")
    assert long_modules(tmp_path) == []
    path.write_text(f"def f():\n{body}    print()\n", encoding="utf-8")
    assert long_modules(tmp_path) == ["long.py"]
