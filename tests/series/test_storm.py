"""The storm: a short one over Marginalia, and over copies of it in which a fault was planted."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.message import Message
from pathlib import Path
from random import Random
from typing import Any

import pytest

from series import environment, pages, storm
from series.project import LITTER, ROOT, Project, Trouble
from series.storm import Outcome
from series.visitors import Answer, CutOff, Reader, Violation
from tests.series import conftest

posix = pytest.mark.skipif(os.name == "nt", reason="gunicorn needs what POSIX has")

Plant = Callable[[Mapping[str, tuple[str, str]]], Path]


@pytest.fixture
def plant(tmp_path: Path, project: Project) -> Plant:
    """Copies the last step, and replaces a text in some of its files."""

    def copy(faults: Mapping[str, tuple[str, str]]) -> Path:
        folder = tmp_path / "marginalia"
        shutil.copytree(project.last.folder, folder, ignore=lambda _, names: [n for n in names if LITTER.search(n)])
        for name, (sound, faulty) in faults.items():
            text = (folder / name).read_text("utf-8")
            assert text.count(sound) == 1, f"{name} has changed: plant the fault in another way"
            (folder / name).write_text(text.replace(sound, faulty), "utf-8")
        return folder

    return copy


@posix
def test_marginalia_stands_it(plant: Plant) -> None:
    outcome = storm.storm(plant({}), 4)
    assert outcome.violations == []
    assert outcome.kills > 1
    assert outcome.left > outcome.deleted > 0
    assert outcome.requests > outcome.left + outcome.deleted + outcome.sign_ins > 0


KEY = "str(app.secret_key or secret_key(Path(app.instance_path)))"
FAULTS = {
    "reader in a global": {
        "app.py": ('session["reader"] = reader.name', 'session["reader"] = app.config["READER"] = reader.name'),
        "templates/layout.html": ("{{ session.reader }} <button", "{{ config.READER }} <button"),
    },
    "key of each worker": {"app.py": (KEY, "str(app.secret_key or __import__('secrets').token_hex())")},
    "no commit": {
        "database.py": (
            'with database() as transaction:\n        insert = "insert into note',
            'if transaction := database():\n        insert = "insert into note',
        )
    },
    "one context for all threads": {
        "dram/ctx.py": (
            'current: ContextVar[Context] = ContextVar("dram.current")',
            "class Everybodys(list):\n    set, reset = list.append, lambda self, _: self.pop()\n"
            "    get = __call__ = lambda self, *default: [*default, *self][-1]\ncurrent = Everybodys()",
        )
    },
    "messages in a global": {
        "app.py": (
            'flash("Your note is in the margin.", "done")',
            'app.config.setdefault("WAITING", []).append(("done", "Your note is in the margin."))',
        ),
        "templates/layout.html": ("get_flashed_messages(with_categories=true)", 'config.pop("WAITING", [])'),
    },
}  # fmt: skip

#: What must be said of each, in one of the sentences.
FOUND = {
    "reader in a global": r"is shown /.* as (Ada|Babbage|Charlotte|Dickens|nobody)\.",
    "key of each worker": r"as signed out\.|was answered 400|with the token of another session",
    "no commit": r"'note \d+ of \w+' was acknowledged, and is lost\.",
    "one context for all threads": r"was answered (400|500)|is shown|to another question",
    "messages in a global": r"is shown on /.* \[.*\], and was to be shown \[.*\]\.",
}


@posix
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(plant: Plant, name: str) -> None:
    folder, outcomes = plant(FAULTS[name]), []
    # On a machine with much to do a storm of three seconds has few requests in it.
    for _ in range(3):
        (folder / "marginalia.db").unlink(missing_ok=True)  # Its readers would be known already.
        outcomes.append(storm.storm(folder, 3))
        if re.search(FOUND[name], "\n".join(outcomes[-1].violations)):
            return
    pytest.fail(f"not found: {outcomes}")


@posix
def test_an_application_that_does_not_start_is_trouble(plant: Plant) -> None:
    folder = plant({"app.py": ("app = Dram(__name__)", "app = Dram(__nonsense__)")})
    with pytest.raises(Trouble, match=r"gunicorn has ended|does not answer.*__nonsense__"):
        storm.storm(folder, 1)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_ends_all_of_it(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from series import cli; raise SystemExit(cli.main(['storm']))"]
    environment.python("serve")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)}, start_new_session=True)
    deadline = time.monotonic() + 20
    while not (logs := [path for path in tmp_path.glob("storm-*/gunicorn.log") if b"Booting" in path.read_bytes()]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    leader = int(re.findall(r"\[(\d+)\] \[INFO\] Starting", logs[0].read_text("utf-8"))[0])
    os.killpg(process.pid, number)
    assert process.wait(20) in (130, 143)
    assert conftest.group_is_gone(leader)
    assert [*tmp_path.iterdir()] == []


OUTCOME = Outcome({"python": "3", "gunicorn": "1"}, 4, 100, 5, 6, 7, 8, 9, 10, [])


@pytest.fixture
def command(toy: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command on the toy, with a storm that found what it is told."""
    monkeypatch.setattr(storm, "Project", lambda: toy)
    (toy.root / "posts").mkdir()

    def run(write: bool, *violations: str) -> int:
        monkeypatch.setattr(storm, "storm", lambda *_: replace(OUTCOME, violations=[*violations]))
        return storm.run(argparse.Namespace(seconds=4, write=write))

    return run


@posix
def test_the_figures_are_printed_and_kept(
    command: Callable[..., int], toy: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(False) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "4 readers, 4 workers of gunicorn 1, 4 s",
        "requests                              100",
        "workers killed                          5",
    ]
    assert pages.weathered(toy) == {}
    assert command(True) == 0
    assert pages.weathered(toy)["left"] == 8


@posix
def test_a_violation_is_1_and_is_not_kept(
    command: Callable[..., int], toy: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(True, "Ada is shown / as Dickens.") == 1
    assert capsys.readouterr().out.endswith("\nAda is shown / as Dickens.\n")
    assert not (toy.root / storm.FIGURES).exists()


class Told(Reader):
    """A reader who is answered from a list; `None` is cut off."""

    def __init__(self, *answers: Answer | None, **known: Any) -> None:
        super().__init__(lambda: pytest.fail("asked the network"), name="Ada", **known)
        self.answers = [*answers]

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        answer = self.answers.pop(0)
        if answer is None:
            raise CutOff
        return answer


def page(body: str = "", status: int = 200) -> Answer:
    return Answer(status, Message(), f'<input name="token" value="ab">{body}')


def test_a_reader_who_was_cut_off_while_registering_finds_out() -> None:
    absent = Told(page(), None, page(), page(status=400), page(), page(status=303))
    absent.enter()
    known = Told(page(), None, page(), page(status=303))
    known.enter()
    assert (absent.sign_ins, known.sign_ins, absent.answers, known.answers) == (1, 1, [], [])


def test_a_known_reader_who_is_turned_away_is_a_violation() -> None:
    with pytest.raises(Violation, match="Ada asked for /sign-in, and was answered 400"):
        Told(page(), page(status=400), registered=True).enter()


def test_of_a_note_that_was_cut_off_nothing_is_claimed() -> None:
    ada = Told(None, page('Ada <button class="plain">Sign out</button>'), inside=True, token="ab")
    ada.leave(Random(1))
    (text,) = ada.unknown
    assert ada.settle([]) == ada.settle([text]) == []
    assert ada.settle([text, text]) == [f"{text!r} is there twice."]


def test_what_was_acknowledged_is_held_against_what_is_there() -> None:
    ada = Told(left={"kept": (1, 1), "lost": (1, 2)}, deleted={"gone"})
    assert ada.settle(["kept", "gone", "strange"]) == [
        "'lost' was acknowledged, and is lost.",
        "'gone' was deleted, and is there.",
        "'strange' is there as a note of Ada, who never left it.",
    ]


def test_more_cuts_than_kills_explain_are_a_violation() -> None:
    ada = Told(essays=0, cuts=2)
    assert [*storm.verdict(None, [ada], 1)] == [  # type: ignore[arg-type]  # it is not asked
        "2 connections broke off, which is more than 1 kills explain."
    ]
