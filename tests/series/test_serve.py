"""The site while one writes: faults take the place of pages, and what is saved is seen."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from series import serve
from series.project import ROOT, Project, Trouble


def edit(site: Project, name: str, text: str) -> None:
    with (site.root / name).open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def page(tmp_path: Path, name: str) -> str:
    return (tmp_path / "out" / name / "index.html").read_text(encoding="utf-8")


def test_a_fault_in_an_essay_becomes_its_page_and_heals(
    toy_site: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    essay = toy_site.root / "posts" / "02-shout.md"
    sound = essay.read_bytes()
    edit(toy_site, "posts/02-shout.md", '\n```step at="dram/nothing.py"\n```\n')
    serve.refresh(toy_site.root, tmp_path / "out")
    assert "<code>posts/02-shout.md:15</code>" in page(tmp_path, "02-shout")
    assert "posts/02-shout.md:15" in capsys.readouterr().err
    assert "fault" not in page(tmp_path, "01-greet")
    essay.write_bytes(sound)
    serve.refresh(toy_site.root, tmp_path / "out")
    assert "Dram.greet" in page(tmp_path, "02-shout")


def test_several_faults_become_their_pages(toy_site: Project, tmp_path: Path) -> None:
    for name in "posts/01-greet.md", "posts/02-shout.md":
        edit(toy_site, name, "\n[there](nowhere.md)\n")
    serve.refresh(toy_site.root, tmp_path / "out")
    assert "nowhere.md" in page(tmp_path, "01-greet")
    assert "nowhere.md" in page(tmp_path, "02-shout")


def test_what_does_not_need_a_broken_step_can_still_be_read(toy_site: Project, tmp_path: Path) -> None:
    edit(toy_site, "steps/step02_shout/dram/__init__.py", "def broken(:\n")
    serve.refresh(toy_site.root, tmp_path / "out")
    assert "Dram.greet" in page(tmp_path, "01-greet")
    assert "broken" in page(tmp_path, "02-shout/code")
    assert "steps/step02_shout/dram/__init__.py:15" in page(tmp_path, ".")
    assert "Before." in page(tmp_path, ".")


def test_a_fault_of_the_whole_site_is_shown_everywhere(toy_site: Project, tmp_path: Path) -> None:
    (toy_site.root / "steps" / "step01_greet").rename(toy_site.root / "steps" / "away")
    (toy_site.root / "steps" / "step02_shout").rename(toy_site.root / "steps" / "gone")
    (toy_site.root / "posts" / "index.md").write_bytes(b"\xff\xfe\xff")
    serve.refresh(toy_site.root, tmp_path / "out")
    assert "The site cannot be built" in page(tmp_path, ".")


def test_a_busy_port_is_refused_with_the_remedy(toy_site: Project, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is busy.*--port {port + 1}"):
            serve.serve(toy_site, tmp_path / "out", port, open_in_browser=False)


@pytest.fixture
def served(toy_site: Project, tmp_path: Path) -> Iterator[str]:
    """The site, served by another process while the test runs."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    code = (
        "import sys; from pathlib import Path; from series import serve; from series.project import Project;"
        f"serve.serve(Project(Path(sys.argv[1])), Path(sys.argv[2]), {port}, open_in_browser=False)"
    )
    command = [sys.executable, "-c", code, str(toy_site.root), str(tmp_path / "out")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}/"
            if os.name != "nt":
                process.send_signal(signal.SIGINT)
                assert process.wait(10) == 0
        finally:
            process.kill()


def seen(url: str, text: str, seconds: float) -> bool:
    """Whether a page shows `text` within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=seconds) as answer:
                if text in answer.read().decode():
                    return True
        except (URLError, TimeoutError):
            pass
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("file", "page"),
    [
        ("posts/02-shout.md", "02-shout/"),
        ("steps/step02_shout/dram/__init__.py", "02-shout/code/"),
        ("tests/step02_shout/test_shout.py", "02-shout/tests/"),
    ],
)
def test_what_is_saved_is_seen_within_two_seconds(toy_site: Project, served: str, file: str, page: str) -> None:
    assert seen(served, "Before.", 10)

    def prompt(name: str) -> bool:
        edit(toy_site, file, f"\n# {name}\n")
        return seen(served + page, name, 2)

    # Thrice, because the machine may be busy with other checks.
    assert prompt("FIRST") or prompt("SECOND") or prompt("THIRD")


def epoch(url: str) -> str:
    """The state of the site that a page waits to be superseded."""
    with urlopen(url, timeout=10) as answer:
        return re.findall(r"livereload\((\d+)", answer.read().decode())[0]


def test_a_page_does_not_reload_for_what_programs_leave_beside_the_files(toy_site: Project, served: str) -> None:
    assert seen(served, "Before.", 10)
    before = epoch(served)
    for name in ("dram/__pycache__/app.pyc", "instance/notes.db", ".app.py.swp"):
        path = toy_site.root / "steps" / "step02_shout" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"anything")
    time.sleep(2)
    assert epoch(served) == before


def test_a_fault_is_served_too(toy_site: Project, served: str) -> None:
    assert seen(served, "Before.", 10)
    edit(toy_site, "posts/02-shout.md", '\n```step at="dram/nothing.py"\n```\n')
    assert seen(served + "02-shout/", "<code>posts/02-shout.md:15</code>", 10)
