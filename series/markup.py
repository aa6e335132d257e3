"""What the checks need to know of one HTML page, and what is wrong with its markup.

It is read with `html.parser` and a stack: the pages are ours and close whatever they open, so a full HTML5 parser would
find out no more about them, slower. `test --report` asks the Nu checker as well.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADINGS = names("h1 h2 h3 h4 h5 h6")
VOID = names("area base br col embed hr img input link meta source track wbr")
SECTIONS = names("address article aside blockquote details div dl fieldset figure footer form header main nav section")
BLOCKS = HEADINGS | SECTIONS | names("hr ol p pre table ul")
PHRASES = HEADINGS | names("p span code em strong b i kbd button label pre")
NAMED = HEADINGS | names("a button summary")
#: Attributes that hold one address, and those that hold ids of the same page.
ADDRESSES = ("href", "src", "poster", "data", "action", "xlink:href")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
COLOURED = re.compile(r'<span class="[a-z]{1,2}[0-9]?">([^<>]*)</span>')
CSS_ADDRESS = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])([^'")\s]+)""")


class Link(NamedTuple):
    """An address in a file: where it stands, and whether the page visits it, loads it, or only mentions it."""

    line: int
    url: str
    use: str


@dataclass
class Page:
    """What the checks need to know of one HTML page."""

    title: str = ""
    ids: Counter[str] = field(default_factory=Counter)
    links: list[Link] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    faults: list[tuple[int, str]] = field(default_factory=list)


class Open(NamedTuple):
    """An element that is open while the parser reads on; `words` is how many texts came before it."""

    tag: str
    line: int
    words: int


class Parser(HTMLParser):
    """Reads one page into a `Page`, and notes what is wrong with its markup on the way."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[Open] = []
        self.words = 0
        self.feed(text)
        self.close()
        for tag, line, _ in self.open:
            self.page.faults.append((line, f"<{tag}> is never closed"))

    def fault(self, message: str) -> None:
        self.page.faults.append((self.getpos()[0], message))

    def handle_decl(self, decl: str) -> None:
        self.page.marks.add(decl.lower())

    def handle_data(self, data: str) -> None:
        self.words += bool(data.strip())
        inside = self.open[-1].tag if self.open else ""
        if inside == "title" and not self.within("svg"):
            self.page.title += data.strip()
        if inside == "style":
            self.link("load", *CSS_ADDRESS.findall(data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if len(values) < len(attrs):
            self.fault(f"<{tag}> has an attribute twice")
        self.nest(tag)
        self.record(tag, values)
        self.collect(tag, values)
        if tag not in VOID:
            self.open.append(Open(tag, self.getpos()[0], self.words))
        self.words += bool(values.get("aria-label") or values.get("alt"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            if not self.within("svg"):
                self.fault(f"<{tag}/> does not close itself in HTML")
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.within(tag):
            self.fault(f"</{tag}> closes nothing")
            return
        while (last := self.open.pop()).tag != tag:
            self.fault(f"</{tag}> closes over the <{last.tag}> of line {last.line}")
        if tag in NAMED and last.words == self.words:
            self.fault(f"<{tag}> has neither text nor a label")

    def within(self, *tags: str) -> bool:
        return any(element.tag in tags for element in self.open)

    def nest(self, tag: str) -> None:
        """Notes an element that stands where HTML does not allow it, or where a browser would move it."""
        outer = next((element.tag for element in self.open if element.tag in PHRASES), None)
        if tag in BLOCKS and outer:
            self.fault(f"<{tag}> may not stand in <{outer}>")
        if tag in ("a", "button") and self.within("a", "button"):
            self.fault(f"<{tag}> stands in another link or button")
        if self.open and self.open[-1].tag in ("ul", "ol") and tag != "li":
            self.fault(f"<{tag}> stands between the items of a list")

    def record(self, tag: str, values: dict[str, str]) -> None:
        """Notes what the page has to have once: language, description, ids, headings; and pictures without words."""
        if tag == "html" and values.get("lang"):
            self.page.marks.add("lang")
        if tag == "meta" and values.get("content"):
            self.page.marks.add(values.get("name", ""))
        if "id" in values:
            self.page.ids[values["id"]] += 1
        if tag in HEADINGS:
            self.heading(int(tag[1]))
        if tag == "img" and "alt" not in values:
            self.fault("<img> has no alt text")

    def heading(self, level: int) -> None:
        before = self.page.headings[-1] if self.page.headings else 0
        if level > before + 1:
            self.fault(f"<h{level}> follows <h{before}>" if before else f"the first heading is <h{level}>")
        self.page.headings.append(level)

    def collect(self, tag: str, values: dict[str, str]) -> None:
        """Notes every address and every reference to an id."""
        use = "load"
        if tag in ("a", "form"):
            use = "visit" if tag == "a" else "mention"
        elif tag == "link" and not re.search("stylesheet|icon|preload|manifest", values.get("rel", "")):
            use = "mention"
        self.link(use, *(values[name] for name in ADDRESSES if name in values))
        self.link("load", *(part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()))
        self.link("load", *CSS_ADDRESS.findall(values.get("style", "")))
        self.link("visit", *(f"#{name}" for key in REFERENCES for name in values.get(key, "").split()))
        if tag == "meta" and values.get("content", "").startswith("http"):
            self.link("mention", values["content"])

    def link(self, use: str, *urls: str) -> None:
        self.page.links += [Link(self.getpos()[0], url, use) for url in urls]


def read_page(text: str) -> Page:
    """Everything the checks ask of the page with this source."""
    # Four tags of five are spans that colour a word of code. There is nothing to ask of them.
    return Parser(COLOURED.sub(r"\1", text)).page
