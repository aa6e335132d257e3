"""The commands `read` and `build`: the site served while one writes, and the site as files."""

from __future__ import annotations

import argparse
import logging
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from mkdocs.commands.build import build as build_with_mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.api import ObservedWatch

from series import packing, pages, pyodide, store
from series.essays import FenceFault
from series.project import LITTER, ROOT, Project, Trouble
from series.site import Series

#: What a reload depends on.
WATCHED = ("posts", "steps", "exercises", "tests", "theme", "deploy", "mkdocs.yml")

DEAD_LINK = re.compile(r"Doc file '(?P<page>[^']+)' contains an? .*?'(?P<link>[^']+)'.*", re.DOTALL)


def run_read(args: argparse.Namespace) -> int:
    """Serve the site until Ctrl-C. Raises `Trouble` when the port is taken."""
    with TemporaryDirectory(prefix="dram-", ignore_cleanup_errors=True) as folder:
        site = Path(folder) / "site"
        serve(Project(), site, args.port, open_in_browser=not args.no_browser, with_python=args.with_python)
    return 0


def run_build(args: argparse.Namespace) -> int:
    """Build the site into `args.out`."""
    build(Project(), args.out, args.site_url, args.offline, args.with_python)
    print(f"The site is in {args.out}." + (f" Open {args.out / 'index.html'}." if args.offline else ""))
    return 0


def build(project: Project, out: Path, site_url: str = "", offline: bool = False, with_python: bool = False) -> None:
    """Build the site and put it in the place of what `out` held; with any fault, `out` stays as it was.

    `with_python` adds the Python that runs in the page.

    Raises `Trouble` with the fault, and when `out` holds something else than a site.
    """
    out = out.resolve()
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / "dram.js").exists())):
        raise Trouble(f"{out} holds something that is no site of this series. Name another folder with --out.")
    if site_url and (urlsplit(site_url).scheme not in ("http", "https") or not urlsplit(site_url).netloc):
        raise Trouble(f"{site_url!r} is no public address. It must be like https://example.org/dram/.")
    if with_python and offline:
        raise Trouble("--offline and --with-python exclude each other: a page that is opened as a file runs no Python.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent, ignore_cleanup_errors=True) as folder:
            made, old = Path(folder) / "new", Path(folder) / "old"
            with packed(project, made, with_python) as python:
                generate(project, made, site_url, offline, python=python)
            if out.exists():
                out.rename(old)
            made.rename(out)
        store.sweep()
    except OSError as error:
        raise Trouble(f"Nothing can be written to {out}: {error.strerror}. Name another folder with --out.") from error


def serve(project: Project, site: Path, port: int, open_in_browser: bool, with_python: bool = False) -> None:
    """Serve the project's site, built into `site`, and build it anew on each change, until Ctrl-C.

    Raises `Trouble` when the port cannot be used, or the Python `with_python` cannot be had.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Trouble(f"Port {port} is busy. Stop what runs there, or take another: --port {port + 1}.")
    if with_python:  # a network that fails later is a fault among others, and shown in the page
        pyodide.fetch()
    server = _watching(project.root, port, site, lambda: refresh(project.root, site, with_python))
    refresh(project.root, site, with_python)
    print(f"Reading at http://127.0.0.1:{port}/ - a page reloads when its files are saved. Ctrl-C stops.", flush=True)
    try:
        server.serve(open_in_browser=open_in_browser)  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise Trouble(f"Port {port} cannot be used: {error.strerror}. Take another: --port {port + 1}.") from error
    finally:
        server.shutdown()


def _watching(root: Path, port: int, site: Path, build: Callable[[], None]) -> LiveReloadServer:
    """The server of `site`, which is to `build` it anew when a file of the reader's is saved."""
    server = LiveReloadServer(build, "127.0.0.1", port, str(site))
    server.error_handler = lambda _: (site / "404.html").read_bytes() if (site / "404.html").is_file() else None
    schedule = server.observer.schedule

    def sieved(handler: FileSystemEventHandler, path: str, *, recursive: bool) -> ObservedWatch:
        return schedule(Sieve(handler, root), path, recursive=recursive)

    server.observer.schedule = sieved  # type: ignore[method-assign,assignment]
    for path in filter(Path.exists, (root / name for name in WATCHED)):
        server.watch(str(path))
    return server


class Sieve(FileSystemEventHandler):
    """Passes on what happens to files below `root`, but not to those that programs leave there: bytecode, databases.

    A page that reloads for these would take what its reader has typed, whenever a test or an application runs.
    """

    def __init__(self, handler: FileSystemEventHandler, root: Path) -> None:
        self.handler, self.root = handler, root

    def dispatch(self, event: FileSystemEvent) -> None:
        """What an editor renames to its place has two names."""
        paths = [os.path.relpath(os.fsdecode(path), self.root) for path in (event.src_path, event.dest_path) if path]
        if any(not LITTER.search(path.replace(os.sep, "/")) for path in paths):
            self.handler.dispatch(event)


def refresh(root: Path, site: Path, with_python: bool = False) -> None:
    """Build the site for the one who writes it: a fault takes the place of the page that has it, else of all."""
    broken: dict[str, str] = {}
    while True:
        try:
            project = Project(root)
            with packed(project, site, with_python) as python:
                return generate(project, site, broken=broken, python=python)
        except Exception as error:
            print(error if isinstance(error, Trouble) else repr(error), file=sys.stderr, flush=True)
            page = Path(error.essay).name if isinstance(error, FenceFault) else ""
            if not page or page in broken:
                return _write_fault(site, str(error) or repr(error))
            broken[page] = str(error)


@contextmanager
def packed(project: Project, site: Path, wanted: bool) -> Iterator[Path | None]:
    """The folder with the page's Python, if it is wanted: it goes into the site that is built while the block runs."""
    if not wanted:
        yield None
        return
    with TemporaryDirectory(prefix="python-", dir=site.parent, ignore_cleanup_errors=True) as folder:
        python = Path(folder) / "python"
        packing.pack(project, python)
        yield python
        python.rename(site / "python")


def generate(
    project: Project,
    out: Path,
    site_url: str = "",
    offline: bool = False,
    broken: dict[str, str] | None = None,
    python: Path | None = None,
) -> None:
    """Have MkDocs build the site into `out`. With `broken`, faults of generated pages are shown in their place.

    `python` is the folder that holds the page's Python, if there is to be one; its size stands on the pages.

    Raises `FenceFault` for a fault in an essay, `Trouble` for others.
    """
    config = load_config(
        str(ROOT / "mkdocs.yml"),
        docs_dir=str(project.root / "posts"),
        site_dir=str(out),
        site_url=site_url,
        use_directory_urls=not offline,
    )
    config.plugins["series"] = Series(project, broken or {}, patient=broken is not None, python=python)
    with _warnings() as warnings:
        try:
            build_with_mkdocs(config)
        except Abort as error:
            raise _fault(project, warnings[0] if warnings else str(error)) from error
        except SyntaxError as error:
            raise Trouble(pages.syntax_error(project) or str(error)) from error


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Gathers what MkDocs warns of, and keeps it from the terminal."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield messages
    finally:
        logger.removeHandler(handler)


def _fault(project: Project, message: str) -> Trouble:
    """A warning of MkDocs as a fault, with the line of the essay if it is about a link."""
    match = DEAD_LINK.match(message)
    if not match or not (project.root / "posts" / match["page"]).is_file():
        return Trouble(message)
    lines = (project.root / "posts" / match["page"]).read_text(encoding="utf-8").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if match["link"] in text), 1)
    return FenceFault(f"posts/{match['page']}", line, f"The link {match['link']!r} leads nowhere.")


def _write_fault(site: Path, message: str) -> None:
    """Leaves nothing of the site but the fault, under every address; the page asks again until it is mended."""
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
        f"<title>A fault</title><h1>The site cannot be built</h1><pre>{escape(message)}</pre></html>\n"
    )
    for name in "index.html", "404.html":
        (site / name).write_text(text, encoding="utf-8", newline="\n")
