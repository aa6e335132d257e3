"""The figures: the way of a request, and the site, built, weighed, looked at in a browser, and audited."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from series import browser, inspection, serve, way
from series.project import Project, Trouble

#: Lighthouse 13 wants a newer Node than most machines have.
TOOLS = ("lighthouse@12.8.2", "vnu-jar@26.9.27")


def report(project: Project) -> Iterator[str]:
    """Builds the site and measures all that it must reach, one line for each figure, with its goal."""
    yield from way.report(project)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = Path(folder) / "site"
        yield from building(project, site)
        yield from weighing(site)
        with browser.served(site) as base:
            yield from looking(site, base)
            yield from lighthouse(project, site, base)
        yield from validity(project, site)


def line(what: str, figure: str, goal: str = "") -> str:
    return f"  {what:<44} {figure:>14}" + (f"   goal {goal}" if goal else "")


def place(name: str) -> str:
    return name.removesuffix("index.html")


def listed(what: str, faults: list[str]) -> Iterator[str]:
    yield line(what, str(len(faults)), "0")
    yield from (f"    {fault}" for fault in faults)


def building(project: Project, site: Path) -> Iterator[str]:
    """Seconds that the command takes, and those of a further build by a server that has built before."""
    command = [sys.executable, str(project.root / "series"), "build", "--out", str(site)]
    cold = seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    yield line("build", f"{cold:.1f} s", "3 s for 3 steps, 10 s for 28")
    serve.build(project, site)
    yield line("build again", f"{seconds(lambda: serve.build(project, site)):.1f} s", "2 s")


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def weighing(site: Path) -> Iterator[str]:
    """Bytes and requests of every essay and diff page, and all that the files alone give away as wrong."""
    for weight in inspection.weights(site):
        if inspection.kind(weight.page) == "essay":
            figure = f"{weight.bytes / 1000:.0f} KB in {weight.requests}"
            yield line(f"{place(weight.page)} with all it loads", figure, "100 KB in 8 requests")
    for name in inspection.names(site, "essay/changes"):
        yield line(f"{place(name)} by itself", f"{inspection.size(site, [name]) / 1000:.0f} KB", "60 KB")
    if ways := sorted(path.relative_to(site).as_posix() for path in site.glob("*/way.js")):
        heaviest = max(inspection.size(site, [name, "watch.js", "watch.css"]) for name in ways)
        yield line("a request watched, the heaviest", f"{heaviest / 1000:.0f} KB", "25 KB")
    fonts = [path.name for path in site.rglob("*.woff2")]
    yield line("all fonts", f"{inspection.fonts(site) / 1000:.0f} KB in {len(fonts)}", "60 KB")
    yield from listed("dead links and anchors, foreign hosts, markup", inspection.faults(site))


def looking(site: Path, base: str) -> Iterator[str]:
    """What a browser finds: axe and overflow in both widths and schemes, and the vitals of each essay."""
    try:
        with browser.chromium() as chromium:
            names = inspection.samples(site)
            faults = [fault for name in names for fault in browser.look(chromium, base, name)]
            yield from listed(f"axe, overflow, requests: {len(names)} page types", faults)
            for name in inspection.names(site, "essay"):
                paint, shift = browser.vitals(chromium, browser.address(base, name))
                yield line(f"{place(name)} LCP, CLS", f"{paint:.2f} s, {shift:.2g}", "1.3 s, 0")
    except Trouble as trouble:
        yield line("axe, overflow, LCP, CLS", f"not here ({trouble})")


def tools(project: Project, program: str) -> Path:
    """The folder of the auditing tools, which npm fills on first use. Raises `Trouble` where they cannot be had."""
    npm, folder = shutil.which("npm"), project.root / ".cache" / "audit"
    for needed, path in (("npm", npm), (program, shutil.which(program))):
        if not path:
            raise Trouble(f"not here ({needed} not found)")
    if npm and not (folder / "node_modules").is_dir():
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [npm, "install", "--prefix", str(folder), *quiet, *TOOLS], capture_output=True, check=False
        )
        if done.returncode:
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            raise Trouble("not here (npm could not install it)")
    return folder / "node_modules"


def lighthouse(project: Project, site: Path, base: str) -> Iterator[str]:
    """Lighthouse's four categories for the heaviest essay on its phone profile, and what lost points."""
    essays = inspection.names(site, "essay")
    heaviest = max((weight for weight in inspection.weights(site) if weight.page in essays), key=lambda it: it.bytes)
    try:
        command = ["node", str(tools(project, "node") / "lighthouse" / "cli" / "index.js")]
    except Trouble as trouble:
        yield line("Lighthouse", str(trouble))
        return
    flags = ["--quiet", "--output=json", f"--chrome-flags=--headless=new {' '.join(browser.FLAGS)}"]
    environment = {**os.environ, "CHROME_PATH": browser.executable() or ""}
    url = browser.address(base, heaviest.page)
    done = subprocess.run([*command, url, *flags], capture_output=True, env=environment, encoding="utf-8", check=False)
    if done.returncode:
        yield line("Lighthouse", f"failed: {done.stderr.strip()[-200:]}")
        return
    result = json.loads(done.stdout)
    for category in result["categories"].values():
        yield line(f"Lighthouse, {category['title'].lower()}", f"{category['score'] * 100:.0f}", "100")
        for part in category["auditRefs"]:
            audit = result["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"    {audit['title']}: {audit.get('displayValue', '')}"


def validity(project: Project, site: Path) -> Iterator[str]:
    """What the Nu checker of the W3C calls an error."""
    try:
        jar = tools(project, "java") / "vnu-jar" / "build" / "dist" / "vnu.jar"
    except Trouble as trouble:
        yield line("Nu HTML checker", str(trouble))
        return
    command = ["java", "-jar", str(jar), "--errors-only", "--format", "gnu", "--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    yield from listed("Nu HTML checker, errors", done.stderr.splitlines())
