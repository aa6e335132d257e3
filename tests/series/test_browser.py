"""Every fault that is looked for in the browser, planted in a small page, and seen caught."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from series import browser as looking
from series.project import Trouble

pytestmark = pytest.mark.xdist_group("browser")

PAGE = """<!doctype html><html lang="en"><head><title>Page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>
<body><main><h1>Page</h1>{body}</main></body></html>"""


@pytest.fixture
def faults(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    """All that is found on a page with the body that the test is parametrized with."""
    (tmp_path / "index.html").write_text(PAGE.format(body=request.param), encoding="utf-8")
    with looking.served(tmp_path) as url, looking.opened(browser, url, looking.PHONE) as (page, found):
        page.goto(url)
        return found + looking.accessibility(page) + looking.overflow(page) + looking.keyboard(page)


def planted(body: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("faults", [body], indirect=True, ids=["page"])


@planted(
    '<p>Text and <a href="#">a link</a>.</p><div tabindex="0" style="overflow: auto"><pre>' + "x" * 99 + "</pre></div>"
)
def test_a_sound_page_has_no_faults(faults: list[str]) -> None:
    assert faults == []


@planted('<p style="color: #bbb">Pale</p>')
def test_pale_text_is_caught(faults: list[str]) -> None:
    assert len(faults) == 1
    assert "color-contrast at ['p']" in faults[0]


@planted("<pre>" + "x" * 99 + "</pre>")
def test_a_line_wider_than_a_phone_is_caught_and_named(faults: list[str]) -> None:
    assert [fault.partition(": ")[2] for fault in faults] == ["<pre> sticks out"]


@planted('<img src="http://cdn.example/x.png" alt="">')
def test_a_request_to_a_foreign_host_is_caught(faults: list[str]) -> None:
    assert any("asks for http://cdn.example/x.png" in fault for fault in faults)


@planted("<script>new Image().src = 'http://' + 'cdn.example/x.png'</script>")
def test_a_foreign_request_that_only_a_script_makes_is_caught(faults: list[str]) -> None:
    assert any("asks for http://cdn.example/x.png" in fault for fault in faults)


@planted('<img src="gone.png" alt="">')
def test_an_answer_of_404_is_caught(faults: list[str]) -> None:
    assert any("404" in fault and fault.endswith("gone.png") for fault in faults)


@planted("<script>gone()</script>")
def test_an_exception_in_a_script_is_caught(faults: list[str]) -> None:
    assert any("gone is not defined" in fault for fault in faults)


@planted('<style>a { outline: 0 }</style><a href="#">link</a>')
def test_a_focus_that_is_not_to_be_seen_is_caught(faults: list[str]) -> None:
    assert any("the focus is not to be seen on '<a href=\"#\"> link'" in fault for fault in faults)


@planted('<a href="#">one</a> <a href="#" tabindex="2">two</a>')
def test_an_order_of_focus_that_jumps_is_caught(faults: list[str]) -> None:
    assert any("Tab 1 reaches" in fault and fault.endswith("two', number 2") for fault in faults)


DARK = (
    "<style>@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } .c { color: #333 } }</style>"
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>Text</p><p>Text</p>", []),
        (DARK + "<pre><code>" + "<b>code</b>\n" * 9 + '<b><i class="c">pale</i></b></code></pre>', ["390 px, dark"]),
        (
            "<style>i { color: #ccc } @media (prefers-color-scheme: dark) { i { color: #000 } }</style><i>pale</i>",
            ["1280 px, light"],
        ),
    ],
    ids=["sound", "pale in one line of code, in the dark", "pale by day"],
)
def test_a_page_is_looked_at_in_both_schemes(browser: Browser, tmp_path: Path, body: str, found: list[str]) -> None:
    (tmp_path / "index.html").write_text(PAGE.format(body=body), encoding="utf-8")
    with looking.served(tmp_path) as url:
        faults = looking.look(browser, url, "index.html")
    assert [fault.split(": ")[0] for fault in faults] == found
    assert all("color-contrast" in fault for fault in faults)


def test_a_late_and_jumping_page_is_measured(browser: Browser, tmp_path: Path) -> None:
    late = "<script>setTimeout(() => document.querySelector('h1').style.marginTop = '300px', 100)</script><p>Text</p>"
    (tmp_path / "index.html").write_text(PAGE.format(body=late), encoding="utf-8")
    with looking.served(tmp_path) as url:
        paint, shift = looking.vitals(browser, url)
    assert 0.1 < paint < 10
    assert shift > 0.01


def test_the_server_compresses_and_knows_its_prefix(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("x" * 1000, encoding="utf-8")
    (tmp_path / "404.html").write_text("not here", encoding="utf-8")
    with looking.served(tmp_path, "/sub/") as url:
        with urlopen(Request(url)) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert int(answer.headers["Content-Length"]) < 100
        with pytest.raises(HTTPError, match="404"):
            urlopen(url.replace("/sub/", "/"))


def test_no_browser_at_all_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Playwright:
        chromium = property(lambda self: self)

        def __enter__(self) -> Playwright:
            return self

        def __exit__(self, *args: object) -> None: ...

        def launch(self, **_: object) -> None:
            raise PlaywrightError("Executable doesn't exist")

    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(looking, "sync_playwright", Playwright)
    with pytest.raises(Trouble, match="No Chromium or Chrome was found"), looking.chromium():
        raise AssertionError("a browser opened")
