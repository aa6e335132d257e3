"""What was made of texts is made once, and again when anything that it depends on is another."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from series import store


class Maker:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return f"made {self.times}"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    monkeypatch.setattr(store, "FOLDER", tmp_path / "made")
    return Maker()


def test_the_same_parts_are_made_once(make: Maker) -> None:
    assert [store.kept(make, "page", b"text") for _ in range(2)] == ["made 1"] * 2


def test_other_parts_are_made_anew(make: Maker) -> None:
    lists = [("page", "text"), ("page", "texts"), ("pagetext",), ("page", "te", "xt")]
    assert len({store.kept(make, *parts) for parts in lists}) == len(lists)


def test_other_code_makes_anew(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.kept(make, "page") == "made 1"
    monkeypatch.setattr(store, "_tools", lambda: "other tools")
    assert store.kept(make, "page") == "made 2"


@pytest.mark.parametrize("content", [b"", b"garbage", b"cno_such_module\nname\n."])
def test_a_file_that_cannot_be_read_is_made_anew(make: Maker, content: bytes) -> None:
    store.kept(make, "page")
    (file,) = store.FOLDER.iterdir()
    file.write_bytes(content)
    assert [store.kept(make, "page") for _ in range(2)] == ["made 2"] * 2


def test_a_folder_that_cannot_be_written_costs_time_only(make: Maker) -> None:
    store.FOLDER.write_text("a file", encoding="utf-8")
    assert [store.kept(make, "page") for _ in range(2)] == ["made 1", "made 2"]


def test_what_was_not_asked_for_of_late_is_thrown_away(make: Maker) -> None:
    for name in ("old", "asked for", "new"):
        store.kept(make, name)
    long_ago = time.time() - (store.DAYS + 1) * 86_400
    for file in store.FOLDER.iterdir():
        os.utime(file, (long_ago, long_ago))
    store.kept(make, "asked for")
    store.kept(make, "newer")
    store.sweep()
    assert [store.kept(make, name) for name in ("asked for", "newer")] == ["made 2", "made 4"]
    assert len([*store.FOLDER.iterdir()]) == 2
