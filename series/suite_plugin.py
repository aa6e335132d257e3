"""The pytest plugin of the suites: what the name `dram` stands for, the fixtures, the marks, the record of results."""

from __future__ import annotations

import importlib
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from series.project import Project, Step

STEP = pytest.StashKey[int]()
FAULT = pytest.StashKey[tuple[str, str]]()
SUITE = re.compile(r"tests/step(\d\d)_\w+")

MARKS = (
    "until(step, reason): the promise is kept up to the step before `step`, and broken on purpose from there on",
    "guard(removes): cannot be red on the step before; the patch takes the protection out, and must turn the test red",
    "differs(why): Flask behaves otherwise",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("dram", "the steps of Dram")
    group.addoption("--step", metavar="N", help="test this step, by number or name; the last one unless given")
    group.addoption("--on", metavar="DIR", type=Path, help="test the files in this folder instead of the step's")
    group.addoption("--flask", action="store_true", help="test the Flask that is installed")
    group.addoption("--guard", metavar="PATCH", help="only tests with this guard")
    group.addoption("--record", metavar="FILE", type=Path, help="write what each test came to, one JSON line each")


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    step = _step(config)
    config.stash[STEP] = step.number
    if config.getoption("--flask"):
        sys.meta_path.insert(0, FlaskFinder())
        return
    folder = (config.getoption("--on") or step.folder).resolve()
    sys.path.insert(0, str(folder))
    sys.meta_path.insert(0, FolderFinder(folder))


def _step(config: pytest.Config) -> Step:
    project, name = Project(config.rootpath), config.getoption("--step")
    if name in (None, ""):
        return project.last
    return Step(0, "nothing", project.root) if name == "0" else project.step(name)


class FolderFinder(MetaPathFinder):
    """Finds `dram` in one folder or nowhere, whatever else is installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(self, fullname: str, *_: Any, **__: Any) -> ModuleSpec | None:
        if fullname != "dram":
            return None
        spec = PathFinder.find_spec(fullname, [str(self.folder)])
        if spec is None:
            raise ModuleNotFoundError(f"No module named 'dram' in {self.folder.name}", name="dram")
        return spec


class FlaskFinder(MetaPathFinder, Loader):
    """Lets `dram` and its modules stand for `flask` and its modules, and `Dram` in a name for `Flask`."""

    def find_spec(self, fullname: str, *_: Any, **__: Any) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "dram":
            return None
        return ModuleSpec(fullname, self, is_package=fullname == "dram")

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        try:
            real = importlib.import_module("flask" + spec.name.removeprefix("dram"))
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"No module named {spec.name!r}", name=spec.name) from error
        module = ModuleType(spec.name)
        module.__dict__["__getattr__"] = lambda name: getattr(real, name.replace("Dram", "Flask"))
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: each name is looked up in Flask when it is asked for."""


class SuiteClient(Client):
    """A client for which an application that crashes is a broken promise, not a broken test."""

    def open(self, *args: Any, buffered: bool = True, follow_redirects: bool = False, **options: Any) -> TestResponse:
        try:
            return super().open(*args, buffered=buffered, follow_redirects=follow_redirects, **options)
        except Exception as error:
            pytest.fail(f"the application raised {type(error).__name__}: {error}")


@pytest.fixture
def app() -> Any:
    """A fresh application; imported here, so that on step 0 each test is red by itself."""
    from dram import Dram  # type: ignore[import-not-found, unused-ignore]

    return Dram("tests")


@pytest.fixture
def client(app: Any) -> Client:
    """A client of `app`: it reads the whole body, and fails the test when the application raises an exception."""
    return SuiteClient(app)


@pytest.fixture
def bare_client(app: Any) -> Client:
    """A client of `app` that lets its exceptions through and does not read ahead."""
    return Client(app)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the suites of later steps, unless they are asked for by name."""
    match = SUITE.match(_relative(collection_path, config))
    if match is None or int(match[1]) <= config.stash[STEP]:
        return None
    asked = config.args if config.args_source is config.ArgsSource.ARGS else []
    return None if any(SUITE.match(_relative(config.invocation_params.dir / arg, config)) for arg in asked) else True


def _relative(path: Path, config: pytest.Config) -> str:
    return path.relative_to(config.rootpath).as_posix() if path.is_relative_to(config.rootpath) else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select the guards that are asked for, and expect the failures that the marks announce."""
    if wanted := config.getoption("--guard"):
        config.hook.pytest_deselected(items=[item for item in items if _marks(item)["guard"] != wanted])
        items[:] = [item for item in items if _marks(item)["guard"] == wanted]
    flask = config.getoption("--flask")
    for item in items:
        marks = _marks(item)
        broken = marks["until"] is not None and (flask or config.stash[STEP] >= marks["until"])
        if broken or (flask and marks["differs"] is not None):
            item.add_marker(pytest.mark.xfail(strict=True, reason=marks["because"] or marks["differs"] or ""))


def _marks(item: pytest.Item) -> dict[str, Any]:
    guard, until, differs = (item.get_closest_marker(name) for name in ("guard", "until", "differs"))
    return {
        "guard": guard and guard.kwargs.get("removes", ""),
        "until": until and next(iter(until.args), 0),
        "because": until and until.kwargs.get("reason", ""),
        "differs": differs and next(iter(differs.args), ""),
    }


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Record what a test came to, before its marks are taken into account."""
    if call.excinfo is not None and FAULT not in item.stash:
        item.stash[FAULT] = (_reason(call.excinfo.value, call.excinfo.tb), _message(call.excinfo.value))
    if call.when == "teardown":
        reason, message = item.stash.get(FAULT, ("", ""))
        _record(item.config, {"test": item.nodeid, "reason": reason, "message": message, **_marks(item)})


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed:
        message = report.longreprtext.strip().splitlines()[-1].removeprefix("E").strip()
        _record(collector.config, {"test": collector.nodeid, "reason": "collection", "message": message})


def _record(config: pytest.Config, result: dict[str, Any]) -> None:
    if path := config.getoption("--record"):
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(result) + "\n")


def _message(error: BaseException) -> str:
    first = textwrap.shorten(next(iter(str(error).strip().splitlines()), ""), 160, placeholder=" …")
    return first if isinstance(error, pytest.fail.Exception) else f"{type(error).__name__}: {first}"


def _reason(error: BaseException, traceback: TracebackType | None) -> str:
    """Why a test is red: `assertion` and `name` count, anything else is an `error` (or was `skipped`)."""
    if isinstance(error, pytest.skip.Exception):
        return "skipped"
    if isinstance(error, pytest.fail.Exception) or (isinstance(error, AssertionError) and not _in_dram(traceback)):
        return "assertion"
    return "name" if _lacks_a_name(error) else "error"


def _in_dram(traceback: TracebackType | None) -> bool:
    """Whether the framework raised it: its own assertions are exceptions like others."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and _of_dram(traceback.tb_frame.f_globals.get("__name__"))


def _lacks_a_name(error: BaseException) -> bool:
    if isinstance(error, ImportError):
        return _of_dram(error.name)
    if isinstance(error, AttributeError):
        if isinstance(error.obj, ModuleType):
            return _of_dram(error.obj.__name__)
        owner = error.obj if isinstance(error.obj, type) else type(error.obj)
        return any(_of_dram(base.__module__) for base in owner.__mro__)
    if isinstance(error, TypeError) and "got an unexpected keyword argument" in str(error):
        first = re.split(r"\W", str(error))[0]
        return any(hasattr(sys.modules[name], first) for name in list(sys.modules) if _of_dram(name))
    return False


def _of_dram(module: object) -> bool:
    return isinstance(module, str) and (module == "dram" or module.startswith("dram."))
