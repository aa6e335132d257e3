"""Bad requests are answered well by the last step, and whatever is not answered well would be seen."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest

from series import fuzz
from series.fuzzing import asking, cases
from series.fuzzing.asking import Target
from series.fuzzing.cases import Case
from series.project import ROOT, Project

STEP = Project().last
HTML = [("Content-Type", "text/html")]

current: ContextVar[Any] = ContextVar("current")


def fuzzed(folder: Path, count: int, seed: int = 1) -> subprocess.CompletedProcess[str]:
    command = fuzz.command(folder, count, seed)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_last_step_answers_two_thousand_bad_requests_well() -> None:
    done = fuzzed(STEP.folder, 2000)
    print(done.stdout)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """The last step with two faults: it trusts a number, and pushes a context that it does not pop."""
    folder = tmp_path / "steps" / "planted"
    shutil.copytree(STEP.folder, folder, ignore=shutil.ignore_patterns("__pycache__", "instance"))
    path = folder / "app.py"
    hooks = """
@app.before_request
def planted() -> None:
    if "n" in request.args:
        int(request.args["n"])
    if "keep" in request.args:
        app.app_context().push()


if __name__"""
    path.write_text(path.read_text("utf-8").replace("\nif __name__", hooks), "utf-8", newline="\n")
    return folder


def test_faults_in_a_step_are_found_and_made_small(planted: Path) -> None:
    done = fuzzed(planted, 500)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "logs ValueError, planted/app.py planted" in done.stdout
    assert "raises RuntimeError, dram/ctx.py pop" in done.stdout
    for query in "n", "keep":
        assert f"Case(app='marginalia', method='GET', path=b'', query=b'{query}', headers=(), body=b''" in done.stdout


def answers(status: str = "200 OK", headers: Any = HTML, body: Any = (b"",), times: int = 1) -> Callable[..., Any]:
    def app(environ: Any, start_response: Any) -> Any:
        for _ in range(times):
            start_response(status, headers)
        return body

    return app


def found(app: Any, method: str = "GET") -> list[str]:
    """The faults of an application that answers well at another path."""

    def wrapped(environ: Any, start_response: Any) -> Any:
        return (app if environ["PATH_INFO"] == "/bad" else answers())(environ, start_response)

    return Target(wrapped, current, "", Case("app"), []).faults(Case("app", method, b"/bad"))


def leaves(environ: Any, start_response: Any) -> Any:
    current.set(environ)
    return answers()(environ, start_response)


def leaves_in_the_body(environ: Any, start_response: Any) -> Any:
    def body() -> Any:
        current.set(environ)
        yield b""

    return answers(body=body())(environ, start_response)


def hangs(environ: Any, start_response: Any) -> Any:
    time.sleep(9)


def logs(environ: Any, start_response: Any) -> Any:
    environ["wsgi.errors"].write('Traceback (most recent call last):\n  File "app.py", line 1, in view\nKeyError: 1\n')
    return answers()(environ, start_response)


def breaks_for_ever(environ: Any, start_response: Any) -> Any:
    breaks_for_ever.broken |= environ["REQUEST_METHOD"] == "POST"
    return answers("404 Not Found" if breaks_for_ever.broken else "200 OK")(environ, start_response)


def leaves_and_raises(environ: Any, start_response: Any) -> Any:
    current.set(environ)
    raise KeyError


FAULTS = [
    (answers("500 Oops"), "status 500 Oops"),
    (answers("200 OK\r\nX: y"), "status line '200 OK\\r\\nX: y'"),
    (answers(headers=[("X", "a\nb")]), "header 'X' is malformed"),
    (answers(headers=[("X", "€")]), "header 'X' is malformed"),
    (answers(headers=[("X y", "a")]), "header 'X y' is malformed"),
    (answers(headers=[("Content-Length", "7")]), "a body of 0 bytes is announced as 7"),
    (answers(body=["text"]), "the body is not bytes"),
    (answers(body=[b"Traceback (most recent call last):"]), "shows ?"),
    (answers(times=2), "calls start_response 2 times"),
    (answers(times=0), "calls start_response 0 times"),
    (answers(body=None), "raises TypeError, fuzzing/asking.py ask"),
    (leaves, "leaves a context behind"),
    (leaves_in_the_body, "leaves a context behind"),
    (leaves_and_raises, "raises KeyError, series/test_fuzz.py leaves_and_raises; leaves a context behind"),
    (logs, "logs KeyError, app.py view"),
    (hangs, "raises series.fuzzing.asking.Hangs, fuzzing/asking.py give_up"),
]


@pytest.mark.parametrize(("app", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_each_kind_of_fault_is_seen(app: Any, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if app is hangs and not hasattr(asking.signal, "setitimer"):
        pytest.skip("this system has no alarm")
    monkeypatch.setattr(asking, "PATIENCE", 0.1)
    assert found(app) == fault.split("; ")


def test_a_body_for_head_is_seen() -> None:
    assert found(answers(body=[b"text"]), "HEAD") == ["a body for HEAD"]


def test_a_good_answer_has_no_fault() -> None:
    assert found(answers()) == []


def test_a_good_request_that_fails_after_a_bad_one_is_seen() -> None:
    breaks_for_ever.broken = False  # type: ignore[attr-defined]
    target = Target(breaks_for_ever, current, "", Case("app"), [])
    assert target.faults(Case("app", "POST")) == ["a good request after it: status 404"]


WAYS: list[cases.Way] = [("GET", (b"/", b"")), ("POST", (b"/essays/", b"/notes"))]


def test_the_same_seed_makes_the_same_cases() -> None:
    def made(seed: int) -> list[Case]:
        return [*cases.made_up(cases.structured("app", WAYS), 50, seed), *cases.scrambled("app", WAYS, 50, seed)]

    assert made(1) == made(1)
    assert made(1) != made(2)
    assert len(made(1)) == 100


def test_a_case_arrives_as_a_server_would_pass_it_on() -> None:
    case = Case("app", "POST", b"/\xff", b"a=\xff", (("Cookie", "SIGNED"), ("Content-Length", "x")), b"body")
    environ = case.environ("session=x")
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/ÿ", "a=ÿ")
    assert (environ["HTTP_COOKIE"], environ["CONTENT_LENGTH"]) == ("session=x", "x")
    assert environ["wsgi.input"].read() == b"body"


def test_a_client_that_goes_away_is_an_error_of_the_stream() -> None:
    stream = Case("app", body=b"0123456789abc", stream="broken").environ("")["wsgi.input"]
    assert stream.read(10) == b"0123456789"
    with pytest.raises(ConnectionResetError):
        stream.read(1)
