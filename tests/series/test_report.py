"""The figures say what was found, and say honestly what could not be measured here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from series import browser, report
from series.project import Project, Trouble

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "01-hello").mkdir()
    (tmp_path / "01-hello" / "index.html").write_text('<a href="gone/">gone</a>', encoding="utf-8")
    return tmp_path


def test_every_essay_is_weighed_and_every_fault_named(site: Path) -> None:
    lines = list(report.weighing(site))
    assert " ".join(lines[0].split()) == "01-hello/ with all it loads 0 KB in 1 goal 100 KB in 8 requests"
    assert "    01-hello/index.html:1: gone/ leads nowhere" in lines


def test_without_npm_or_java_the_report_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "npm" else name)
    assert next(report.lighthouse(Project(site), site, "http://127.0.0.1/")).endswith("not here (npm not found)")
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "java" else name)
    assert next(report.validity(Project(site), site)).endswith("not here (java not found)")


def test_an_npm_that_cannot_install_leaves_nothing_behind(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    with pytest.raises(Trouble, match="npm could not install it"):
        report.tools(Project(site), "node")
    assert not (site / ".cache" / "audit" / "node_modules").exists()


def test_without_a_browser_the_report_says_so(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def chromium() -> None:
        raise Trouble("No Chromium or Chrome was found.")

    monkeypatch.setattr(browser, "chromium", chromium)
    assert next(report.looking(site, "http://127.0.0.1/")).endswith("not here (No Chromium or Chrome was found.)")
