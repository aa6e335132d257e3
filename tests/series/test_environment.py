"""The set-up: what it makes, and what it says when it cannot."""

from __future__ import annotations

import hashlib
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from series import environment
from series.project import ROOT, Trouble

pytestmark = pytest.mark.xdist_group("environment")
posix = pytest.mark.skipif(os.name == "nt", reason="signals and owners are those of POSIX")

ENSURE = "import sys; from pathlib import Path; from series import environment, project\n"
ENSURE += "try: environment.python('read', Path(sys.argv[1]))\n"
ENSURE += "except project.Trouble as trouble: sys.exit(str(trouble))"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A project whose groups are one package that is lying there."""
    return project(tmp_path)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a project with its environment made, in the way it is really made."""
    root = project(tmp_path_factory.mktemp("made"))
    told = set_up(root).communicate()[1].splitlines()
    assert told[0] == "Setting up .venv from locks/read.txt, once; it takes up to a minute."
    assert re.fullmatch(r"Set up in \d+ s\.", told[1])
    assert weight(environment.python("read", root)) == "3"
    return root


@pytest.fixture
def root(bare: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project before its environment is made, which is then copied, because that takes a tenth of the time."""
    work = environment.work

    def quick(command: list[str], lock: int, pins: int = 0) -> None:
        if "venv" in command:
            shutil.copytree(made / ".venv", bare / ".venv", symlinks=True, dirs_exist_ok=True)
            forget(bare / ".venv")
        elif "ensurepip" in command:
            packages = next((made / ".venv").rglob("site-packages"))
            shutil.copytree(packages / "pip", next((bare / ".venv").rglob("site-packages")) / "pip")
        else:
            work(command, lock, pins)

    monkeypatch.setattr(environment, "work", quick)
    return bare


@pytest.fixture
def ready(root: Path, made: Path) -> Path:
    """The project with its environment made."""
    for name in "locks", ".venv":
        shutil.copytree(made / name, root / name, symlinks=True, dirs_exist_ok=True)
    shutil.copy(next(made.glob("*.whl")), root)
    return root


def forget(folder: Path) -> None:
    """Make of an environment one into which nothing was installed."""
    for path in [*folder.glob("*.ready"), *folder.rglob("pebble*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def project(root: Path) -> Path:
    (root / "locks").mkdir()
    pin = wheel(root)
    for group in environment.FOLDERS:
        (root / "locks" / f"{group}.txt").write_text(f"--no-index\n--find-links ..\n{pin}", "utf-8")
    return root


def wheel(folder: Path) -> str:
    """Build the package `pebble`, and return its line in a lock."""
    path = folder / "pebble-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("pebble.py", "weight = 3\n")
        file.writestr("pebble-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pebble\nVersion: 1.0\n")
        file.writestr("pebble-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("pebble-1.0.dist-info/RECORD", "")
    return f"pebble==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def set_up(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ENSURE, str(root)]
    return subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=os.name != "nt"
    )


def weight(interpreter: Path) -> str:
    code = "import pebble; print(pebble.weight)"
    return subprocess.run([interpreter, "-c", code], capture_output=True, encoding="utf-8", check=False).stdout.strip()


def test_an_environment_that_is_ready_is_left_alone(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_set_up", lambda *_: pytest.fail("set up again"))
    assert weight(environment.python("read", ready)) == "3"


def test_checking_needs_more_than_reading(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(environment, "_set_up", lambda group, *_: asked.append(group))
    environment.python("check", ready)
    assert asked == ["check"]


def test_an_environment_for_checking_is_one_for_reading(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (ready / ".venv" / "read.ready").rename(ready / ".venv" / "check.ready")
    monkeypatch.setattr(environment, "_set_up", lambda *_: pytest.fail("set up again"))
    environment.python("read", ready)


def test_a_changed_lock_is_installed(ready: Path) -> None:
    with (ready / "locks" / "read.txt").open("a") as lock:
        lock.write("# another\n")
    for path in (ready / ".venv").rglob("site-packages/pebble*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert weight(environment.python("read", ready)) == "3"


def test_a_package_that_is_not_the_locked_one_is_refused(root: Path) -> None:
    lock = root / "locks" / "read.txt"
    lock.write_text(re.sub("sha256:.*", f"sha256:{'0' * 64}", lock.read_text("utf-8")), "utf-8")
    with pytest.raises(Trouble, match=r"^The set-up failed: .*(?i:hash)"):
        environment.python("read", root)
    assert not (root / ".venv" / "read.ready").exists()


def test_an_interrupted_set_up_is_begun_afresh(ready: Path) -> None:
    (ready / ".venv" / "unfinished").touch()
    (ready / ".venv" / "half").touch()
    assert weight(environment.python("read", ready)) == "3"
    assert not (ready / ".venv" / "half").exists()


@posix
def test_an_environment_whose_python_is_gone_is_made_anew(ready: Path) -> None:
    for path in (ready / ".venv" / "bin").glob("python*"):
        path.unlink()
    (ready / ".venv" / "bin" / "python").symlink_to(ready / "gone")
    assert weight(environment.python("read", ready)) == "3"


def test_an_environment_without_pip_gets_it(ready: Path) -> None:
    for path in [*(ready / ".venv").rglob("site-packages/*"), *(ready / ".venv").glob("*.ready")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    mine = ready / ".venv" / "mine"
    mine.touch()
    assert weight(environment.python("read", ready)) == "3"
    assert mine.exists()


@pytest.mark.parametrize("folder", [True, False])
def test_what_is_no_environment_is_left_alone(root: Path, folder: bool) -> None:
    place = root / ".venv" / "letters" if folder else root / ".venv"
    place.parent.mkdir(exist_ok=True)
    place.write_text("mine", "utf-8")
    with pytest.raises(Trouble, match=r"is in the way and is no Python environment: move it elsewhere"):
        environment.python("read", root)
    assert place.read_text("utf-8") == "mine"


def test_without_network_there_is_one_sentence(root: Path) -> None:
    lock = root / "locks" / "read.txt"
    # Nothing listens on port 9.
    lock.write_text("--index-url http://127.0.0.1:9/\n" + lock.read_text("utf-8").partition("\n")[2], "utf-8")
    (root / "pebble-1.0-py3-none-any.whl").unlink()
    with pytest.raises(Trouble, match=r"^The packages could not be fetched: check the network connection"):
        environment.python("read", root)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_or_ensurepip_is_named(bare: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.Popen

    def without(command: list[str], **options: object) -> object:
        answer = f"sys.exit('python3: No module named {missing}')"
        return run([command[0], "-c", f"import sys; {answer}"] if missing in command else command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", without)
    with pytest.raises(Trouble, match=r"lacks venv or ensurepip\. On Debian or Ubuntu run 'sudo apt install"):
        environment.python("read", bare)


@contextmanager
def as_a_stranger(folder: Path) -> Iterator[None]:
    """Run as somebody who may read the folder but not write; root may write everywhere."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    above = {path: path.stat().st_mode for path in folder.parents if path.owner() == "root" and path != Path("/")}
    for path, mode in above.items():
        path.chmod(mode | 0o555)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in above.items():
            path.chmod(mode)


@posix
def test_a_read_only_folder_is_named(bare: Path) -> None:
    with (
        as_a_stranger(bare),
        pytest.raises(Trouble, match=r"cannot be written \(Permission denied\): .*copy the series"),
    ):
        environment.python("read", bare)
    assert not (bare / ".venv").exists()


@posix
@pytest.mark.parametrize("how", ["killed", "Ctrl-C"])
def test_after_an_interruption_the_next_call_succeeds(root: Path, how: str) -> None:
    process = set_up(root)
    while not (root / ".venv" / "unfinished").exists():
        time.sleep(0.01)
    if how == "killed":  # alone: its children go on
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGINT)
    told = process.communicate()[1]
    assert how != "Ctrl-C" or told.splitlines()[-1].startswith("The set-up of .venv was interrupted: start again")
    assert weight(environment.python("read", root)) == "3"


def test_of_two_set_ups_at_once_one_does_it_and_both_succeed(bare: Path, made: Path) -> None:
    shutil.copytree(made / ".venv", bare / ".venv", symlinks=True)
    forget(bare / ".venv")
    processes = [set_up(bare), set_up(bare)]
    told = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted("Set up in" in text for text in told) == [False, True]


def old_pythons() -> list[Path]:
    """All Pythons older than 3.11 that can be found on this machine."""
    found = Path.home().glob(".pyenv/versions/*/bin/python")
    return [path for path in found if tuple(map(int, path.parents[1].name.split(".")[:2])) < (3, 11)]


def test_an_old_python_gets_one_sentence() -> None:
    for old in old_pythons():
        answer = subprocess.run([old, ROOT / "series", "steps"], capture_output=True, encoding="utf-8", check=False)
        assert answer.returncode == 2, old
        assert re.fullmatch(r"The series needs Python 3\.11 or newer, and this is Python \d\.\d+: .*\n", answer.stderr)


def test_the_sentence_for_an_old_python(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 6, 15))
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "series" / "__main__.py"), run_name="__main__")
    assert end.value.code == 2
    assert "needs Python 3.11 or newer, and this is Python 3.6:" in capsys.readouterr().err


def test_the_exit_code_of_the_child_is_ours() -> None:
    assert environment.follow([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@posix
def test_the_child_ends_with_us() -> None:
    code = "import sys; from series import environment; sys.exit(environment.follow(sys.argv[1:]))"
    child = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, sys.executable, "-c", child]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        # The end of the output: nobody is left to write.
        assert process.stdout.read() == b""
    assert process.returncode == 128 + signal.SIGTERM


def pins(group: str) -> set[str]:
    text = (ROOT / "locks" / f"{group}.txt").read_text("utf-8").replace("\\\n", "")
    return {line for line in text.splitlines() if line}


def test_the_locks_agree() -> None:
    assert pins("read") < pins("check")


@pytest.mark.parametrize("group", environment.FOLDERS)
def test_the_locks_name_version_and_hash_and_no_address(group: str) -> None:
    for pin in pins(group):
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ;[^-]*)?(\s+--hash=sha256:[0-9a-f]{64})+", pin), pin
