"""The table of steps: what counts as a line, and as changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from series import table
from series.project import Project

FIRST = '''"""A module."""

import os  # which counts


def long(a: int) -> str:
    """Two
    lines."""

    # A comment.
    text = """not a
# docstring"""
    return text * a
'''


def test_lines_are_those_with_code() -> None:
    measured = table.measure(FIRST)
    assert measured.code == {3, 6, 11, 12, 13}
    assert measured.docstrings == 3
    assert measured.functions == (4,)


def test_figures_of_steps(tmp_path: Path) -> None:
    for folder, text in ("step01_one", FIRST), ("step02_two", FIRST.replace("import os", "import sys\nimport re")):
        write(tmp_path / "steps" / folder / "dram" / "app.py", text)
    suite = "def test_a(): ...\ndef helper(): ...\ndef test_b(): ...\n"
    write(tmp_path / "tests" / "step02_two" / "test_two.py", suite)
    write(tmp_path / "posts" / "02-two.md", "---\ntitle: Two\ndescription: a second one\n---\n")
    one, two = table.figures(Project(tmp_path))
    assert (one.lines, one.added, one.removed, one.tests, one.adds) == (5, 5, 0, 0, "")
    assert (two.lines, two.added, two.removed, two.tests, two.adds) == (6, 2, 1, 2, "a second one")
    assert table.table([one, two]).splitlines() == [
        "   step  lines  changed  tests  adds",
        "1  one       5    +5 -0      0",
        "2  two       6    +2 -1      2  a second one",
    ]


def test_a_file_that_is_gone_counts_as_removed(tmp_path: Path) -> None:
    write(tmp_path / "steps" / "step01_one" / "dram" / "app.py", FIRST)
    write(tmp_path / "steps" / "step02_two" / "dram" / "core.py", FIRST)
    two = table.figures(Project(tmp_path))[1]
    assert (two.added, two.removed, two.files) == (5, 5, 1)


@pytest.mark.parametrize(("share", "lines"), [(0.5, 5), (0.9, 9), (1, 10)])
def test_shares_of_functions(share: float, lines: int, tmp_path: Path) -> None:
    bodies = ["def f():" + "\n    x = 1" * n for n in range(10)]
    bodies[0] = "def f(): ..."
    write(tmp_path / "steps" / "step01_one" / "dram" / "app.py", "\n".join(bodies))
    assert table.figures(Project(tmp_path))[0].function_lines(share) == lines


def test_the_observations_stand_beside_those_of_others() -> None:
    lines = table.observations(table.figures(Project())).splitlines()
    assert lines[1].split()[:2] == ["step01_hello", "3"]
    assert any(line.startswith("Flask 3.1") and "4081" in line for line in lines)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
