"""The last step as a package: built, installed and imported from elsewhere."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from series.project import ROOT, Project

#: Asks the README's application for a page, without a server.
ASK = """
import json
from pathlib import Path
import dram
from app import app
from werkzeug.test import Client
answer = Client(app).get("/cubes/3")
typed = Path(dram.__file__).with_name("py.typed").is_file()
print(json.dumps([answer.text.strip(), typed, str(Path(dram.__file__).parent.parent)]))
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if built.returncode and not os.environ.get("CI") and "hatchling" in built.stderr:
        pytest.skip("building the package needs the network")
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def settings() -> dict[str, dict[str, object]]:
    loaded: dict[str, dict[str, object]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return loaded


def lagging(text: str, last: str) -> set[str]:
    """The steps that a configuration names beside the last one."""
    return set(re.findall(r"step\d\d_\w+", text)) - {last}


def test_the_package_is_the_last_step() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    last = Project().last
    assert f'"steps/{last.name}/dram" = "dram"' in text
    assert lagging(text, last.name) == set()


def test_a_package_that_lags_behind_is_seen() -> None:
    assert lagging('"steps/step02_routing/dram" = "dram"', "step03_responses") == {"step02_routing"}


def test_what_the_framework_imports_is_required() -> None:
    required = {re.split(r"[<>=]", str(name))[0] for name in list(settings()["project"]["dependencies"])}  # type: ignore[call-overload]
    files = [(Project().last.folder / name) for name in Project().last.files if name.startswith("dram/")]
    trees = [ast.parse(path.read_text("utf-8")) for path in files if path.suffix == ".py"]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == required


def test_the_wheel_holds_the_framework_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = {name for name in file.namelist() if ".dist-info/" not in name}
    assert names == {name for name in Project().last.files if name.startswith("dram/")}


def test_the_readmes_application_runs_on_the_installed_package(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    install = [
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run([sys.executable, "-m", *install], check=True)
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert code
    (tmp_path / "app.py").write_text(code[1], "utf-8")
    environ = os.environ | {"PYTHONPATH": str(target)}
    answer = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, env=environ, capture_output=True, check=True)
    text, typed, place = json.loads(answer.stdout)
    assert json.loads(text) == {"number": 3, "cube": 27}
    assert typed
    assert Path(place) == target
