"""The command `test` runs what it is asked for, passes pytest's exit code on, and says what cannot be tested."""

import shutil
import subprocess
from argparse import Namespace
from pathlib import Path

import pytest

from series import environment, promises, testing
from series.exercises import Exercise
from series.project import Project, Trouble


@pytest.fixture
def command(toy: Project, monkeypatch, capfd):
    """Runs the command on the toy; returns the exit code and the lines printed."""
    monkeypatch.setattr(testing, "Project", lambda: toy)
    monkeypatch.setattr(environment, "follow", lambda arguments, cwd: subprocess.run(arguments, cwd=cwd).returncode)

    def run(step: str | None = None, **options: object) -> tuple[int, list[str]]:
        code = testing.run(Namespace(**{"step": step, "on": None, "exercise": None, "report": False, **options}))
        return code, capfd.readouterr().out.splitlines()

    return run


@pytest.fixture
def mine(toy: Project, tmp_path: Path) -> Path:
    """A reader's copy of the toy's first step."""
    return Path(shutil.copytree(toy.step(1).folder, tmp_path / "mine"))


def test_a_step_is_tested_with_its_suites(command):
    code, lines = command("1")
    assert (code, lines[-1][:8]) == (0, "3 passed")
    code, lines = command("shout")
    assert (code, lines[-1][:19]) == (0, "6 passed, 1 xfailed")


def test_a_folder_is_held_against_the_promises(command, mine):
    code, lines = command("1", on=mine)
    assert (code, lines[-1][:8]) == (0, "3 passed")
    code, lines = command("2", on=mine)
    assert (code, lines[-1][:20]) == (1, "4 failed, 3 passed i")


def test_an_exercise_is_tested_alone(command, toy, mine):
    exercise = Exercise(toy.step(1), "loud")
    exercise.folder.mkdir(parents=True)
    test = 'def test_it_is_loud(client):\n    assert client.get("/").text == "HELLO"\n'
    (exercise.folder / "test_loud.py").write_text(test, encoding="utf-8")
    code, lines = command("1", exercise="loud")
    assert (code, lines[-1][:8]) == (1, "1 failed")
    init = mine / "dram" / "__init__.py"
    init.write_text(init.read_text(encoding="utf-8").replace('"hello"', '"HELLO"'), encoding="utf-8")
    code, lines = command("1", exercise="loud", on=mine)
    assert (code, lines[-1][:8]) == (0, "1 passed")


@pytest.mark.parametrize(
    ("step", "options", "message"),
    [
        ("9", {}, "There is no step '9'"),
        ("1", {"exercise": "loud"}, "Step 1 has no exercise 'loud'"),
        ("1", {"on": Path("nowhere")}, "The folder nowhere holds no 'dram' to test"),
        (None, {"on": Path("nowhere")}, "Name the step"),
        (None, {"exercise": "loud"}, "Name the step"),
    ],
)
def test_what_cannot_be_tested_is_trouble(command, step, options, message):
    with pytest.raises(Trouble, match=message):
        command(step, **options)


def test_without_a_step_it_runs_the_checks_of_the_tools(command, toy, monkeypatch):
    monkeypatch.setattr(environment, "python", lambda group, root: Path(group, root))
    checks = toy.root / "tests" / "series"
    checks.mkdir()
    (checks / "test_tools.py").write_text("def test_tool():\n    assert False\n", encoding="utf-8")
    code, lines = command()
    assert (code, lines[-1][:8]) == (1, "1 failed")


def test_the_report_shows_promises_and_site(command, toy, monkeypatch):
    monkeypatch.setattr("series.report.report", lambda project: iter([f"The site of {project.root.name}."]))
    assert "were not proved" in command("1", report=True)[1][-2]
    promises.prove(toy)
    lines = command("1", report=True)[1]
    assert lines[-1] == f"The site of {toy.root.name}."
    assert any(line.startswith("step02_shout") for line in lines)
