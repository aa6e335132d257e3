"""Every fault that the inspection of a built site knows, planted in a site of two pages, and seen caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from series import inspection

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="description" content="What it is."><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="{root}look.css"><link rel="icon" href="data:,"></head>
<body><a href="#main">Skip</a><main id="main"><h1>{title}</h1>
<p>Text<br>and <a href="{link}">a link</a>.</p>
{body}
</main></body></html>
"""
SHEET = "@font-face { font-family: Book; src: url(book.woff2) }"


def write(folder: Path, body: str = "", sheet: str = SHEET) -> Path:
    """A sound site of two pages, a style sheet and a font, with `body` put into its essay."""
    (folder / "01-hello").mkdir()
    front = PAGE.format(title="Front", root="", link="01-hello/#main", body="")
    essay = PAGE.format(title="Hello", root="../", link="../", body=body)
    (folder / "index.html").write_text(front, encoding="utf-8")
    (folder / "01-hello" / "index.html").write_text(essay, encoding="utf-8")
    (folder / "look.css").write_text(sheet, encoding="utf-8")
    (folder / "book.woff2").write_bytes(bytes(range(250)))
    return folder


def alter(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_site_has_no_faults(tmp_path: Path) -> None:
    assert inspection.faults(write(tmp_path)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="../02-gone/">on</a>', "../02-gone/ leads nowhere"),
        ('<a href="..">up, and <b>no</b> slash</a><a href="../../">out</a>', "../../ leads nowhere"),
        ('<a href="/">the root of the server</a>', "/ leads nowhere"),
        ('<a href="#gone">there</a>', "#gone names no place on that page"),
        ('<a href="../index.html#gone">there</a>', "../index.html#gone names no place on that page"),
        ('<label for="gone">Name</label>', "#gone names no place on that page"),
        ('<a href="javascript:go()">go</a>', "javascript:go() is no address for a page"),
        ('<img src="gone.png" alt="">', "gone.png leads nowhere"),
        ('<img src="data:," srcset="gone.png 2x" alt="">', "gone.png leads nowhere"),
        ('<script src="https://cdn.example/x.js"></script>', "https://cdn.example/x.js is on a foreign host"),
        ('<img src="//cdn.example/x.png" alt="">', "//cdn.example/x.png is on a foreign host"),
        ('<p style="background: url(http://cdn.example/)">x</p>', "http://cdn.example/ is on a foreign host"),
        ("<style>@import 'http://cdn.example/x.css';</style>", "http://cdn.example/x.css is on a foreign host"),
        ('<p id="main">again</p>', "the id 'main' stands 2 times"),
        ("<p><b>bold <i>both</b></p>", "</b> closes over the <i> of line 7"),
        ("<section><p>open</section>", "</section> closes over the <p> of line 7"),
        ("<p>text</p></div>", "</div> closes nothing"),
        ("<p>text <div>block</div></p>", "<div> may not stand in <p>"),
        ("<div/>", "<div/> does not close itself in HTML"),
        ("<ul><p>no item</p></ul>", "<p> stands between the items of a list"),
        ('<a href=""><button>both</button></a>', "<button> stands in another link or button"),
        ('<p class="a" class="b">twice</p>', "<p> has an attribute twice"),
        ('<img src="data:,">', "<img> has no alt text"),
        ("<button><svg></svg></button>", "<button> has neither text nor a label"),
        ('<a href=""><img src="data:," alt=""></a>', "<a> has neither text nor a label"),
        ("<h3>Too deep</h3>", "<h3> follows <h1>"),
        ("<h1>Again</h1>", "2 headings of the first level"),
    ],
)
def test_a_fault_on_a_page_is_caught(tmp_path: Path, body: str, fault: str) -> None:
    assert [found.rpartition(": ")[2] for found in inspection.faults(write(tmp_path, body))] == [fault]


def test_a_fault_names_its_page_and_its_line(tmp_path: Path) -> None:
    assert inspection.faults(write(tmp_path, '<a href="x/">x</a>')) == ["01-hello/index.html:7: x/ leads nowhere"]


@pytest.mark.parametrize(
    ("old", "fault"),
    [
        ("<!doctype html>", "no doctype html"),
        (' lang="en"', "no lang"),
        ("<title>Front</title>", "no title"),
        ('name="description"', "no description"),
        ('name="viewport"', "no viewport"),
        ("<h1>Front</h1>", "0 headings of the first level"),
    ],
)
def test_what_a_page_lacks_is_named(tmp_path: Path, old: str, fault: str) -> None:
    alter(write(tmp_path) / "index.html", old, "")
    assert inspection.faults(tmp_path) == [f"index.html: {fault}"]


def test_an_element_that_is_never_closed_is_caught(tmp_path: Path) -> None:
    alter(write(tmp_path) / "index.html", "</main></body></html>", "")
    faults = inspection.faults(tmp_path)
    assert [fault.rpartition(": ")[2] for fault in faults] == [
        "<html> is never closed",
        "<body> is never closed",
        "<main> is never closed",
    ]


def test_a_foreign_or_missing_font_in_a_style_sheet_is_caught(tmp_path: Path) -> None:
    sheet = "src: url('https://fonts.example/a.woff2'), url(gone.woff2)"
    assert inspection.faults(write(tmp_path, sheet=sheet)) == [
        "look.css:1: https://fonts.example/a.woff2 is on a foreign host",
        "look.css:1: gone.woff2 leads nowhere",
    ]


def test_a_link_to_another_site_is_no_fault(tmp_path: Path) -> None:
    assert inspection.faults(write(tmp_path, '<a href="https://peps.python.org/pep-3333/">PEP 3333</a>')) == []


def test_a_page_that_nobody_links_to_is_caught(tmp_path: Path) -> None:
    alter(write(tmp_path) / "index.html", "01-hello/#main", "#main")
    assert inspection.faults(tmp_path) == ["01-hello/index.html: no page links to this one"]


def test_an_offline_edition_may_not_link_to_folders(tmp_path: Path) -> None:
    found = inspection.faults(write(tmp_path), offline=True)
    assert "01-hello/index.html:6: ../ leads nowhere" in found
    assert "index.html:6: 01-hello/#main leads nowhere" in found


def test_addresses_of_the_site_itself_are_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        '<a href="https://dram.example/book/01-hello/#main">whole</a><a href="https://dram.example/book/x/">x</a>',
    )
    feed = '<feed><link href="https://dram.example/book/gone/"/><id>x</id></feed>'
    (tmp_path / "feed.xml").write_text(feed, encoding="utf-8")
    assert inspection.faults(tmp_path, "https://dram.example/book/") == [
        "01-hello/index.html:7: https://dram.example/book/x/ leads nowhere",
        "feed.xml:1: https://dram.example/book/gone/ leads nowhere",
    ]


def test_the_page_for_what_is_not_found_links_from_the_top(tmp_path: Path) -> None:
    page = PAGE.format(title="Not here", root="/book/", link="/book/01-hello/", body='<a href="01-hello/">x</a>')
    (write(tmp_path) / "404.html").write_text(page, encoding="utf-8")
    assert inspection.faults(tmp_path, "https://dram.example/book/") == [
        "404.html:7: 01-hello/ is relative on a page that is served at any depth"
    ]


def test_a_page_weighs_what_it_loads(tmp_path: Path) -> None:
    light = inspection.weights(write(tmp_path))
    assert [(weight.page, weight.requests) for weight in light] == [("01-hello/index.html", 3), ("index.html", 3)]
    (tmp_path / "large.png").write_bytes(bytes(5000))
    alter(tmp_path / "index.html", "<p>", '<img src="large.png" alt=""><p>')
    heavy = inspection.weights(tmp_path)
    assert heavy[0] == light[0]
    assert heavy[1].requests == 4
    assert heavy[1].bytes > light[1].bytes + 5000


def test_one_page_of_each_type_is_looked_at(tmp_path: Path) -> None:
    for name in ("index", "01-a/index", "02-b/index", "02-b/code/index", "01-a/code/app", "promises/index"):
        file = tmp_path / f"{name}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert inspection.samples(tmp_path) == [
        "02-b/code/index.html",
        "02-b/index.html",
        "index.html",
        "promises/index.html",
    ]
