"""Runs suites in the page's Python, by the plugin that runs them in a terminal, and counts what only a terminal has."""

from __future__ import annotations

import asyncio
import importlib
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, NoReturn

import pytest

#: Whether this Python lacks what a terminal has.
LACKING = sys.platform == "emscripten"

NO_MODULE = re.compile(r"^E +ModuleNotFoundError: No module named '(\w+)'", re.MULTILINE)

#: As the suites are run in a terminal; what pytest looks for beside it takes time and finds nothing.
OPTIONS = ["-q", "--tb=short", "-W", "error", "--strict-markers", "--import-mode=importlib", "--capture=sys"]
OPTIONS += ["--continue-on-collection-errors", "--color=no"]
OPTIONS += [f"-pno:{name}" for name in ("cacheprovider", "doctest", "faulthandler", "junitxml", "pastebin", "stepwise")]


class NeedsTerminal(RuntimeError):
    """Something was asked for that the Python in a page cannot have."""


class Verdicts:
    """A plugin for pytest that keeps what each test came to.

    A test that fails after it asked for something that is lacking says nothing about the files: it needs a terminal.
    So does one that skips itself.
    """

    def __init__(self, asked: list[str]) -> None:
        self.asked, self.passed = asked, 0
        self.failed: dict[str, str] = {}
        self.terminal: dict[str, str] = {}

    def pytest_runtest_logstart(self) -> None:
        self.asked.clear()

    def pytest_collectstart(self) -> None:
        self.asked.clear()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed(report)
        elif report.skipped and not hasattr(report, "wasxfail"):
            self.terminal[report.nodeid] = (
                report.longrepr[2] if isinstance(report.longrepr, tuple) else "it skips itself"
            )
        elif report.when == "teardown":
            self.passed += report.nodeid not in self.failed and report.nodeid not in self.terminal

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed(report)

    def _failed(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        text = report.longreprtext
        modules = [f"the module {name}" for name in NO_MODULE.findall(text) if name in sys.stdlib_module_names]
        if reasons := [*self.asked, *(modules if LACKING else ())]:
            self.terminal[report.nodeid] = f"It needs {reasons[0]}."
        else:
            self.failed[report.nodeid] = text


def check(folder: Path, suite: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Run the tests in the files `names` of `suite` on the framework in `folder`; see `Bridge.check`."""
    began = time.perf_counter()
    with TemporaryDirectory() as temporary, _apart(folder), _lacking() as asked:
        root, verdicts = Path(temporary).resolve(), Verdicts(asked)
        number = _lay_out(suite, root)
        places = [f"--rootdir={root}", f"--basetemp={root / 'made'}", "--on", str(folder), "--step", number]
        _run([*places, *(str(root / name) for name in names if Path(name).name.startswith("test_"))], verdicts)
        texts = {name: _short(text, root, folder) for name, text in verdicts.failed.items()}
    return {
        "passed": verdicts.passed,
        "failed": [{"name": _name(name), "text": text} for name, text in texts.items()],
        "terminal": [{"name": _name(name), "reason": reason} for name, reason in verdicts.terminal.items()],
        "seconds": round(time.perf_counter() - began, 2),
    }


def _lay_out(suite: dict[str, Any], root: Path) -> str:
    """Write a suite into a project that holds nothing else, go there, and return the number of its step."""
    from bridge import lay_out

    lay_out(suite, root)
    step = re.search(r"step(\d\d)", next(iter(suite)))
    number = step[1] if step else "01"
    (root / "steps" / f"step{number}_page").mkdir(parents=True)
    (root / "tests").mkdir(exist_ok=True)
    (root / "tests" / "__init__.py").touch()  # the applications of the suites are called after it
    os.chdir(root)
    sys.path.insert(0, str(root))
    return number


def _run(arguments: list[str], verdicts: Verdicts) -> None:
    """Run pytest; where it cannot tell which test is at fault, the fault is its own."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code = pytest.main([*OPTIONS, *arguments], [verdicts, importlib.import_module("series.suite_plugin")])
        except Exception:  # What is found when all is cleaned up at the end.
            code = pytest.ExitCode.INTERNAL_ERROR
            traceback.print_exc()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        verdicts.failed.setdefault("pytest", said.getvalue())


def _name(test: str) -> str:
    file, sign, rest = test.partition("::")
    return f"{file.rpartition('/')[2]}{sign}{rest}"


def _short(text: str, *folders: Path) -> str:
    for folder in folders:
        text = text.replace(f"{folder}{os.sep}", "")
    return text


@contextmanager
def _apart(folder: Path) -> Iterator[None]:
    """Let the suite import the folder anew, and give the running application its modules back."""
    from bridge import forget

    modules, path, finders, variables = dict(sys.modules), sys.path[:], sys.meta_path[:], dict(os.environ)
    forget(folder)
    try:
        yield
    finally:
        forget(folder)
        for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "exercises")]:
            del sys.modules[name]
        ours = {name: module for name, module in modules.items() if name not in sys.modules}
        sys.modules.update(ours)
        sys.path[:], sys.meta_path[:] = path, finders
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)


@contextmanager
def _lacking() -> Iterator[list[str]]:
    """Keeps a list of what is asked for and is not there."""
    asked: list[str] = []

    def refuse(what: str) -> Callable[..., NoReturn]:
        def refused(*_: Any, **__: Any) -> NoReturn:
            asked.append(what)
            raise NeedsTerminal(f"The Python in a page has no {what}.")

        return refused

    with pytest.MonkeyPatch.context() as patch:
        if LACKING:
            patch.setattr(threading.Thread, "start", refuse("threads"))
            patch.setattr(subprocess.Popen, "__init__", refuse("processes"))
            patch.setattr(socket.socket, "__init__", refuse("sockets"))
            patch.setitem(sys.modules, "greenlet", ModuleType("greenlet"))
            patch.setattr("greenlet.greenlet", refuse("greenlets"), raising=False)
            patch.setattr("greenlet.getcurrent", refuse("greenlets"), raising=False)
            patch.setattr(asyncio, "run", run)
        yield asked


class Loop(asyncio.BaseEventLoop):
    """An event loop that waits for time alone: there are no sockets to wait for, and Pyodide's own loop never ends."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> list[Any]:
        """Wait until it is time for the next call."""
        if timeout is None:
            raise NeedsTerminal("Nothing is left that this could wait for.")
        time.sleep(timeout)
        return []

    def _process_events(self, _: list[Any]) -> None: ...

    def _write_to_self(self) -> None: ...


def run(main: Coroutine[Any, Any, Any], *, debug: bool | None = None) -> Any:
    """`asyncio.run` with such a loop."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        with asyncio.Runner(debug=debug, loop_factory=Loop) as runner:
            return runner.run(main)
    finally:
        asyncio._set_running_loop(outer)
