"""The way of a request through a step: its calls, the files they are in, and what only the garbage collector frees.

`measure` runs this file as a program, with the step's framework first on `sys.path`.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

if __name__ != "__main__":
    from series.project import Project, Step

#: What a plain request may take: calls of the framework's own, and files.
CALLS, FILES = 20, 5

#: The requests that are measured: a plain one, and one for each way to fail.
PATHS = {"plain": "/", "failing": "/fails", "aborted": "/aborts", "handled": "/handled", "not found": "/nowhere"}

#: What is measured once more with a hook of each kind, where there are hooks.
HOOKED = "with hooks"


@dataclass(frozen=True)
class Way:
    """One request: the framework's functions as they are called, their files, and the number of objects in cycles."""

    calls: list[str]
    files: list[str]
    garbage: int


def measure(folder: Path) -> dict[str, Way]:
    """The way of each request of `PATHS` through the framework in this folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, __file__, str(folder / "dram")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return {name: Way(**way) for name, way in json.loads(done.stdout).items()}


def faults(ways: dict[str, Way]) -> list[str]:
    """What is too long about the plain way, and which ways leave cycles behind."""
    found = [f"{name} leaves {way.garbage} objects in cycles" for name, way in ways.items() if way.garbage]
    for name in ("plain", HOOKED):
        if (way := ways.get(name)) is None:
            continue
        if len(way.calls) > CALLS:
            found.append(f"{name} makes {len(way.calls)} calls, more than {CALLS}: {', '.join(way.calls)}")
        if len(way.files) > FILES:
            found.append(f"{name} goes through {len(way.files)} files, more than {FILES}: {', '.join(way.files)}")
    return found


def report(project: Project) -> Iterator[str]:
    """For each step its calls and files for a plain request, and the objects that each kind of request leaves."""
    for step in project.steps:
        yield describe(step, measure(step.folder))


def describe(step: Step, ways: dict[str, Way]) -> str:
    short = [
        f"{name} {len(ways[name].calls)} in {len(ways[name].files)} files" for name in ("plain", HOOKED) if name in ways
    ]
    cycles = ", ".join(f"{name} {way.garbage}" for name, way in ways.items())
    return f"  {step.name:<22} calls: {', '.join(short)}; objects in cycles: {cycles}"


def application() -> Any:
    """An application with a view for each of `PATHS`; early steps know no error handlers, and need none here."""
    from werkzeug.exceptions import Forbidden

    dram = import_module("dram")

    def fails() -> str:
        raise RuntimeError("planned")

    def aborts() -> str:
        raise Forbidden

    def handled() -> str:
        raise KeyError("planned")

    app = dram.Dram("way")
    app.route("/")(lambda: "Hello")
    for view in (fails, aborts, handled):
        app.route(f"/{view.__name__}")(view)
    if hasattr(app, "errorhandler"):
        app.errorhandler(KeyError)(lambda _: "handled")
    return app


def hang_hooks(app: Any) -> None:
    """Register a function of each kind of hook."""
    app.before_request(lambda: None)
    app.after_request(lambda response: response)
    app.teardown_request(lambda _: None)
    app.teardown_appcontext(lambda _: None)


def environ_of(path: str) -> dict[str, Any]:
    from werkzeug.test import EnvironBuilder

    return EnvironBuilder(path, errors_stream=StringIO()).get_environ()


def ask(app: Any, path: str) -> None:
    """Do what a server does."""
    try:
        parts = app(environ_of(path), lambda *_: None)
        b"".join(parts)
        getattr(parts, "close", lambda: None)()
    except (RuntimeError, KeyError):
        pass


def calls_of(work: Callable[[], object], framework: str) -> list[tuple[str, str]]:
    """The name and the file of each function below the folder `framework` that `work` calls."""
    calls: list[tuple[str, str]] = []

    def note(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(framework):
            calls.append((frame.f_code.co_name, Path(frame.f_code.co_filename).name))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def cycles_of(work: Callable[[], object]) -> int:
    """How many objects `work` leaves that only the garbage collector can free."""
    gc.collect()
    gc.disable()
    try:
        work()
        return gc.collect()
    finally:
        gc.enable()


def main(framework: str) -> None:
    """Print the ways as JSON."""

    def match(path: str) -> None:
        # Werkzeug's matcher leaves a cycle of its own at each match; it is not counted as the framework's.
        if hasattr(app, "url_map"):
            app.url_map.bind_to_environ(environ_of(path)).test()

    app, ways = application(), {}
    hooked = {HOOKED: "/"} if hasattr(app, "before_request") else {}
    for name, path in (PATHS | hooked).items():
        if name == HOOKED:
            hang_hooks(app)
        ask(app, path)
        match(path)
        calls = calls_of(partial(ask, app, path), framework)
        garbage = cycles_of(partial(ask, app, path)) - cycles_of(partial(match, path))
        ways[name] = {
            "calls": [function for function, _ in calls],
            "files": sorted({file for _, file in calls}),
            "garbage": garbage,
        }
    print(json.dumps(ways))


if __name__ == "__main__":
    main(sys.argv[1])
