"""What the generated pages show."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from series import curves, pages
from series.project import Project


def test_reading_time_counts_prose_and_not_listings() -> None:
    prose = "word " * (pages.WORDS_A_MINUTE * 2)
    assert pages.reading_time(prose) == 2
    assert pages.reading_time(f"{prose}\n```pycon\n{prose}\n```\n") == 2
    assert pages.reading_time("") == 1


def test_a_zip_is_the_same_bytes_each_time_and_runs_anywhere(project: Project, tmp_path: Path) -> None:
    step = project.steps[0]
    packed = pages.archive(step)
    assert packed == pages.archive(step)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{step.name}/{path}" for path in step.files]
        archive.extractall(tmp_path)
    subprocess.run([sys.executable, "-c", "import app; app.app"], cwd=tmp_path / step.name, check=True)


def test_the_scale_has_all_steps_and_links_those_that_are_written(project: Project) -> None:
    marks = pages.scale(pages.essays(project))
    assert [mark.number for mark in marks] == list(range(1, pages.TOTAL + 1))
    assert sum(mark.essay is not None for mark in marks) == len(project.steps)
    assert [mark.number for mark in marks if mark.part] == list(pages.PARTS)


def test_lines_that_the_step_before_had_not_are_new(toy: Project) -> None:
    first, second = (pages.code_files(toy, step)[0] for step in toy.steps)
    assert first.new == set(range(1, len(first.lines) + 1))
    assert 0 < len(second.new) < len(second.lines)
    assert "shout" in second.lines[min(second.new)] + "".join(second.lines[number - 1] for number in second.new)


def test_a_file_that_is_no_text_has_no_lines(toy: Project) -> None:
    (toy.steps[0].folder / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    shown = {file.path: file for file in pages.code_files(toy, toy.steps[0])}
    assert shown["picture.png"].lines == []


def test_a_fault_shows_where_it_is_and_what_it_says() -> None:
    html = pages.fault("posts/01-hello.md:3: The <step> fence is not closed.")
    assert "<code>posts/01-hello.md:3</code>" in html
    assert "The &lt;step&gt; fence is not closed." in html


def test_a_file_that_is_not_python_is_named_with_its_line(toy: Project) -> None:
    assert pages.syntax_error(toy) == ""
    (toy.steps[1].folder / "dram" / "__init__.py").write_text("x = 1\ndef broken(:\n", encoding="utf-8")
    assert pages.syntax_error(toy).startswith("steps/step02_shout/dram/__init__.py:2: ")


@pytest.mark.parametrize("steps", [0, 1, 3, 28])
def test_the_drawings_are_well_formed_from_the_first_step_to_the_last(steps: int) -> None:
    values = {number: number * number for number in range(1, steps + 1)}
    for drawing in curves.glass(steps, 28, {1, 7}), curves.curve("Lines", values, 28, {1, 7}):
        root = ElementTree.fromstring(drawing)
        assert root.get("aria-label")
        assert [text.text for text in root.iter("text")][:2] == ["1", "7"]
