"""What the tests of the tools share: the project, a toy project to plant faults in, and one browser."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from series.project import Project, Trouble

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.scheduler import LoadScopeScheduling


#: Two steps, each with a suite that proves it: the first greets, the second shouts.
TOY = {
    "steps/step01_greet/dram/__init__.py": """\
class Dram:
    def __init__(self, name):
        self.import_name = name

    def greet(self):
        return "hello"

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.greet().encode()]
""",
    "steps/step02_shout/dram/__init__.py": """\
class Dram:
    def __init__(self, name):
        self.import_name = name

    def greet(self, *, loud=False):
        # Quiet unless asked.
        return "HELLO" if loud else "hello"

    def shout(self):
        return "HELLO"

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.shout().encode()]
""",
    "tests/__init__.py": "",
    "tests/step01_greet/test_greet.py": """\
import pytest

def test_it_knows_its_name(app):
    assert app.import_name == "tests"

@pytest.mark.differs("Flask does not greet")
def test_it_greets(app):
    assert app.greet() == "hello"

@pytest.mark.until(2, reason="it shouts")
def test_it_answers_quietly(client):
    assert client.get("/").text == "hello"
""",
    "tests/step02_shout/test_shout.py": """\
import pytest

@pytest.mark.differs("Flask does not shout")
def test_it_shouts(app):
    assert app.shout() == "HELLO"

@pytest.mark.differs("Flask does not greet")
def test_it_can_be_asked_to_shout(app):
    assert app.greet(loud=True) == "HELLO"

@pytest.mark.differs("Flask does not shout")
def test_it_answers_loudly(client):
    assert client.get("/").text == "HELLO"

@pytest.mark.guard(removes="quiet.patch")
@pytest.mark.differs("Flask does not greet")
def test_it_stays_quiet_unless_asked(app):
    assert app.greet() == "hello"
""",
    "tests/step02_shout/guards/quiet.patch": """\
--- a/dram/__init__.py
+++ b/dram/__init__.py
@@ -7,1 +7,1 @@
-        return "HELLO" if loud else "hello"
+        return "HELLO"
""",
}


ESSAY = """\
---
title: {title}
description: it {title}s
date: 2026-11-22
part: "Part one: answering"
---

# {title}

## How

```step at="dram/__init__.py Dram.greet"
```
"""
#: A foreword and two essays for the toy.
POSTS = {
    "posts/index.md": "---\ntitle: Foreword\n---\n\n# A toy\n\nBefore.\n\n<!-- steps -->\n\nAfter.\n",
    "posts/01-greet.md": ESSAY.format(title="Greet"),
    "posts/02-shout.md": ESSAY.format(title="Shout"),
}


#: These files take long, so they begin; the tests of the steps are short and many, and fill the gaps at the end.
FIRST, LAST = ("test_site.py", "test_environment.py"), "test_steps.py"


def pytest_configure() -> None:
    """Let Ctrl-C end what the tests start: who was started in the background ignores it, and so would those."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (item.path.name not in FIRST) + (item.path.name == LAST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A file stays on one worker, because its tests share what is dear to make; those of the steps are spread."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid if LAST in nodeid else nodeid.partition("::")[0]

    return ByFile(config, log)


def group_is_gone(leader: int) -> bool:
    """Whether no process of the group is left; who was ended stays in it until it has been waited for."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def project() -> Project:
    return Project()


@pytest.fixture
def make(tmp_path: Path) -> Callable[[dict[str, str]], Project]:
    """Writes files, and gives the project that they are."""

    def write(files: dict[str, str]) -> Project:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        return Project(tmp_path)

    return write


@pytest.fixture
def toy(make: Callable[[dict[str, str]], Project]) -> Project:
    """A project of two sound steps; tests plant their faults in it."""
    return make(TOY)


@pytest.fixture
def toy_site(toy: Project, make: Callable[[dict[str, str]], Project]) -> Project:
    """The toy with a foreword and two essays."""
    return make(POSTS)


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `python` of the site. Skips where Pyodide cannot be had, but not on a build server."""
    from series import packing, pyodide

    folder = tmp_path_factory.mktemp("packed") / "python"
    try:
        packing.pack(Project(), folder)
    except pyodide.Missing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Skips where there is no browser, but not on a build server: nobody reads there what was skipped."""
    from series.browser import chromium

    with ExitStack() as stack:
        try:
            yield stack.enter_context(chromium())
        except Trouble as trouble:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(trouble))
