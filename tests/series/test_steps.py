"""The real steps: promises, exercises, essays, floor plan; each check by itself, so that its name says what broke."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from series import exercises, promises
from series.explained import unexplained
from series.judging import Run, judge
from series.project import Project, Step
from series.transcripts import check

PROJECT = Project()
STEPS = [pytest.param(step, id=step.name) for step in PROJECT.steps]

#: What may import what: a module imports only from rows above its own.
FLOORS = (
    "typing",
    "config paths signals sync debugging",
    "scope",
    "wrappers blueprints",
    "ctx",
    "logging files json flashing",
    "sessions templating",
    "app",
    "globals testing",
    "helpers views cli",
    "__init__",
)
#: The imports that go up, each within a function, for what an application that serves does not need.
LAZY = {("app", "test_request_context", "testing"), ("app", "test_client", "testing")}

FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names.split()}


@pytest.mark.parametrize("run", promises.runs(PROJECT), ids=str)
def test_promises_are_new_and_kept(run: Run):
    faults = judge(PROJECT, run, promises.execute(PROJECT, run))
    assert not faults, "\n".join(faults)


#: From step 10 on the example app has tests of its own beside it.
TESTED = [pytest.param(step, id=step.name) for step in PROJECT.steps if (step.folder / "test_app.py").is_file()]


def fails(folder: Path, copy: Path) -> str:
    """Run the example app's own tests in a copy of a step's folder; return what they print when they fail."""
    shutil.copytree(folder, copy)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_app.py"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode else ""


@pytest.mark.parametrize("step", TESTED)
def test_the_example_app_passes_its_own_tests(step: Step, tmp_path: Path):
    assert not fails(step.folder, tmp_path / "copy")


def test_a_failing_test_of_the_example_app_is_seen(tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "test_app.py").write_text("def test_it():\n    assert 1 == 2\n", encoding="utf-8")
    assert "assert 1 == 2" in fails(tmp_path / "app", tmp_path / "copy")


@pytest.mark.parametrize("step", STEPS)
def test_exercises_are_red_and_their_solutions_green(step: Step):
    faults = exercises.check(PROJECT, step)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("step", STEPS)
def test_every_line_is_explained(step: Step):
    faults = unexplained(PROJECT, step)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("essay", sorted((PROJECT.root / "posts").glob("*.md")), ids=lambda path: path.name)
def test_transcripts_are_true(essay: Path):
    faults = check(PROJECT, essay)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("step", STEPS)
def test_modules_import_from_lower_floors_only(step: Step):
    faults = list(climbs(step.folder / "dram"))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("module", "line", "fault"),
    [
        ("wrappers", "from .app import Dram", "wrappers imports app"),
        ("wrappers", "from dram.app import Dram", "wrappers imports app"),
        ("wrappers", "from . import app", "wrappers imports app"),
        ("wrappers", "import dram.app", "wrappers imports app"),
        ("wrappers", "def f():\n    from .sessions import x", "wrappers imports sessions"),
        ("wrappers", "from dram import Dram", "wrappers imports __init__"),
        ("wrappers", "from .nowhere import x", "wrappers imports nowhere, which has no floor"),
        ("nowhere", "", "nowhere has no floor"),
        ("app", "def test_client():\n    from .testing import DramClient", None),
        ("app", "def run():\n    from .testing import DramClient", "app imports testing"),
        ("app", "from .testing import DramClient", "app imports testing"),
        ("app", "from .typing import x\nfrom .wrappers import y\nimport json", None),
        ("json/tag", "from ..app import Dram", "json imports app"),
        ("json/tag", "from . import dumps\nfrom .provider import x\nfrom ..ctx import current", None),
    ],
)
def test_an_import_that_climbs_is_seen(tmp_path, module, line, fault):
    (tmp_path / f"{module}.py").parent.mkdir(exist_ok=True)
    (tmp_path / f"{module}.py").write_text(line, encoding="utf-8")
    assert list(climbs(tmp_path)) == ([fault] if fault else [])


def climbs(package: Path) -> Iterator[str]:
    """The imports in a package that do not go down. A package within it is one module."""
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package).with_suffix("")
        module = place.parts[0]
        if module not in FLOOR:
            yield f"{module} has no floor"
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        within = {
            id(node): each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) for node in each.body
        }
        for node in ast.walk(tree):
            for name in imported(node, len(place.parts)):
                if name not in FLOOR:
                    yield f"{module} imports {name}, which has no floor"
                elif FLOOR[name] >= FLOOR[module] and (module, within.get(id(node)), name) not in LAZY:
                    yield f"{module} imports {name}"


def imported(node: ast.AST, depth: int) -> list[str]:
    """The modules of the package that a node imports, without the package's name, and leaving out its own."""
    if isinstance(node, ast.ImportFrom) and 0 < node.level < depth:
        return []
    if isinstance(node, ast.Import):
        return [
            alias.name.partition(".")[2] or "__init__" for alias in node.names if alias.name.split(".")[0] == "dram"
        ]
    if not isinstance(node, ast.ImportFrom):
        return []
    name = f"dram.{node.module or ''}".rstrip(".") if node.level else node.module or ""
    if name.split(".")[0] != "dram":
        return []
    if "." in name:
        return [name.split(".")[1]]
    return sorted({alias.name if alias.name in FLOOR else "__init__" for alias in node.names})
