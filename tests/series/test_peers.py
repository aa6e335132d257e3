"""Flask's tests under another name: on a release of our own, with four tests and no network."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from series import pages, peers, released
from series.peers import Figures
from series.project import ROOT, Project, Trouble
from series.released import Release

#: A release: its class greets. One of its tests asks for what it does not have itself.
RELEASE = {
    "src/flask/__init__.py": "class Flask: ...\nclass FlaskClient: ...\n",
    "src/flask/globals.py": "g = 1\n",
    "PKG-INFO": "Metadata-Version: 2.1\nName: Flask\nVersion: 0.5\n",
    "pyproject.toml": "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n",
    # The real one is not among what the checks install.
    "pytest_timeout.py": "def pytest_addoption(parser):\n    parser.addoption('--timeout')\n",
    "tests/conftest.py": "from flask import Flask\n",
    "tests/test_alias.py": """\
import importlib.metadata, sys, warnings
import flask

def test_the_class():
    assert flask.Flask.__name__ in ("Flask", "Dram")
    assert flask.FlaskClient

def test_the_modules():
    import flask.globals
    name = flask.globals.__name__
    assert flask.globals is sys.modules[name] is sys.modules["flask.globals"]
    assert flask.globals.__spec__.name == name
    assert importlib.metadata.version("flask") == "0.5"

def test_the_filters():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "beware", UserWarning, "flask.globals")
        exec('warn("beware")', {"warn": warnings.warn, "__name__": flask.Flask.__module__ + ".globals"})

def test_more_than_there_is():
    assert flask.Flask.more
""",
    "tests/test_views.py": "import flask.globals\nassert flask.globals.g\ndef test_views(): ...\n",
}

STEP = {
    "dram/__init__.py": "class Dram: ...\nclass DramClient: ...\n",
    "dram/globals.py": "from dram import Dram\ng = 0\n",
}

Flask = Callable[..., Release]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def flask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Packs and unpacks the release, with some files changed; what runs its tests is the Python that runs us."""
    monkeypatch.setattr(released, "SUITES", {"": "."})

    def make(**changed: str) -> Release:
        write(
            tmp_path / "flask-0.5", RELEASE | {name.replace("__", "/") + ".py": text for name, text in changed.items()}
        )
        with tarfile.open(tmp_path / "flask.tar.gz", "w:gz") as archive:
            archive.add(tmp_path / "flask-0.5", "flask-0.5")
        released.unpack(tmp_path / "flask.tar.gz", tmp_path / "cache" / "flask")
        return Release({"flask": "0.5"}, tmp_path / "cache" / "flask", Path(sys.executable))

    return make


@pytest.fixture
def step(tmp_path: Path) -> Path:
    return write(tmp_path / "step12_templates", STEP)


def test_the_package_is_unpacked_apart_from_its_tests(flask: Flask) -> None:
    folder = flask().folder
    assert (folder / "real" / "flask" / "globals.py").read_text(encoding="utf-8") == "g = 1\n"
    assert (folder / "suite" / "tests" / "conftest.py").is_file()
    assert not [*folder.glob("suite/**/flask")]


def test_what_flask_itself_fails_does_not_count_and_is_found_once(
    flask: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = flask()
    tests = released.possible(release)
    assert tests == [f"test_alias.py::test_the_{name}" for name in ("class", "modules", "filters")] + [
        "test_views.py::test_views"
    ]
    monkeypatch.setattr(released, "outcome", lambda *_: pytest.fail("found again"))
    assert released.possible(release) == tests


def test_flask_means_the_step_in_all_its_modules(flask: Flask, step: Path) -> None:
    found = released.outcome(flask(), step)
    assert released.passed(found) == [f"test_alias.py::test_the_{name}" for name in ("class", "modules", "filters")]
    assert found["test_alias.py::test_more_than_there_is"].startswith("AttributeError: type object 'Dram'")
    assert found["test_views.py"] == "AssertionError: assert 0"


def test_on_an_empty_framework_nothing_passes(flask: Flask) -> None:
    released.prove_nothing(flask())


def test_a_test_that_passes_on_an_empty_framework_is_trouble(flask: Flask) -> None:
    release = flask(tests__conftest="", tests__test_views="def test_nothing(): ...\n")
    with pytest.raises(Trouble, match="test_nothing passes on an empty framework"):
        released.prove_nothing(release)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"flask": "class Flask: ...\n"}, "A Flask from elsewhere can be imported"),
        (
            {"tests__test_views": "import sys, textwrap\nsys.modules['flask.views'] = textwrap\ndef test_it(): ...\n"},
            r"flask\.views is .*textwrap\.py, and not in .*step12_templates",
        ),
        ({"tests__test_views": "import os\nos._exit(0)\n"}, "The tests of Flask broke off on step12_templates"),
    ],
    ids=["on the path", "among the modules", "broken off"],
)
def test_a_run_that_proves_nothing_is_trouble(flask: Flask, step: Path, changed: dict[str, str], fault: str) -> None:
    with pytest.raises(Trouble, match=fault):
        released.outcome(flask(**changed), step)


def test_a_step_with_another_class_called_flask_is_trouble(flask: Flask, step: Path) -> None:
    write(step, {"dram/__init__.py": "class Dram: ...\nclass Flask: ...\n"})
    with pytest.raises(Trouble, match=r"flask\.Flask is not the class of dram"):
        released.outcome(flask(), step)


def test_a_run_that_does_not_end_is_trouble(flask: Flask, step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "PATIENCE", 0.01)
    with pytest.raises(Trouble, match=r"do not end on .*step12_templates"):
        released.outcome(flask(), step)


def test_the_locks_name_the_release_and_what_it_needs_but_not_flask_itself() -> None:
    text = (ROOT / "locks" / "flask.txt").read_text(encoding="utf-8")
    assert re.search(r"^flask==[\d.]+ --hash=sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert "//" not in text
    assert released.pins("flask").keys() == {"flask"}
    assert "flask" not in released.pins("peers")


def test_pins_are_names_and_versions(tmp_path: Path) -> None:
    lock = (
        "# some-thing==0\n--no-binary c\na-b==1.0.2 ; sys_platform == 'win32' \\\n    --hash=sha256:00\nc==3 --hash=x\n"
    )
    write(tmp_path, {"locks/some.txt": lock})
    assert released.pins("some", tmp_path) == {"a-b": "1.0.2", "c": "3"}


TESTS = ["test_a.py::test_1", "test_a.py::test_2", "test_b.py::test_1", "tutorial/test_a.py::test_1"]
OUTCOME = {
    "test_a.py::test_1": "",
    "test_a.py::test_2": "it differs",
    "test_b.py": "no views",
    "tutorial/": "no Blueprint",
}


def test_the_table_shows_what_passes_in_each_file() -> None:
    assert peers.table(TESTS, {"10": OUTCOME, "11": OUTCOME | {"test_b.py::test_1": ""}}).splitlines() == [
        "                    10  11  of",
        "test_a.py            1   1   2",
        "test_b.py            0   1   1",
        "tutorial/test_a.py   0   0   1",
        "Flask's suite        1   2   3",
        "its examples         0   0   1",
    ]


def test_misses_are_listed_with_the_nearest_reason() -> None:
    assert [*peers.misses("10", TESTS, OUTCOME, 9)] == [
        "\n10 misses 3:",
        "  test_a.py::test_2: it differs",
        "  test_b.py::test_1: no views",
        "  tutorial/test_a.py::test_1: no Blueprint",
    ]
    assert len([*peers.misses("10", TESTS, OUTCOME, 1)]) == 2
    assert [*peers.misses("10", TESTS, OUTCOME, 0)] == []
    assert peers.reason("test_c.py::test_1", OUTCOME) == "was not run"


KEPT = Figures({"flask": "0.5"}, [3, 1], {"11": [2, 0], "9": [0, 0]})


def test_figures_found_in_the_same_way_are_merged() -> None:
    now = Figures(KEPT.versions, KEPT.possible, {"10": [1, 0]})
    assert list(peers.merged(KEPT, now).passed.items()) == [("9", [0, 0]), ("10", [1, 0]), ("11", [2, 0])]
    assert [*peers.compare(KEPT, now)] == []


def test_figures_of_other_versions_replace_all_or_none() -> None:
    now = Figures({"flask": "0.6"}, KEPT.possible, {"11": [3, 0]})
    with pytest.raises(Trouble, match=r"of other versions: .* peers --write' renews all"):
        peers.merged(KEPT, now)
    assert [*peers.compare(KEPT, now)] == []
    whole = Figures(now.versions, now.possible, {"9": [0, 0], "11": [3, 0]})
    assert peers.merged(KEPT, whole) == whole


def test_a_folder_a_step_or_all_later_ones_are_tested(
    toy: Project, step: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "FIRST", 2)
    assert peers.frameworks(toy, None) == {"2": toy.step(2).folder}
    assert peers.frameworks(toy, "greet") == {"1": toy.step(1).folder}
    assert peers.frameworks(toy, str(step)) == {"step12_templates": step}
    with pytest.raises(Trouble, match="There is no step '9'"):
        peers.frameworks(toy, "9")


@pytest.fixture
def command(toy: Project, flask: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command on the toy, which passes what `OUTCOME` says."""
    monkeypatch.setattr(peers, "Project", lambda: toy)
    monkeypatch.setattr(released, "fetch", flask)
    monkeypatch.setattr(released, "possible", lambda _: TESTS)
    monkeypatch.setattr(released, "prove_nothing", lambda _: None)
    monkeypatch.setattr(released, "outcome", lambda *_: OUTCOME)
    (toy.root / "posts").mkdir()
    defaults = {"step": "2", "failures": 0, "write": False}
    return lambda **options: peers.run(argparse.Namespace(**(defaults | options)))


def test_figures_are_kept_and_compared(
    command: Callable[..., int], toy: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(write=True) == 0
    assert peers.read(toy) == Figures({"flask": "0.5"}, [3, 1], {"2": [1, 0]})
    assert command() == 0
    path = toy.root / "posts" / "peers.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"2": [\n   1', '"2": [\n   2'), encoding="utf-8")
    assert command() == 1
    assert "Step 2 passes 1 and 0, in posts/peers.json 2 and 0:" in capsys.readouterr().out


def test_figures_of_a_folder_are_not_kept(command: Callable[..., int], toy: Project, step: Path) -> None:
    with pytest.raises(Trouble, match="Only figures of steps are kept"):
        command(step=str(step), write=True)
    assert not (toy.root / "posts" / "peers.json").exists()


def test_the_site_draws_the_figures_that_are_kept(toy: Project) -> None:
    assert pages.held_against_flask(toy) == {}
    figures = {"versions": {}, "possible": [490, 32], "passed": {"2": [123, 0]}}
    write(toy.root, {"posts/peers.json": json.dumps(figures)})
    held = pages.held_against_flask(toy)
    assert 'aria-label="Of Flask’s own 490 tests: 123 at step 2"' in held["curve"]
    assert held["steps"] == {2: toy.step(2)}
