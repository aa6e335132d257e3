"""Patches fit exactly or not at all."""

import difflib
import io
from pathlib import Path

import pytest

from series.patches import NO_NEWLINE, PatchFault, apply, parse, patched_copy

TEN = "".join(f"line {number}\n" for number in range(1, 11))


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def make(old: Path, new: Path) -> str:
    """A patch as diff writes it."""
    return "".join(diff(old, new, name) for name in sorted({*contents(old), *contents(new)}))


def diff(old: Path, new: Path, name: str) -> str:
    before, after = ((folder / name).read_text("utf-8") if (folder / name).exists() else None for folder in (old, new))
    if before == after:
        return ""
    heads = ("/dev/null" if before is None else f"a/{name}", "/dev/null" if after is None else f"b/{name}")
    rows = list(difflib.unified_diff(list(io.StringIO(before)), list(io.StringIO(after)), *heads))
    rows = rows or [f"--- {heads[0]}\n", f"+++ {heads[1]}\n"]
    return "".join(row if row.endswith("\n") else f"{row}\n{NO_NEWLINE}" for row in rows)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": TEN}, {"a": TEN.replace("line 5\n", "five\n")}),
        ({"a": TEN}, {"a": "zero\n" + TEN.replace("line 9\n", "")}),
        ({"a": "1\n"}, {"a": "1\n", "new": "2\n"}),
        ({"a": "1\n", "old": "2\n"}, {"a": "1\n"}),
        ({"a": "1\n"}, {"a": "1\n", "empty": ""}),
        ({"a": "1\n", "empty": ""}, {"a": "1\n"}),
        ({"a": "1\n2"}, {"a": "1\n2\n"}),
        ({"a": "1\n2\n"}, {"a": "1\n2"}),
        ({"a": "1\n2"}, {"a": "0\n1\n2"}),
        ({"a": "one\x0ctwo\u2028three\n"}, {"a": "one\x0ctwo\u2028four\n"}),
        ({"a": "-- minus\n++ plus\n"}, {"a": "-- minus\n"}),
        ({"a": ""}, {"a": "früh\n"}),
    ],
)
def test_what_make_made_apply_applies(tmp_path, before, after):
    old, new = write(tmp_path / "old", **before), write(tmp_path / "new", **after)
    apply(make(old, new), old)
    assert contents(old) == contents(new)


def test_a_hunk_that_moved_is_found_at_the_nearest_place(tmp_path):
    folder = write(tmp_path, a="x\nend\n" * 5)
    apply("--- a/a.py\n+++ b/a.py\n@@ -6,2 +6,2 @@\n x\n-end\n+here\n", folder)
    assert (folder / "a.py").read_text(encoding="utf-8") == "x\nend\n" * 2 + "x\nhere\n" + "x\nend\n" * 2


def test_a_second_hunk_expects_what_the_first_moved(tmp_path):
    patch = make(write(tmp_path / "old", a=TEN * 3), write(tmp_path / "new", a="1\n" + TEN * 2 + TEN[:-3]))
    folder = write(tmp_path / "moved", a="#\n#\n" + TEN * 3)
    apply(patch, folder)
    assert (folder / "a.py").read_text(encoding="utf-8") == "#\n#\n1\n" + TEN * 2 + TEN[:-3]


def test_what_git_writes_around_it_is_ignored(tmp_path):
    folder = write(tmp_path, a="1\n")
    apply("diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@ def x\n-1\n+2\n", folder)
    assert contents(folder) == {"a.py": b"2\n"}


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ("Not a patch.\n", "names no file"),
        ("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-2\n+3\n", "does not fit a.py"),
        ("--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-1\n+2\n", "changes b.py, which does not exist"),
        ("--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+1\n", "adds a.py, which is there already"),
        ("--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-1\n+2\n", "damaged"),
        ("--- a/a.py\n+++ b/../../b.py\n@@ -1 +1 @@\n-1\n+2\n", "outside"),
    ],
)
def test_a_fault_is_named(tmp_path, patch, message):
    with pytest.raises(PatchFault, match=message):
        apply(patch, write(tmp_path, a="1\n"))


def test_a_patch_that_does_not_fit_changes_nothing(tmp_path):
    folder = write(tmp_path, a="1\n", b="1\n")
    patch = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-1\n+2\n--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-2\n+3\n"
    with pytest.raises(PatchFault):
        apply(patch, folder)
    assert contents(folder) == {"a.py": b"1\n", "b.py": b"1\n"}


def test_a_patched_copy_leaves_its_source_and_the_litter_alone(tmp_path):
    source = write(tmp_path / "source", a="1\n")
    write(source / "__pycache__", a="")
    patch = tmp_path / "x.patch"
    patch.write_text("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-1\n+2\n", encoding="utf-8")
    patched_copy(source, patch, tmp_path / "copy")
    assert contents(tmp_path / "copy") == {"a.py": b"2\n"}
    assert (source / "a.py").read_text(encoding="utf-8") == "1\n"


def test_an_editor_may_strip_an_empty_context_line():
    (patch,) = parse("--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,3 @@\n 1\n\n+2\n")
    assert patch.hunks[0].new == ["1\n", "\n", "2\n"]
