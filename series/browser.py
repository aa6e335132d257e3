"""A built site in a real browser: served the way a host serves it, and looked at. Only the checks import this."""

from __future__ import annotations

import gzip
import mimetypes
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route, sync_playwright

from series.inspection import PACKED
from series.project import Trouble

PHONE, DESK = (390, 844), (1280, 900)
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
#: As root Chromium runs only without its sandbox; the others keep it from calling home.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const clipped = element => {
    for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement)
      if (getComputedStyle(outer).overflowX !== 'visible') return true
    return false
  }
  const edge = element => element.getBoundingClientRect().left + Math.max(element.scrollWidth, element.offsetWidth || 0)
  const sticks = element => getComputedStyle(element).overflowX === 'visible' && edge(element) > width + 1
  const all = [...document.body.querySelectorAll('*')]
  const wide = new Set(all.filter(element => sticks(element) && !clipped(element)))
  const inmost = [...wide].filter(element => ![...element.children].some(inner => wide.has(inner)))
  return inmost.map(element => element.outerHTML.split('>')[0] + '>')
}"""

#: Takes away lines of code, paragraphs and list items that look like others before them, by the tags and classes of
#: their parts up to the top of the page; then tokens alike. Axe weighs each piece of text anew, for seconds on a page.
THIN = """() => {
  const chains = new Map([[document.documentElement, '']])
  const chain = element => {
    const own = `${element.tagName}.${element.getAttribute('class')}`
    if (!chains.has(element)) chains.set(element, `${chain(element.parentElement)} ${own}`)
    return chains.get(element)
  }
  for (const pieces of ['pre > :not(code), pre > code > *, p, li', 'pre :not(:has(*))']) {
    const seen = new Set()
    for (const piece of document.querySelectorAll(pieces)) {
      const looks = [piece, ...piece.querySelectorAll('*')].map(chain)
      if (looks.every(look => seen.has(look))) piece.remove()
      looks.forEach(look => seen.add(look))
    }
  }
}"""

VITALS = """
window.vitals = {lcp: 0, cls: 0}
new PerformanceObserver(list => { for (const paint of list.getEntries()) vitals.lcp = paint.startTime })
  .observe({type: 'largest-contentful-paint', buffered: true})
new PerformanceObserver(list => { for (const shift of list.getEntries()) vitals.cls += shift.value })
  .observe({type: 'layout-shift', buffered: true})
"""

#: All that the keyboard must reach, in order, each with the look it has while it is not focused.
REACHABLE = """() => {
  window.look = element => {
    const style = getComputedStyle(element)
    return [style.outlineStyle === 'none' ? 0 : style.outlineWidth, style.outlineColor, style.boxShadow,
      style.backgroundColor, style.borderColor, style.textDecoration].join()
  }
  const all = document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')
  const shown = {visibilityProperty: true}
  window.reachable = [...all].filter(element => element.checkVisibility(shown) && !element.disabled)
  window.looks = new Map(reachable.map(element => [element, look(element)]))
  return reachable.length
}"""

FOCUSED = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect()
  return {
    place: reachable.indexOf(element),
    name: element.outerHTML.split('>')[0] + '> ' + element.textContent.trim().slice(0, 30),
    seen: look(element) !== looks.get(element) && box.right > 0 && box.bottom > 0 && box.width > 0,
  }
}"""


class Files(BaseHTTPRequestHandler):
    """Serves `folder` below `prefix`, compressed, and with the site's own page for what is not found."""

    protocol_version = "HTTP/1.1"
    folder: Path
    prefix: str

    def handle(self) -> None:
        with suppress(ConnectionError):  # a page that is left breaks off what it was loading
            super().handle()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self.folder / path.removeprefix(self.prefix) / ("index.html" if path.endswith("/") else "")
        found = path.startswith(self.prefix) and file.is_file()
        file = file if found else self.folder / "404.html"
        data = file.read_bytes() if file.is_file() else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
        if file.suffix not in PACKED:
            data = _packed(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the report is on the terminal."""


@lru_cache(maxsize=64)
def _packed(data: bytes) -> bytes:
    """Compressed, as hosts do it: once."""
    return gzip.compress(data)


@contextmanager
def served(folder: Path, prefix: str = "/some/sub/path/") -> Iterator[str]:
    """Serves a built site while the block runs; gives the address of its front page."""
    handler = type("Site", (Files,), {"folder": folder, "prefix": prefix})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{prefix}"
        finally:
            server.shutdown()
            thread.join()


def executable() -> str | None:
    """The Chromium or Chrome on the path."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser with a fresh profile. Raises `Trouble` where there is none."""
    path = executable()
    with sync_playwright() as playwright:
        try:  # without one on the path, Playwright still knows where Windows and macOS put theirs
            browser = playwright.chromium.launch(executable_path=path, channel=None if path else "chrome", args=FLAGS)
        except Error as error:
            raise Trouble(
                "No Chromium or Chrome was found: install one to have the site checked in a browser."
            ) from error
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, base: str, size: tuple[int, int] = DESK, **settings: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page in a context of its own, and a list in which its faults at run time gather.

    Faults are what it asks of addresses that are not below `base`, errors on the console and exceptions.
    `settings` are those of Playwright's `new_context`.
    """
    faults: list[str] = []

    def refuse(route: Route) -> None:
        faults.append(f"{page.url}: asks for {route.request.url}")
        route.abort()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"{page.url}: {message.text} {message.location.get('url', '')}")

    with browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings) as context:
        page = context.new_page()
        context.route(lambda url: not url.startswith((base, "data:", "blob:")), refuse)
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        yield page, faults


def accessibility(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds on the page as it stands: rule, place, reason."""
    result = Axe().run(page, options={"resultTypes": ["violations"], **(options or {})})
    return [
        f"{page.url}: {violation['id']} at {node['target']}: {' '.join(node['failureSummary'].split())}"
        for violation in result.response["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """The elements that make the page wider than its window, if it is."""
    return [f"{page.url}: {element} sticks out" for element in page.evaluate(OVERFLOW)]


def look(browser: Browser, base: str, name: str) -> list[str]:
    """All that is wrong with a page in both widths and both schemes.

    A width changes no colour and a scheme changes nothing else, so that each is weighed once, and not each pair.
    """
    with opened(browser, base, reduced_motion="reduce") as (page, faults):
        page.goto(address(base, name))
        for width, height in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            faults += overflow(page)
        faults += accessibility(page, {"rules": {"color-contrast": {"enabled": False}}})
        page.evaluate(THIN)
        page.emulate_media(color_scheme="dark")
        colours = {"runOnly": ["color-contrast", "link-in-text-block"]}
        faults += [f"{PHONE[0]} px, dark: {fault}" for fault in accessibility(page, colours)]
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        page.emulate_media(color_scheme="light")
        faults += [f"{DESK[0]} px, light: {fault}" for fault in accessibility(page)]
    return faults


def address(base: str, name: str) -> str:
    """Where a site that is served at `base` has the page in the file `name`."""
    return base + name.removesuffix("index.html")


#: How often Tab is pressed on a page. What comes after these on a page of promises is more links of the same kind.
STOPS = 120


def keyboard(page: Page) -> list[str]:
    """What Tab does not reach, reaches out of order, or reaches without showing that it did, of the first `STOPS`."""
    faults: list[str] = []
    for place in range(min(page.evaluate(REACHABLE), STOPS)):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["place"] != place:
            return [*faults, f"{page.url}: Tab {place + 1} reaches {focused['name']!r}, number {focused['place'] + 1}"]
        if not focused["seen"]:
            faults.append(f"{page.url}: the focus is not to be seen on {focused['name']!r}")
    return faults


def vitals(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds to the largest paint, and how much the layout shifts, over a phone's connection (1.6 Mbit/s, 150 ms)."""
    with opened(browser, url, PHONE) as (page, _):
        page.add_init_script(VITALS)
        session = page.context.new_cdp_session(page)
        slow = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
        session.send("Network.emulateNetworkConditions", slow)
        page.goto(url, wait_until="networkidle")
        measured = page.evaluate("vitals")
    return measured["lcp"] / 1000, measured["cls"]
