"""What is wrong with a built site as far as its files tell, and what its pages weigh. No browser is needed for this."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from series.markup import CSS_ADDRESS, Link, Page, read_page

XML_ADDRESS = re.compile(r"""(?:href="|<loc>|<link>)(http[^"<]+)""")

#: Kinds of files that are compressed already.
PACKED = (".woff2", ".png", ".webp", ".jpg", ".zip", ".ico")


class Weight(NamedTuple):
    """What it takes to show a page: gzipped bytes and requests, the page's own included."""

    page: str
    bytes: int
    requests: int


class Site:
    """A built site: all its files by name, its pages (those of the kind `wanted`, or all) read, its links resolved."""

    def __init__(self, folder: Path, site_url: str = "", offline: bool = False, wanted: str = "") -> None:
        self.folder, self.site_url, self.offline = folder, site_url, offline
        self.files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        self.pages = {name: read_page(self.text(name)) for name in names(folder, wanted)}

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def links(self) -> Iterator[tuple[str, Link]]:
        """All links of pages, style sheets, and of feed and sitemap as far as they point into this site."""
        for name, page in self.pages.items():
            yield from ((name, link) for link in page.links)
        for name in sorted(self.files):
            if name.endswith(".css"):
                yield from ((name, Link(1, url, "load")) for url in CSS_ADDRESS.findall(self.text(name)))
            if name.endswith(".xml") and self.site_url:
                urls = XML_ADDRESS.findall(self.text(name))
                yield from ((name, Link(1, url, "mention")) for url in urls if url.startswith(self.site_url))

    def resolve(self, name: str, url: str) -> tuple[str, str]:
        """The file that an address in the file `name` leads to, and its fragment."""
        if self.site_url and url.startswith(self.site_url):
            name, url = "", url.removeprefix(self.site_url).lstrip("/")
        elif name == "404.html" and url.startswith("/"):  # it is served at any depth, so it cannot use relative links
            name, url = "", url.removeprefix(urlsplit(self.site_url).path).lstrip("/")
        parts = urlsplit(url)
        if not parts.path and name:
            return name, unquote(parts.fragment)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
        folder = not parts.path or (parts.path.endswith(("/", ".")) and not self.offline)
        return posixpath.normpath(posixpath.join(path, "index.html")) if folder else path, unquote(parts.fragment)

    def dead(self, name: str, link: Link) -> str:
        """Why a link does not work; empty when it does."""
        parts = urlsplit(link.url)
        ours = bool(self.site_url) and link.url.startswith(self.site_url)
        if (parts.scheme in ("http", "https") or parts.netloc) and not ours:
            return "" if link.use == "visit" else f"{link.url} is on a foreign host"
        if parts.scheme and not ours:
            return "" if parts.scheme in ("mailto", "data") else f"{link.url} is no address for a page"
        if name == "404.html" and parts.path and not parts.path.startswith("/") and not self.offline and not ours:
            return f"{link.url} is relative on a page that is served at any depth"
        file, fragment = self.resolve(name, link.url)
        if file not in self.files:
            return f"{link.url} leads nowhere"
        if fragment and file in self.pages and fragment not in self.pages[file].ids:
            return f"{link.url} names no place on that page"
        return ""


def faults(folder: Path, site_url: str = "", offline: bool = False) -> list[str]:
    """All that is wrong with the site in `folder`, one line each: `01-hello/index.html:41: …`.

    `site_url` is the address it was built for, if any; `offline`: folders are no addresses in this edition.
    """
    site = Site(folder, site_url, offline)
    found = [f"{name}:{line}: {text}" for name, page in site.pages.items() for line, text in sorted(page.faults)]
    found += [f"{name}:{link.line}: {why}" for name, link in site.links() if (why := site.dead(name, link))]
    for name, page in site.pages.items():
        found += [f"{name}: {text}" for text in missing(page)]
    visits = {(name, site.resolve(name, link.url)[0]) for name, link in site.links() if link.use == "visit"}
    unlinked = set(site.pages) - {to for name, to in visits if name != to} - {"index.html", "404.html"}
    return found + [f"{name}: no page links to this one" for name in sorted(unlinked)]


def missing(page: Page) -> Iterator[str]:
    """What a page needs once, and has not or has twice."""
    if not page.title:
        yield "no title"
    for mark in ("doctype html", "lang", "description", "viewport"):
        if mark not in page.marks:
            yield f"no {mark}"
    if page.headings.count(1) != 1:
        yield f"{page.headings.count(1)} headings of the first level"
    yield from (f"the id {name!r} stands {times} times" for name, times in page.ids.items() if times > 1)


def weights(folder: Path, wanted: str = "") -> list[Weight]:
    """What each page, or each of one kind, weighs with all that it loads, what its style sheets load included."""
    site = Site(folder, wanted=wanted)
    loads: dict[str, set[str]] = {}
    for name, link in site.links():
        if link.use == "load" and not link.url.startswith("data:"):
            loads.setdefault(name, set()).add(site.resolve(name, link.url)[0])
    sizes, result = dict[str, int](), []
    for name in site.pages:
        direct = loads.get(name, set())
        needed = {name} | direct | {file for sheet in direct for file in loads.get(sheet, ())}
        sizes |= {file: size(folder, [file]) for file in needed - sizes.keys()}
        result.append(Weight(name, sum(sizes[file] for file in needed), len(needed)))
    return result


def size(folder: Path, names: Iterable[str]) -> int:
    """Bytes on the wire: gzipped, but for what is compressed already."""
    contents = {name: (folder / name).read_bytes() for name in names}
    return sum(len(data if name.endswith(PACKED) else gzip.compress(data)) for name, data in contents.items())


def fonts(folder: Path) -> int:
    """Bytes of all fonts of the site."""
    return sum(path.stat().st_size for path in folder.rglob("*.woff2"))


def kind(name: str) -> str:
    """What type of page a file is: `essay`, `essay/changes`, `essay/code`, or itself."""
    return re.sub(r"^\d\d-[^/]+/(?:(\w+)/)?.*", r"essay/\1", name).rstrip("/")


def samples(folder: Path) -> list[str]:
    """One page of each type: the essay of step 2, its diff page, its code, …, and each page there is only one of.

    Step 2 is the first that changes something, and its pages stay as they are however many steps there will be.
    """
    pages: dict[str, list[str]] = {}
    for name in names(folder):
        pages.setdefault(kind(name), []).append(name)
    return sorted(same[min(1, len(same) - 1)] for same in pages.values())


def names(folder: Path, wanted: str = "") -> list[str]:
    """The files of all pages, or of those of one kind, in order."""
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [name for name in found if wanted in ("", kind(name))]
