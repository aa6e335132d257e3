"""Sends a case to an application as a server does, and says what it did that no application may do."""

from __future__ import annotations

import re
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from series.fuzzing.cases import Case, Way

#: After so many seconds an answer counts as hanging.
PATIENCE = 10

STATUS = re.compile(r"[1-5]\d\d [ -~]*")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t -~\x80-\xff]*")


class Hangs(BaseException):
    """No answer comes. Not an `Exception`, because the application must not answer it."""


@dataclass
class Answer:
    """What came back: what `start_response` was called with, each time, the parts of the body, and what stayed."""

    started: list[tuple[Any, ...]] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    log: str = ""
    left: bool = False


@dataclass
class Target:
    """An application, its framework's `current`, a signed cookie, a request that gets 200, and the ways into it."""

    app: Any
    current: ContextVar[Any]
    signed: str
    good: Case
    ways: list[Way]
    #: The status of the last answer.
    status: str = ""

    def faults(self, case: Case) -> list[str]:
        """What goes wrong with a case, and with a good request after it."""
        found, self.status, cookie = copy_context().run(self._judge, case, self.signed)
        # With the cookie that it set, because what was put into the session must be readable.
        after, status, _ = copy_context().run(self._judge, self.good, cookie or self.signed)
        if status != "200":
            after.append(f"status {status}")
        return found + [f"a good request after it: {fault}" for fault in after]

    def _judge(self, case: Case, signed: str) -> tuple[list[str], str, str]:
        """The faults of an answer, its status, and the cookie that it sets."""
        answer = Answer()
        try:
            with patience():
                self.ask(case, signed, answer)
            found = list(faults(case, answer))
        except (Exception, Hangs) as error:
            found = [f"raises {place(''.join(traceback.format_exception(error)))}"]
        if answer.left or self.current.get(None) is not None:
            found.append("leaves a context behind")
        status, headers = answer.started[0] if answer.started else ("none", [])
        cookie = next((value for _, value in headers if value.startswith("session=")), "")
        return found, str(status)[:4].strip(), cookie.partition(";")[0]

    def ask(self, case: Case, signed: str, answer: Answer) -> None:
        """Send a case as a server does, and note the answer. Raises what the application raises."""
        environ = case.environ(signed)

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[..., Any]:
            answer.started.append((status, headers))
            return answer.parts.append

        body = self.app(environ, start_response)
        answer.left = self.current.get(None) is not None
        try:
            answer.parts.extend(body)
        finally:
            getattr(body, "close", str)()
        answer.log = environ["wsgi.errors"].getvalue()


def faults(case: Case, answer: Answer) -> Iterator[str]:
    """What is wrong about an answer."""
    body = b"".join(part if isinstance(part, bytes) else b"" for part in answer.parts)
    if "Traceback (most" in answer.log:
        yield f"logs {place(answer.log)}"
    if b"Traceback (most" in body:
        yield f"shows {place(body.decode('latin-1'))}"
    if len(answer.started) != 1:
        yield f"calls start_response {len(answer.started)} times"
        return
    line, headers = answer.started[0]
    if not STATUS.fullmatch(line):
        yield f"status line {line!r}"
    if line >= "5" and "Traceback (most" not in answer.log:
        yield f"status {line}"
    for name, value in headers:
        if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
            yield f"header {name[:40]!r} is malformed"
    if not all(isinstance(part, bytes) for part in answer.parts):
        yield "the body is not bytes"
    if body and case.method == "HEAD":
        yield "a body for HEAD"
    if (length := dict(headers).get("Content-Length", str(len(body)))) != str(len(body)) and case.method != "HEAD":
        yield f"a body of {len(body)} bytes is announced as {length}"


@contextmanager
def patience() -> Iterator[None]:
    """Raise `Hangs` in the block when it takes too long, where the system has such an alarm."""

    def give_up(*_: object) -> None:
        raise Hangs

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def place(report: str) -> str:
    """The exception that a traceback ends with: its type, where it was raised, and the framework's part in it."""
    last = report.rpartition("Traceback (most")[2]
    frames = [(Path(file), function) for file, function in re.findall(r'File "([^"]+)", line \d+, in (\S+)', last)]
    frames = frames[-1:] + [(file, function) for file, function in frames if "dram" in file.parts][-1:]
    named = [f"{'/'.join(file.parts[-2:])} {function}" for file, function in frames]
    kind = re.search(r"^\w[\w.]*", last, re.MULTILINE)
    return ", ".join(dict.fromkeys([kind[0] if kind else "?", *named]))
