"""The server in the page: it asks a step's application over WSGI, keeps the cookies, and runs the suites.

The page's worker calls a `Bridge`. The same file runs in any Python from 3.11 on, where the checks hold it against
each step.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib
import io
import json
import json.scanner
import linecache
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import Context
from difflib import unified_diff
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote_to_bytes
from urllib.request import Request

#: Where the application believes that it lives, as it does after `python app.py`.
HOST = "127.0.0.1:5000"

#: What may stand in an address as it is; anything else is escaped, as a browser would.
PLAIN = "!\"#$%&'()*+,-./:;=?@[\\]^_`{|}~"

Files = dict[str, Any]


def lay_out(files: Files, folder: Path) -> None:
    """Write files below a folder: each a text, or `{"base64": …}`. Raises `ValueError` for one that is elsewhere."""
    for name, content in files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ValueError(f"{name} is not below {folder.name}.")
        data = content.encode() if isinstance(content, str) else base64.b64decode(content["base64"])
        before = path.stat().st_mtime if path.is_file() else 0
        if not before or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            # Python tells by the second whether what it compiled is still that of the file.
            os.utime(path, (time.time(), max(time.time(), before + 1)))


class Terminal(io.StringIO):
    """What would stand in the terminal. It is the same all the time, because log handlers keep hold of it."""

    def take(self) -> str:
        """What was written since it was last asked for."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


class Reply:
    """What an application answers a server: PEP 3333 from the server's side. Raises `AssertionError` where it errs."""

    def __init__(self, application: Callable[..., Any], environ: dict[str, Any]) -> None:
        self.status, self.headers, self.chunks = "", list[tuple[str, str]](), list[bytes]()
        result = application(environ, self.start)
        try:
            for chunk in result:
                self.write(chunk)
            assert self.status, "The application ended and has not called start_response."
        finally:
            if hasattr(result, "close"):
                result.close()

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        """The `start_response` of PEP 3333."""
        try:
            if exc_info and any(self.chunks):
                raise exc_info[1].with_traceback(exc_info[2])
            assert exc_info or not self.status, "The application has called start_response twice."
        finally:
            exc_info = None  # It holds this frame, which holds it.
        assert re.match(r"\d\d\d( |$)", status), f"A status is like '200 OK', and not {status!r}."
        for header in headers:
            assert [*map(type, header)] == [str, str], f"A header is a pair of texts, and not {header!r}."
        self.status, self.headers = status, list(headers)
        return self.write

    def write(self, chunk: bytes) -> None:
        """A piece of the body."""
        assert isinstance(chunk, bytes), f"The pieces of a body are bytes, and not {type(chunk).__name__}."
        assert self.status or not chunk, "The application has sent something before it called start_response."
        self.chunks.append(chunk)


class Bridge:
    """A step's application and its one visitor. `folder` holds the step's files as `reset` brings them back."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder).resolve()
        self.original = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        self.jar, self.terminal, self.application = CookieJar(), Terminal(), None
        self.loggers = set(logging.root.manager.loggerDict)
        stand_in()
        #: Why the application did not start, when it did not.
        self.fault = "app.py was not started.\n"
        # So that only what was edited is compiled again.
        sys.dont_write_bytecode = False
        sys.path.insert(0, str(self.folder))

    def start(self, files: Files | None = None) -> str:
        """Write files if there are any, and import `app.py` anew. Returns the traceback if that fails, else nothing."""
        self.application = None
        try:
            lay_out(files or {}, self.folder)
            os.chdir(self.folder)
            self._forget()
            with self._printing():
                module: Any = __import__("app")
                self.application = module.app if hasattr(module, "app") else module.create_app()
        except BaseException as error:  # Also what ends a program: here it must not end Python.
            self.fault = self._told(error)
            return self.fault
        return ""

    def reset(self) -> None:
        """Forget the cookies, what the application wrote, and what was edited. The next thing is to `start` again."""
        self.jar.clear()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in self.original:
                path.unlink()
        for path, content in self.original.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def ask(self, method: str, path: str, headers: list[list[str]], body: bytes = b"") -> dict[str, Any]:
        """Answer one request, and follow no redirect. Raises nothing: an application that fails answers its traceback.

        `headers` are pairs, and come back as `sent` with those that a browser adds. `stand_ins` are sentences: what has
        worked otherwise so far than in a terminal.
        """
        target = "/" + quote(path.partition("#")[0].removeprefix("/"), safe=PLAIN)
        sent = self._sent(target, headers, bytes(body))
        began = time.perf_counter()
        with self._printing():
            try:
                environ = self._environ(method, target, sent, bytes(body))
                # A context of its own, as in the thread that a server has for each request.
                reply: Any = Context().run(Reply, self.application or self._not_started, environ)
            except BaseException as error:
                reply = self._failed(error)
        took = (time.perf_counter() - began) * 1000
        self._keep_cookies(target, reply.headers)
        status, _, reason = reply.status.partition(" ")
        bodiless = method == "HEAD" or status[0] == "1" or status in ("204", "304")
        return {
            "status": int(status),
            "reason": reason,
            "headers": [list(header) for header in reply.headers],
            "body": b"" if bodiless else b"".join(reply.chunks),
            "milliseconds": round(took, 2),
            "sent": sent,
            "errors": self._short(self.terminal.take()),
            "stand_ins": [*USED],
        }

    def watch(self, method: str, path: str, headers: list[list[str]], body: bytes = b"") -> dict[str, Any]:
        """The same, with the way of the request as `recording`."""
        from recorder import record

        answers: list[dict[str, Any]] = []
        recording = record(lambda: answers.append(self.ask(method, path, headers, body)), str(self.folder))
        return {**answers[0], "recording": recording}

    def check(self, suite: Files, names: list[str] | None = None) -> dict[str, Any]:
        """Hold the files as they are against test files; `names` are those to run, or all.

        Needs what is in `testing.zip`.
        """
        from checking import check

        with self._printing():
            result: dict[str, Any] = check(self.folder, suite, names or list(suite))
        self.terminal.take()
        return result

    def patch(self, files: Files) -> str:
        """What differs between these files and those that came, as a unified diff that `git apply` takes."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for name in sorted(files)
            for line in unified_diff(
                self.original[self.folder / name].decode().splitlines(keepends=True),
                files[name].splitlines(keepends=True),
                f"a/{name}",
                f"b/{name}",
            )
        )

    @contextmanager
    def _printing(self) -> Iterator[None]:
        with redirect_stdout(self.terminal), redirect_stderr(self.terminal):
            yield

    def _forget(self) -> None:
        """Let the modules of the folder, and what they have set up of the log, be made anew."""
        forget(self.folder)
        for name in logging.root.manager.loggerDict.keys() - self.loggers:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.filters.clear()
            logger.setLevel(logging.NOTSET)
            logger.propagate, logger.disabled = True, False

    def _sent(self, target: str, headers: list[list[str]], body: bytes) -> list[list[str]]:
        """The headers of a request, with those that a browser adds."""
        named = {name.lower() for name, _ in headers}
        sent = [["Host", HOST], *map(list, headers)] if "host" not in named else [*map(list, headers)]
        request = Request(f"http://{HOST}{target}")
        self.jar.add_cookie_header(request)
        if request.has_header("Cookie") and "cookie" not in named:
            sent.append(["Cookie", str(request.get_header("Cookie"))])
        if body and "content-length" not in named:
            sent.append(["Content-Length", str(len(body))])
        return sent

    def _keep_cookies(self, target: str, headers: list[tuple[str, str]]) -> None:
        message = HTTPMessage()
        for name, value in headers:
            message[name] = value
        # The jar asks a response for nothing else.
        response: Any = SimpleNamespace(info=lambda: message)
        self.jar.extract_cookies(response, Request(f"http://{HOST}{target}"))

    def _environ(self, method: str, target: str, headers: list[list[str]], body: bytes) -> dict[str, Any]:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": HOST.partition(":")[0],
            "SERVER_PORT": HOST.partition(":")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": self.terminal,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers:
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            both = (environ[key], value) if key in environ else (value,)
            environ[key] = ("; " if key == "HTTP_COOKIE" else ", ").join(both)
        return environ

    def _not_started(self, _: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """What answers where the application could not be imported: the reason."""
        start_response("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
        return [self.fault.encode()]

    def _failed(self, error: BaseException) -> SimpleNamespace:
        """What the reader gets when an exception leaves the application."""
        text = self._told(error)
        self.terminal.write(text)
        headers = [("Content-Type", "text/plain; charset=utf-8")]
        return SimpleNamespace(status="500 Internal Server Error", headers=headers, chunks=[text.encode()])

    def _told(self, error: BaseException) -> str:
        """A traceback without our own frames, and with paths below the folder."""
        told: Any = traceback.TracebackException.from_exception(error)
        each = told
        while each is not None:
            each.stack = traceback.StackSummary.from_list(f for f in each.stack if f.filename != __file__) or None
            each = each.__cause__ or each.__context__
        return self._short("".join(told.format()))

    def _short(self, text: str) -> str:
        return text.replace(f"{self.folder}{os.sep}", "").encode(errors="backslashreplace").decode()


def forget(folder: Path) -> None:
    """Forget all modules that came from a folder."""
    for name, module in list(sys.modules.items()):
        places = [getattr(module, "__file__", None), *(getattr(module, "__path__", None) or ())]
        if any(place and Path(place).is_relative_to(folder) for place in places):
            del sys.modules[name]
    importlib.invalidate_caches()
    linecache.clearcache()


#: What stood in for something so far, a sentence each.
USED: list[str] = []


def stand_in() -> None:
    """Put something in the place of what the Python in a page lacks and applications need."""
    if sys.platform == "emscripten" and not hasattr(hashlib, "scrypt"):
        vars(hashlib).update(scrypt=_not_scrypt, pbkdf2_hmac=_not_pbkdf2)
    if sys.platform == "emscripten" and not hasattr(os, "link"):
        setattr(Path, "hardlink_to", _not_a_link)  # noqa: B010 (it is a method, as far as types go)
    if sys.platform == "emscripten":
        # The one in C goes as deep as a text is nested; the browser's stack ends before, and Python with it.
        vars(json.scanner)["make_scanner"] = vars(json.scanner)["py_make_scanner"]
        vars(json)["_default_decoder"] = json.JSONDecoder()


def _tell(sentence: str) -> None:
    if sentence not in USED:
        USED.append(sentence)


def _not_a_link(path: Path, target: str | Path) -> None:
    _tell("A hard link is a copy, because the files here have none.")
    with path.open("xb") as file:
        file.write(Path(target).read_bytes())
    path.chmod(Path(target).stat().st_mode)


def _not_scrypt(password: bytes, *, salt: bytes, n: int, r: int, p: int, dklen: int = 64, **_: int) -> bytes:
    """NOT scrypt, and not fit for use: it is fast, so that passwords could be guessed."""
    return _not_pbkdf2("sha512", password, salt + f"{n}:{r}:{p}".encode(), 1, dklen)


def _not_pbkdf2(name: str, password: bytes, salt: bytes, iterations: int, dklen: int | None = None) -> bytes:
    """NOT fit for use: one round, however many are asked for."""
    if sys.platform != "emscripten":
        raise RuntimeError("The stand-in for password hashes works in a browser only.")
    _tell("Passwords are hashed by a stand-in that is not fit for use, because there is no scrypt here.")
    key = hmac.digest(password, salt + str(iterations).encode(), name)
    return (key * (1 + (dklen or 0) // len(key)))[: dklen or len(key)]
