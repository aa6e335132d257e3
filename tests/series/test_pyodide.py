"""Python for the page: how it is fetched and packed, and each step in it, under Node.js."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from series import packing, pyodide, released, serve
from series.exercises import find
from series.patches import patched_copy
from series.project import ROOT, Project, Step, Trouble

STEPS = [pytest.param(step, id=step.name) for step in Project().steps]
IN_PAGE = Path(__file__).with_name("in_page.py")

#: The suite of step 5 has tests that need threads and greenlets, and one that waits for an event loop.
STEP, EXERCISE = 5, "pages"


@pytest.fixture(scope="module")
def found(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the steps did in the page's Python: all in one process, because it takes a second to start."""
    folder, step = tmp_path_factory.mktemp("node") / "python", Project().step(STEP)
    shutil.copytree(packed, folder)
    patched_copy(step.folder, find(step, EXERCISE).solution, folder / "solved")
    files = [
        path for path in step.files if (folder / "solved" / path).read_bytes() != (step.folder / path).read_bytes()
    ]
    solution = {path: (folder / "solved" / path).read_text(encoding="utf-8") for path in files}
    numbers = [step.code for step in Project().steps]
    job = {"steps": numbers, "step": step.code, "exercise": EXERCISE, "solution": solution}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    results: dict[str, Any] = json.loads(pyodide.run_in_node(folder, IN_PAGE).splitlines()[-1])
    return results


@pytest.mark.parametrize("step", STEPS)
def test_each_step_answers_in_the_page(found: dict[str, Any], step: Step) -> None:
    assert found[step.code] == ["", 200, 200, 404, ""]


def test_a_reader_registers_writes_and_signs_in_with_the_stand_in_for_hashes(found: dict[str, Any]) -> None:
    written, tries, stand_ins = found["reader"]
    assert (written, tries) == (True, [400, 303])
    assert [sentence.split()[0] for sentence in stand_ins] == ["A", "Passwords"]


def test_an_exercise_is_red_and_when_solved_green(found: dict[str, Any]) -> None:
    told, before, after = found["exercise"]
    assert (told, before["passed"], before["terminal"]) == ("", 0, [])
    assert {each["name"].partition("::")[0] for each in before["failed"]} == {"test_pages.py"}
    assert (after["passed"], after["failed"], after["terminal"]) == (len(before["failed"]), [], [])


def test_a_suite_is_green_but_for_what_needs_a_terminal(found: dict[str, Any]) -> None:
    suite = found["suite"]
    assert suite["failed"] == []
    assert suite["passed"] > 80
    assert {each["reason"] for each in suite["terminal"]} == {"It needs threads.", "It needs greenlets."}


def test_what_is_packed_says_its_size_and_its_licences(packed: Path) -> None:
    size = json.loads((packed / "size.json").read_text(encoding="utf-8"))
    assert 5 < size["megabytes"] < 9
    assert size["testing"] < 1
    for name, (gzipped, raw) in size["files"].items():
        assert raw == (packed / name).stat().st_size
        assert gzipped <= raw + 20
    texts = (packed / "LICENCES.txt").read_text(encoding="utf-8")
    for name in (*packing.PACKAGES, *packing.TESTING):
        assert f"\n{name} {released.pins('read')[name]}\n===" in texts
    assert "Mozilla Public License Version 2.0" in texts
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in texts


def test_a_step_is_packed_as_its_reader_has_it_with_its_suite_and_its_exercises(packed: Path) -> None:
    for step in Project().steps:
        packed_step = json.loads((packed / "steps" / f"{step.code}.json").read_text(encoding="utf-8"))
        assert list(packed_step["files"]) == step.files
        assert packed_step["suite"]
        assert not [name for name in packed_step["suite"] if not name.startswith(f"tests/{step.name}/")]
        assert {path.name for path in step.exercises.iterdir() if path.is_dir()} == set(packed_step["exercises"])
        assert "solution.patch" not in json.dumps([*packed_step["exercises"].values()])


def test_two_packings_are_the_same_byte_for_byte(packed: Path, tmp_path: Path) -> None:
    packing.pack(Project(), tmp_path)
    for path in sorted(path for path in packed.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / path.relative_to(packed)).read_bytes(), path.name


def test_a_package_is_what_the_lock_names_and_has_a_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LICENCE", packing.re.compile("nothing"))
    with pytest.raises(Trouble, match="came without its licence"):
        packing.Packages(["jinja2"], ROOT)
    monkeypatch.setattr(released, "pins", lambda *_: {"jinja2": "1.0"})
    with pytest.raises(Trouble, match=r"jinja2 [\d.]+ is installed, and locks/read\.txt names 1\.0\."):
        packing.Packages(["jinja2"], ROOT)


@pytest.fixture
def project_root(tmp_path: Path) -> Path:
    """A project whose pin is a small archive that is nowhere."""
    return pinned_to(tmp_path, archive({"package/pyodide.mjs": b"mjs", "package/pyodide-lock.json": b'{"info": 1}'}))


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed_files:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed_files.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def pinned_to(root: Path, content: bytes) -> Path:
    (root / "locks").mkdir()
    (root / "published.tgz").write_bytes(content)
    pin = f"# A pin.\npyodide@1.0 {pyodide.integrity(root / 'published.tgz')}\n"
    (root / "locks" / "pyodide.txt").write_text(pin, encoding="utf-8")
    return root


@pytest.fixture
def npm(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What npm was asked for; it gives what is in `published.tgz`, or says what is in `fails.txt`."""
    asked: list[list[str]] = []

    def run(command: list[str], cwd: Path, **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        if (project_root / "fails.txt").exists():
            return subprocess.CompletedProcess(command, 1, "", (project_root / "fails.txt").read_text("utf-8"))
        shutil.copy(project_root / "published.tgz", cwd / "pyodide-1.0.tgz")
        return subprocess.CompletedProcess(command, 0, "pyodide-1.0.tgz", "")

    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_it_is_fetched_once_and_then_found(
    project_root: Path, npm: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    first = pyodide.fetch(project_root)
    (project_root / "fails.txt").write_text("npm error code ENOTFOUND", encoding="utf-8")
    assert pyodide.fetch(project_root) == first
    assert [command[:3] for command in npm] == [["npm", "pack", "pyodide@1.0"]]
    assert capsys.readouterr().err == "Fetching Pyodide 1.0, once.\n"
    assert [path.name for path in first.parent.iterdir()] == ["pyodide-1.0.tgz"]


def test_another_hash_is_refused_and_nothing_is_kept(project_root: Path, npm: list[list[str]]) -> None:
    (project_root / "published.tgz").write_bytes(b"another")
    with pytest.raises(Trouble, match=r"has not the hash in locks/pyodide\.txt; nothing of it was kept"):
        pyodide.fetch(project_root)
    assert [*(project_root / ".cache" / "pyodide").iterdir()] == []


def test_what_was_spoilt_in_the_cache_is_fetched_again(project_root: Path, npm: list[list[str]]) -> None:
    pyodide.fetch(project_root).write_bytes(b"half")
    pyodide.fetch(project_root)
    assert len(npm) == 2


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        ("npm error code EAI_AGAIN\nnpm error errno", pyodide.Missing, "check the network connection"),
        ("npm error code ECONNREFUSED", pyodide.Missing, "check the network connection"),
        ("npm error code ETARGET\nnpm error notarget", Trouble, "by npm: npm error code ETARGET$"),
        ("", Trouble, "did not say why"),
    ],
)
def test_what_npm_fails_at_is_told(
    project_root: Path, npm: list[list[str]], said: str, kind: type[Exception], told: str
) -> None:
    (project_root / "fails.txt").write_text(said, encoding="utf-8")
    with pytest.raises(kind, match=told) as caught:
        pyodide.fetch(project_root)
    assert type(caught.value) is kind


def test_no_npm_is_told_with_the_remedy(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(pyodide.Missing, match=r"Install Node\.js, which brings both, or leave --with-python out"):
        pyodide.fetch(project_root)
    with pytest.raises(pyodide.Missing, match=r"Install Node\.js"):
        pyodide.run_in_node(project_root, IN_PAGE)


@pytest.mark.parametrize("text", ["", "pyodide==1.0", "pyodide@1.0 sha256-x"])
def test_a_pin_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "pyodide.txt").write_text(text, encoding="utf-8")
    with pytest.raises(Trouble, match="must hold a line like"):
        pyodide.pinned(tmp_path)


def test_an_archive_that_lacks_a_file_or_is_none_is_told(tmp_path: Path) -> None:
    for content in (archive({"package/pyodide.mjs": b""}), b"none"):
        (tmp_path / "x.tgz").write_bytes(content)
        with pytest.raises(Trouble, match="is not what npm has as Pyodide"):
            pyodide.needed(tmp_path / "x.tgz")


def test_a_step_that_does_not_run_is_told_with_its_line(packed: Path, tmp_path: Path) -> None:
    last = f"steps/{Project().last.code}.json"
    made = {path.relative_to(packed).as_posix(): path.read_bytes() for path in packed.rglob("*") if path.is_file()}
    step = json.loads(made[last])
    step["files"]["app.py"] = "import nowhere_to_be_found\n"
    made[last] = pyodide.as_json(step)
    with pytest.raises(Trouble, match=r'File "app\.py", line 1(.|\n)*nowhere_to_be_found'):
        pyodide.with_bytecode(made, tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_only_what_is_run_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = list[list[str]]()

    def run(folder: Path, _: Path) -> None:
        runs.append(sorted(path.name for path in folder.rglob("*.json")))
        with zipfile.ZipFile(folder / "compiled.zip", "w"):
            pass

    monkeypatch.setattr(pyodide, "run_in_node", run)
    for first, last in ((b"1", b"1"), (b"2", b"1"), (b"2", b"2")):
        pyodide.with_bytecode({"steps/01.json": first, "steps/02.json": last}, tmp_path)
    assert runs == [["02.json"], ["02.json"]]


def test_a_broken_cache_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyodide, "run_in_node", lambda folder, _: (folder / "compiled.zip").write_bytes(b"half"))
    with pytest.raises(Trouble, match=r"compiled-\w+\.zip is broken: .* Remove it, and start again\."):
        pyodide.with_bytecode({"packages.zip": b""}, tmp_path)


def test_the_site_stays_as_it_was_when_python_cannot_be_had(
    toy_site: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    serve.build(toy_site, out)
    before = sorted(out.rglob("*"))

    def fail(*_: object) -> None:
        raise pyodide.Missing(pyodide.NO_NETWORK)

    monkeypatch.setattr(pyodide, "fetch", fail)
    with pytest.raises(Trouble, match="check the network connection"):
        serve.build(toy_site, out, with_python=True)
    assert sorted(out.rglob("*")) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_python_is_put_into_the_site_and_no_page_without_it_names_it(
    toy_site: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "pack", lambda _, out: pyodide.write({"size.json": b'{"megabytes": 8.1}'}, out))
    serve.build(toy_site, tmp_path / "out", with_python=True)
    assert (tmp_path / "out" / "python" / "size.json").exists()
    serve.build(toy_site, tmp_path / "out")
    assert not (tmp_path / "out" / "python").exists()


def test_python_stays_in_the_site_while_one_writes(
    toy_site: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, essay = tmp_path / "site", toy_site.root / "posts" / "02-shout.md"
    monkeypatch.setattr(packing, "pack", lambda _, out: pyodide.write({"size.json": b'{"megabytes": 8.1}'}, out))
    for text in (b"", b"\n[Nowhere](nowhere.md)\n", b"\nMended.\n"):
        essay.write_bytes(essay.read_bytes().partition(b"\n[No")[0] + text)
        serve.refresh(toy_site.root, site, with_python=True)
        assert (site / "python" / "size.json").exists()
    assert "8.1 MB" in (site / "02-shout" / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.glob("python-*")] == []
    serve.refresh(toy_site.root, site)
    assert not (site / "python").exists()


def test_who_reads_is_told_at_once_that_python_is_not_to_be_had(
    toy_site: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise pyodide.Missing(pyodide.NO_NPM)

    monkeypatch.setattr(pyodide, "fetch", fail)
    with pytest.raises(Trouble, match="leave --with-python out"):
        serve.serve(toy_site, tmp_path / "site", 1, open_in_browser=False, with_python=True)


def test_a_site_to_open_as_files_cannot_have_python(toy_site: Project, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="exclude each other"):
        serve.build(toy_site, tmp_path / "out", offline=True, with_python=True)
