"""The command line: it explains itself, and passes on how a command ended."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from series import cli, environment, table
from series.project import ROOT, Trouble

#: Each command, as short as it can be given.
SHORTEST = {
    "read": [], "build": [], "run": ["1"], "start": ["1", "mine"], "diff": ["1", "2"], "test": [], "steps": [],
    "matrix": [], "peers": [], "fuzz": [], "storm": [], "carry": ["1"], "new": ["slug"],
}  # fmt: skip


def python3_series(*argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "series"), *argv]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The groups that were asked for; the environment counts as entered."""
    asked: list[str] = []
    monkeypatch.setattr(environment, "enter", lambda group, _: asked.append(group))
    return asked


@pytest.fixture
def steps(groups: list[str], monkeypatch: pytest.MonkeyPatch) -> list[BaseException | int]:
    """What `steps` does: raise or return these, one a call."""
    ends: list[BaseException | int] = []

    def run(_: argparse.Namespace) -> int:
        end = ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end

    monkeypatch.setattr(table, "run", run)
    return ends


@pytest.mark.parametrize("argv", [[], ["--help"], ["help"]])
def test_alone_it_explains_all_commands(argv: Sequence[str]) -> None:
    answer = python3_series(*argv)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, cli.OVERVIEW, "")
    for name in SHORTEST:
        assert f"\n  {name} " in answer.stdout


@pytest.mark.parametrize("name", SHORTEST)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([name, "--help"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: {environment.COMMAND} {name} [-h]")


@pytest.mark.parametrize("name", SHORTEST)
def test_each_command_is_carried_out_by_a_function_that_exists(name: str) -> None:
    args = cli.parser().parse_args([name, *SHORTEST[name]])
    module, _, function = args.carried_out_by.partition(":")
    assert callable(getattr(importlib.import_module(f"series.{module}"), function))


@pytest.mark.parametrize(
    "argv", [["nonsense"], ["run"], ["read", "--port", "0"], ["run", "1", "--port", "x"], ["storm", "--seconds", "0"]]
)
def test_a_command_line_that_makes_no_sense_is_refused(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(argv)
    assert end.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_trouble_is_one_sentence_and_2(steps: list[BaseException | int], capsys: pytest.CaptureFixture[str]) -> None:
    steps += [Trouble("The cat sits on it: move the cat.")]
    assert cli.main(["steps"]) == 2
    assert capsys.readouterr() == ("", "The cat sits on it: move the cat.\n")


def test_an_interruption_is_quiet(steps: list[BaseException | int], capsys: pytest.CaptureFixture[str]) -> None:
    steps += [KeyboardInterrupt()]
    assert cli.main(["steps"]) == 130
    assert capsys.readouterr() == ("", "")


def test_the_exit_code_of_the_command_is_ours(steps: list[BaseException | int]) -> None:
    steps += [0, 1]
    assert [cli.main(["steps"]), cli.main(["steps"])] == [0, 1]


def test_only_testing_needs_what_checks(groups: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from series import testing

    monkeypatch.setattr(testing, "run", lambda _: 0)
    monkeypatch.setattr(table, "run", lambda _: 0)
    cli.main(["test"])
    cli.main(["steps"])
    assert groups == ["check", "read"]


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_who_leaves_is_no_fault() -> None:
    code = "from series import cli, environment, table; environment.enter = lambda *_: None\n"
    code += "table.run = lambda _: print('line\\n' * 100_000) or 0; raise SystemExit(cli.main(['steps']))"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
