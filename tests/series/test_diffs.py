"""The differences between two folders: on the terminal, as a patch, and as HTML."""

import argparse
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from series import diffs, patches
from series.project import ROOT, Project, Trouble

BEFORE = "".join(f"line {number}\n" for number in range(1, 21))
AFTER = BEFORE.replace("line 2\n", "line two\n").replace("line 19\n", "")


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    files = {
        "old/a.txt": BEFORE,
        "new/a.txt": AFTER,
        "old/same.txt": "same\n",
        "new/same.txt": "same\n",
        "old/gone.py": "x = 1\n",
        "new/dram/py.typed": "",
        "new/end.py": "a = 1\nb = 2",
        "new/__pycache__/a.pyc": "litter",
        "new/marginalia.db": "litter",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\n")
    return old, new


def test_only_the_readers_files_that_differ_are_compared(folders):
    assert [(file.path, file.status, file.news) for file in diffs.compare(*folders)] == [
        ("a.txt", "changed", "+1 −2"),
        ("dram/py.typed", "new", "new"),
        ("end.py", "new", "new, +2"),
        ("gone.py", "removed", "removed, −1"),
    ]


def test_a_picture_is_named_and_not_shown(folders):
    (folders[1] / "a.png").write_bytes(b"\x89PNG\xff")
    files = [file for file in diffs.compare(*folders) if file.path == "a.png"]
    assert list(diffs.unified(files)) == ["Binary files a/a.png and b/a.png differ"]
    assert ">new</span>" in diffs.html(files)


def test_the_unified_diff_is_a_patch(folders, tmp_path):
    text = "\n".join(diffs.unified(diffs.compare(*folders))) + "\n"
    assert "@@ -1,5 +1,5 @@" in text
    patches.apply(text, folders[0])
    assert not diffs.compare(*folders)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 1), (1, 3)])
def test_the_diff_of_two_steps_makes_one_of_the_other(project, one, other, tmp_path):
    old, new = project.step(one), project.step(other)
    patch = tmp_path / "the.patch"
    lines = diffs.unified(diffs.compare(old.folder, new.folder))
    patch.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    patches.patched_copy(old.folder, patch, tmp_path / "made")
    assert not diffs.compare(tmp_path / "made", new.folder)


def test_lines_that_were_rewritten_stand_beside_each_other():
    changes = diffs.changed(["the first line", "gone"], ["new", "the very first line", "other"])
    assert diffs.beside(changes.hunks[0], changes) == [(None, 0), (0, 1), (1, 2)]


def test_side_by_side_keeps_to_the_width_and_loses_nothing(folders):
    rows = list(diffs.side_by_side(diffs.compare(*folders), 43))
    assert all(len(row) <= 43 for row in rows)
    assert f"{'line 2':20} | line two" in rows
    assert f"{'line 19':20} <" in rows
    (folders[1] / "long.txt").write_text("x" * 50 + "\n", encoding="utf-8")
    rows = list(diffs.side_by_side(diffs.compare(*folders), 43))
    assert sum(row.count("x") for row in rows if row.startswith(" " * 21 + ">")) == 50


def test_the_statistics_add_up(folders):
    rows = list(diffs.stat(diffs.compare(*folders)))
    assert rows[0].split() == ["a.txt", "+1", "-2"]
    assert rows[-1] == "4 files: +3 -3"


# HTML


class Reader(HTMLParser):
    """Collects the text by element, and what is open at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag] = self.texts.get(tag, "") + data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


def test_the_html_shows_what_came_and_what_went(folders):
    html = diffs.html(diffs.compare(*folders))
    texts = read(html).texts
    assert texts["del"] == "line 2\nline 19\nx = 1\n"
    assert texts["ins"] == "line two\na = 1\nb = 2\n"
    assert '<a href="#a-txt">' in html
    assert '<section class="file changed" id="a-txt">' in html
    assert "<summary>10 unchanged lines</summary>" in html
    assert 'tabindex="0" role="region" aria-label="Changes in a.txt"' in html
    assert "<script" not in html


def test_the_words_that_differ_are_marked_in_lines_that_are_alike(folders):
    html = diffs.html(diffs.compare(*folders))
    assert "line <mark>two</mark>" in html
    assert "<mark>" not in diffs.html(diffs.compare(folders[0] / "none", folders[1]))


def test_lines_with_nothing_in_common_but_blanks_are_not_alike():
    assert diffs.partners(("one two three four five",), ("six seven eight nine ten",)) == ()


def test_a_line_has_its_numbers_before_and_after(folders):
    html = diffs.html(diffs.compare(*folders))
    assert '<del data-o="19">line 19\n</del>' in html
    assert '<span data-o="20" data-n="19">line 20\n</span>' in html


def test_html_in_the_sources_is_escaped(folders):
    (folders[1] / "a<b>.txt").write_text("<script>&\n", encoding="utf-8")
    html = diffs.html([file for file in diffs.compare(*folders) if file.path.startswith("a<")])
    assert "<script>" not in html
    assert "a<b>" not in html
    assert read(html).texts["ins"] == "<script>&\n"


def test_the_diff_pages_are_light(project):
    import gzip

    for step in project.steps:
        html = diffs.html(diffs.compare(project.before(step).folder, step.folder))
        # Step 15 is of no ordinary size: there the example app learns to know its readers, and its tests double.
        limit = 80_000 if step.number == 15 else 60_000
        assert len(gzip.compress(html.encode())) < limit, step.name


# The command


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = "import sys; from series.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", command, "diff", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def arguments(a: str, b: str, stat: bool = False, side_by_side: bool = False) -> argparse.Namespace:
    return argparse.Namespace(a=a, b=b, stat=stat, side_by_side=side_by_side)


def test_steps_and_folders_are_compared(capsys, folders):
    assert diffs.run(arguments(*map(str, folders))) == 0
    assert capsys.readouterr().out.startswith("--- old/a.txt\n+++ new/a.txt\n@@ -1,5 +1,5 @@\n line 1\n-line 2\n+line")
    assert diffs.run(arguments("0", "1", stat=True)) == 0
    assert re.search(r"dram/app.py +\+\d+ +-0  new\n", capsys.readouterr().out)
    assert diffs.run(arguments("1", "1")) == 0
    assert capsys.readouterr().out == ""


def test_neither_a_step_nor_a_folder_is_a_clear_error():
    with pytest.raises(Trouble, match=r"There is no step '77'.*A folder '77' is not here either\."):
        diffs.run(arguments("1", "77"))


def test_piped_output_is_plain_and_a_reader_who_has_seen_enough_is_no_error():
    done = run("0", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    command = [sys.executable, "-c", "import sys; from series.diffs import run; from argparse import Namespace as N;"
               "sys.exit(run(N(a='0', b='3', stat=False, side_by_side=False)))"]  # fmt: skip
    reader = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reader.stdout
    assert reader.stderr
    reader.stdout.close()
    assert reader.stderr.read() == b""
    reader.stderr.close()
    assert reader.wait(60) == 0


def test_a_terminal_gets_colours_unless_they_are_not_wanted(capsys, monkeypatch, folders):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for beside, expected in ((False, "\x1b[31m-line 2\x1b[0m\n"), (True, "\x1b[32mline two\x1b[0m")):
        diffs.run(arguments(*map(str, folders), side_by_side=beside))
        assert expected in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    diffs.run(arguments(*map(str, folders)))
    assert "\x1b" not in capsys.readouterr().out


def test_step_0_is_nothing():
    assert not Project().before(Project().steps[0]).files
