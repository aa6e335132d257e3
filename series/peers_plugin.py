"""The pytest plugin of `peers`: what the name `flask` stands for, the proof of it, the record of results.

It is copied to a temporary folder and imports nothing of the series: what is found beside it are Flask's tests.
"""

import importlib.util
import json
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FAULT = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("peers", "other people's tests")
    group.addoption("--framework", metavar="DIR", type=Path, help="the folder that holds the framework")
    group.addoption("--stand-in", metavar="NAME", help="what it is imported as: `flask`, or what stands for it")
    group.addoption("--record", metavar="FILE", type=Path, help="write what each test came to, one JSON line each")


class Peer(MetaPathFinder, Loader):
    """Finds a framework in its folder or nowhere, and lets `flask` and its modules be the framework's modules.

    In their names `Dram` means `Flask` too: `DramClient` is also `FlaskClient`.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name

    def find_spec(self, fullname: str, *_: Any, **__: Any) -> ModuleSpec | None:
        if fullname == self.name:
            return self._found(fullname, PathFinder.find_spec(fullname, [str(self.folder)]))
        if self.name == "flask" or fullname.partition(".")[0] != "flask":
            return None
        self._found(fullname, importlib.util.find_spec(self._real(fullname)))
        return ModuleSpec(fullname, self)

    def _found(self, fullname: str, spec: ModuleSpec | None) -> ModuleSpec:
        if spec is None:
            raise ModuleNotFoundError(f"No module named {fullname!r} in {self.folder.name}", name=fullname)
        return spec

    def _real(self, fullname: str) -> str:
        return self.name + fullname.removeprefix("flask")

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._real(spec.name))
        ours = self.name.capitalize()
        for name in [name for name in vars(module) if re.match(rf"{ours}($|[A-Z])", name)]:
            vars(module).setdefault(f"Flask{name.removeprefix(ours)}", getattr(module, name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing but giving the module its own spec back, for which the import system has put the one of `flask`."""
        if module.__spec__ is not None:
            module.__spec__ = module.__spec__.loader_state


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set the stage; so early, because the suite's `conftest.py` imports `flask`."""
    options = early_config.known_args_namespace
    folder, name = options.framework.resolve(), options.stand_in
    sys.meta_path.insert(0, Peer(folder, name))
    flask, framework = importlib.import_module("flask"), importlib.import_module(name)
    if PathFinder.find_spec("flask") is not None:
        pytest.exit("A Flask from elsewhere can be imported.")
    if getattr(flask, "Flask", None) is not getattr(framework, name.capitalize(), None):
        pytest.exit(f"flask.Flask is not the class of {name}.")
    _prove(folder)
    if name != "flask":
        _let_filters_mean(name)


def _prove(folder: Path) -> None:
    """End the run unless all that is loaded under the name `flask` comes from the framework's folder."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "flask":
            for path in [*filter(None, [getattr(module, "__file__", None)]), *getattr(module, "__path__", [])]:
                if not Path(path).resolve().is_relative_to(folder):
                    pytest.exit(f"{name} is {path}, and not in {folder}.")


def _let_filters_mean(framework: str) -> None:
    """Let a warning filter that names a module of `flask` mean all of the framework's, one of which warns."""
    original = warnings.filterwarnings

    def filterwarnings(
        action: Any, message: str = "", category: type[Warning] = Warning, module: str = "", *rest: Any, **more: Any
    ) -> None:
        module = rf"{framework}(\..*)?" if module.startswith("flask") else module
        original(action, message, category, module, *rest, **more)

    vars(warnings)["filterwarnings"] = filterwarnings


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo is not None:
        item.stash.setdefault(FAULT, call.excinfo.exconly(tryshort=True) or call.excinfo.typename)
    if call.when == "teardown":
        _record(item.config, item.nodeid, item.stash.get(FAULT, ""))


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if not report.passed:
        first = re.search(r"^E +(.+)", report.longreprtext, re.MULTILINE)
        _record(collector.config, collector.nodeid, first[1] if first else report.longreprtext)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Prove once more at the end, and record it: a run without this line was broken off."""
    _prove(session.config.getoption("--framework").resolve())
    _record(session.config, "ended", "")


def _record(config: pytest.Config, test: str, reason: str) -> None:
    line = textwrap.shorten(next(iter(reason.strip().splitlines()), ""), 160, placeholder=" …")
    with config.getoption("--record").open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps([test, line]) + "\n")
