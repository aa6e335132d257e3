"""The release of Flask that the locks name: fetched, unpacked, and its tests run with `flask` meaning something else.

No test is edited. `peers_plugin` goes into the process that runs them and sees to it that `flask` is what it should be.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from series import environment, suites
from series.project import ROOT, Trouble

#: The suites of the release, Flask's own and those of its example apps: how we call their files, and where they are.
SUITES = {"": ".", "tutorial/": "examples/tutorial", "javascript/": "examples/javascript"}

PLUGIN = ROOT / "series" / "peers_plugin.py"
DOWNLOAD = ("download", "--no-deps", "--require-hashes", "--no-build-isolation", "--no-input", "--retries", "2")

#: After this many seconds a test, and a suite, counts as hanging.
TEST_PATIENCE, PATIENCE = 20, 600

#: Why each test failed; nothing for one that passed. A file or a suite that cannot be imported stands there as well.
Outcome = dict[str, str]


@dataclass(frozen=True)
class Release:
    """A release: `suite` in its folder has the tests, `real` has Flask. `python` has what both need."""

    versions: dict[str, str]
    folder: Path
    python: Path


def fetch(root: Path = ROOT) -> Release:
    """The release that the locks of a project name, fetched unless it is there. Raises `Trouble` when that fails."""
    python, version = environment.python("peers", root), pins("flask", root)["flask"]
    folder = root / ".cache" / "peers" / f"flask-{version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with environment.alone(folder) as lock, tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        if not folder.exists():
            environment.say(f"Fetching the sources of Flask {version}, once.")
            place = ["-d", temporary, "-r", str(root / "locks" / "flask.txt")]
            environment.work([str(python), "-I", "-m", "pip", *DOWNLOAD, *place], lock)
            unpack(next(Path(temporary).glob("*.tar.gz")), Path(temporary) / "new")
            (Path(temporary) / "new").replace(folder)
    asked = [str(python), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    minor = subprocess.run(asked, capture_output=True, encoding="utf-8", check=True).stdout.strip()
    return Release({"python": minor, "flask": version, **pins("peers", root)}, folder, python)


def pins(group: str, root: Path = ROOT) -> dict[str, str]:
    """The versions in a lock."""
    text = (root / "locks" / f"{group}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a release, with the package apart from its tests, so that these cannot find it."""
    with tarfile.open(archive) as packed:
        for member in packed:
            name = member.name.partition("/")[2]
            path = folder / (f"real/{name[4:]}" if name.startswith("src/") else f"suite/{name}")
            if content := packed.extractfile(member):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def possible(flask: Release) -> list[str]:
    """The tests that the real Flask passes here; found once for each set of versions."""
    state = json.dumps([flask.versions, sys.platform]).encode() + PLUGIN.read_bytes()
    path = flask.folder.with_name(f"{flask.folder.name}-{hashlib.sha256(state).hexdigest()[:16]}.json")
    if not path.exists():
        tests = passed(outcome(flask, flask.folder / "real", "flask"))
        if not tests:
            raise Trouble(f"Flask itself fails all its tests here: remove {flask.folder}, and start again.")
        whole = path.with_suffix(".new")
        whole.write_text(json.dumps(tests), encoding="utf-8", newline="\n")
        whole.replace(path)
    found: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def prove_nothing(flask: Release) -> None:
    """Raise `Trouble` if a test passes on an empty framework: then something else than the framework is tested."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "dram").mkdir()
        (Path(folder) / "dram" / "__init__.py").touch()
        if found := passed(outcome(flask, Path(folder))):
            raise Trouble(f"{found[0]} passes on an empty framework: remove {flask.folder}, and start again.")


def passed(results: Outcome) -> list[str]:
    return [test for test, reason in results.items() if not reason]


def outcome(flask: Release, folder: Path, stand_in: str = "dram") -> Outcome:
    """What the tests come to when `flask` means `stand_in` in `folder`, each suite in a process of its own."""
    return {
        prefix + test.removeprefix("tests/"): reason
        for prefix, place in SUITES.items()
        for test, reason in _run(flask, flask.folder / "suite" / place, folder, stand_in).items()
    }


def _run(flask: Release, place: Path, folder: Path, stand_in: str) -> Outcome:
    with tempfile.TemporaryDirectory() as temporary:
        own, record = Path(temporary), Path(temporary) / "record.jsonl"
        shutil.copy(PLUGIN, own)
        # For those who ask which Flask is installed.
        information = own / f"flask-{flask.versions['flask']}.dist-info"
        information.mkdir()
        shutil.copy(flask.folder / "suite" / "PKG-INFO", information / "METADATA")
        said = _pytest(flask.python, place, own, "--framework", folder, "--stand-in", stand_in, "--record", record)
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    results: Outcome = dict(json.loads(line) for line in lines)
    if "ImportError while loading conftest" in said:
        return {"": said.splitlines()[-1].removeprefix("E").strip()}
    if "ended" not in results:
        last = "".join(said.splitlines()[-1:])
        raise Trouble(f"The tests of Flask broke off on {folder.name}, whose import may fail: {last}")
    del results["ended"]
    return results


def _pytest(python: Path, place: Path, own: Path, *options: str | Path) -> str:
    """Run the tests in `place`, with what is in `own` at hand, and return what pytest says."""
    variables = {name: value for name, value in suites.environment().items() if not name.startswith("FLASK_")}
    variables |= {"PYTHONPATH": str(own), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    plugins = ["-p", "no:cacheprovider", "-p", "pytest_timeout", "-p", "peers_plugin", f"--timeout={TEST_PATIENCE}"]
    quiet = ["-q", "--tb=short", "--continue-on-collection-errors"]
    command = [python, "-m", "pytest", "-c", "pyproject.toml", "--rootdir", ".", *plugins, *quiet, *options, "tests"]
    # Into a file, because a pipe would be waited for as long as anybody holds it.
    with (own / "said.txt").open("w+", encoding="utf-8", errors="replace") as said:
        try:
            subprocess.run(
                command, cwd=place, env=variables, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"The tests of Flask do not end on {options[1]}: one hangs for {PATIENCE} s.") from error
        said.seek(0)
        return said.read().strip()
