"""Running a step's app, typing along, beginning the next step."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from series import workshop
from series.project import ROOT, Project, Trouble

posix = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")

RUN = "import argparse, sys; from series import workshop\n"
RUN += "sys.exit(workshop.run_step(argparse.Namespace(step=sys.argv[1], port=int(sys.argv[2]))))"

APP = """\
from words import GREETING

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [GREETING.encode()]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()
    except (OSError, HTTPException):  # not yet there, or restarting
        return ""


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not until():
        assert time.monotonic() < end, "it did not happen within 30 s"
        time.sleep(0.1)


@contextmanager
def running(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command `run` on the app of a folder, in a process group of its own."""
    command = [sys.executable, "-c", RUN, str(folder), str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", start_new_session=True
    ) as process:
        try:
            yield process
            # The output ends when nobody is left who could write to it.
            assert process.stdout
            process.stdout.read()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


@posix
def test_run_names_the_address_and_reloads(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP, "utf-8")
    words = tmp_path / "words.py"
    words.write_text("GREETING = 'hello'", "utf-8")
    port = free_port()
    with running(tmp_path, port) as process:
        assert process.stdout
        assert f"http://127.0.0.1:{port} " in process.stdout.readline()
        wait(lambda: get(port) == "hello")
        words.write_text("GREETING = ", "utf-8")
        wait(lambda: "SyntaxError: " in get(port))
        words.write_text("GREETING = 'hello again'", "utf-8")
        wait(lambda: get(port) == "hello again")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does at Ctrl-C


@posix
def test_run_leaves_nobody_behind(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP.replace("from words import", "GREETING = 'hello'  #"), "utf-8")
    port = free_port()
    with running(tmp_path, port) as process:
        wait(lambda: get(port) == "hello")
        process.terminate()
    assert get(port) == ""


def test_each_step_has_an_app_that_runs(project: Project) -> None:
    for step in project.steps:
        code = "import launch, os; assert not hasattr(launch.load(), 'status'), 'an error page'"
        environ = os.environ | {"PYTHONPATH": str(ROOT / "series")}
        subprocess.run([sys.executable, "-c", code], cwd=step.folder, env=environ, check=True)


def test_a_busy_port_is_named_and_another_proposed(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"^Port {port} is taken .*run .* --port {port + 1}'\.$"):
            workshop.run_step(argparse.Namespace(step=str(tmp_path), port=port))


def test_a_step_that_does_not_exist_or_has_no_app_is_named(toy: Project) -> None:
    with pytest.raises(Trouble, match=r"There is no step '9'\. The steps are: 1 greet, 2 shout\."):
        workshop.app_of(toy, "9")
    with pytest.raises(Trouble, match=r"Step 2, shout has no app.py to run: choose another step\."):
        workshop.app_of(toy, "2")


def test_a_folder_can_be_run(tmp_path: Path, toy: Project) -> None:
    (tmp_path / "app.py").touch()
    assert workshop.app_of(toy, str(tmp_path)) == (tmp_path, str(tmp_path))


def test_typing_along_starts_with_the_step_before(toy: Project, tmp_path: Path) -> None:
    (toy.steps[0].folder / "marginalia.db").touch()
    workshop.begin(toy, toy.step(2), tmp_path / "new" / "mine")
    assert [path.name for path in (tmp_path / "new" / "mine").rglob("*")] == ["dram", "__init__.py"]


def test_step_1_is_typed_from_nothing(toy: Project, tmp_path: Path) -> None:
    (toy.steps[0].folder / "requirements.txt").write_text("werkzeug\n", "utf-8")
    workshop.begin(toy, toy.step(1), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["requirements.txt"]


@pytest.mark.parametrize("name", ["steps", "steps/step01_greet/dram/__init__.py"])
def test_what_exists_is_not_written_over(toy: Project, name: str) -> None:
    with pytest.raises(Trouble, match="exists and is not empty: name a folder that does not exist yet"):
        workshop.begin(toy, toy.step(2), toy.root / name)


def test_start_says_what_is_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine"
    assert workshop.start(argparse.Namespace(step="routing", folder=mine)) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{mine} is a copy of step 1, hello. To write step 2, routing, in it:\n")
    assert f" test 2 --on {mine}\n" in told


def settings(project: Project, name: str = "step02_shout") -> Path:
    path = project.root / "pyproject.toml"
    path.write_text(f'"steps/{name}/dram" = "dram"\n', "utf-8")
    return path


def everything(project: Project) -> set[Path]:
    return set(project.root.rglob("*"))


def test_the_next_step_is_a_copy_with_an_empty_suite_and_an_essay(toy: Project) -> None:
    place, ways = settings(toy), toy.root / "tests" / "series" / "ways"
    ways.mkdir(parents=True)
    (ways / "02.txt").write_text("request: GET /\n", "utf-8")
    step = workshop.begin_step(toy, "app_context")
    assert (ways / "03.txt").read_text("utf-8") == "request: GET /\n"
    assert step.name == "step03_app_context"
    assert step.files == toy.steps[1].files
    assert place.read_text("utf-8") == '"steps/step03_app_context/dram" = "dram"\n'
    assert (step.suite / "test_app_context.py").read_text("utf-8") == '"""What step 3, app_context, promises."""\n'
    essay = step.essay.read_text("utf-8")
    assert essay.startswith("---\ntitle: App context\ndescription: ")
    assert re.findall("^## (.*)", essay, re.MULTILINE) == [
        "The idea", "The code", "The request’s way", "Try it", "What it cost", "Exercises",
    ]  # fmt: skip
    assert step.exercises.is_dir()


@pytest.mark.parametrize("slug", ["Hooks", "2fast", "app-context", "../x", "", "a__b", "_a"])
def test_a_bad_name_is_refused(toy: Project, slug: str) -> None:
    settings(toy)
    before = everything(toy)
    with pytest.raises(Trouble, match="cannot name a step: use lower-case words joined by underscores"):
        workshop.begin_step(toy, slug)
    assert everything(toy) == before


def test_a_taken_name_is_refused(toy: Project) -> None:
    settings(toy)
    with pytest.raises(Trouble, match="The name 'greet' is taken: choose another"):
        workshop.begin_step(toy, "greet")


def test_a_package_that_lags_behind_is_noticed(toy: Project) -> None:
    settings(toy, "step01_greet")
    with pytest.raises(Trouble, match=r"pyproject.toml does not take its package from step02_shout"):
        workshop.begin_step(toy, "hooks")


def test_a_failure_half_way_leaves_nothing(toy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(toy)
    before = everything(toy)
    write = Path.write_text

    def fail(path: Path, *args: str, **options: str) -> int:
        if path.suffix == ".md":
            raise OSError(28, "No space left on device", str(path))
        return write(path, *args, **options)

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(Trouble, match=r"03-hooks.md cannot be written \(No space left on device\)"):
        workshop.begin_step(toy, "hooks")
    shutil.rmtree(toy.root / "posts", ignore_errors=True)
    shutil.rmtree(toy.root / "exercises", ignore_errors=True)
    assert everything(toy) == before
