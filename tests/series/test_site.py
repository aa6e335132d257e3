"""The site as built, held against all that it must reach: its files first, then what a reader meets in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from series import browser as looking
from series import inspection, serve
from series.project import Project

pytestmark = pytest.mark.xdist_group("browser")

ADDRESS = "https://dram.example/some/sub/path/"
EDITIONS: dict[str, dict[str, Any]] = {"plain": {}, "published": {"site_url": ADDRESS}, "offline": {"offline": True}}


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three ways to build the site, each built once."""
    folders = {name: tmp_path_factory.mktemp(name) / "site" for name in EDITIONS}
    for name, options in EDITIONS.items():
        serve.build(Project(), folders[name], **options)
    return folders


@pytest.fixture(scope="session")
def site(editions: dict[str, Path]) -> Path:
    return editions["published"]


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """Where the site is served, below some folder, as most hosts do it."""
    with looking.served(site) as url:
        yield url


@pytest.fixture(scope="session")
def essay(site: Path, base: str) -> str:
    """The address of the last essay."""
    return looking.address(base, inspection.names(site, "essay")[-1])


@pytest.fixture
def opened(browser: Browser, base: str, essay: str) -> Iterator[Page]:
    """The last essay in a browser of its own."""
    with looking.opened(browser, base, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        page.goto(essay)
        yield page


@pytest.mark.parametrize("edition", EDITIONS)
def test_links_anchors_hosts_and_markup_are_sound(editions: dict[str, Path], edition: str) -> None:
    options = EDITIONS[edition]
    assert inspection.faults(editions[edition], **options) == []


def test_an_essay_is_light(site: Path) -> None:
    essays = inspection.weights(site, "essay")
    assert len(essays) == len(Project().steps)
    assert [weight for weight in essays if weight.bytes > 100_000 or weight.requests > 8] == []


def test_a_diff_page_is_light(site: Path) -> None:
    sizes = {name: inspection.size(site, [name]) for name in inspection.names(site, "essay/changes")}
    assert len(sizes) == len(Project().steps)
    # Of ordinary size, that is. At step 15 the example app learns to know its readers, and its tests double.
    assert [size for name, size in sizes.items() if size > (80_000 if name.startswith("15-") else 60_000)] == []


def test_the_fonts_are_small(site: Path) -> None:
    assert inspection.fonts(site) <= 60_000


def test_a_page_of_each_type_is_accessible_and_fits_in_both_widths_and_schemes(
    browser: Browser, site: Path, base: str
) -> None:
    assert [fault for name in inspection.samples(site) for fault in looking.look(browser, base, name)] == []


def test_no_page_is_wider_than_a_phone_or_asks_elsewhere(browser: Browser, site: Path, base: str) -> None:
    essays = inspection.names(site, "essay")
    newest = str(Path(essays[-1]).parent)
    # What is beside the essays of earlier steps is made as that of the newest one is.
    pages = {*essays, *inspection.samples(site), *(name for name in inspection.names(site) if name.startswith(newest))}
    with looking.opened(browser, base, looking.PHONE) as (page, faults):
        for name in sorted(pages):
            page.goto(looking.address(base, name))
            faults += looking.overflow(page)
    assert faults == []


def test_an_essay_is_there_at_once_and_stays_where_it_is(browser: Browser, essay: str) -> None:
    runs = [looking.vitals(browser, essay) for _ in range(2)]
    assert min(paint for paint, _ in runs) <= 1.3
    assert max(shift for _, shift in runs) == 0


def test_an_essay_reads_without_script(browser: Browser, base: str, essay: str) -> None:
    with looking.opened(browser, base, java_script_enabled=False) as (page, faults):
        page.goto(essay)
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.locator("figure.listing").first.is_visible()
        assert page.locator(".lanes > li").first.is_visible()
        assert not page.locator(".opener").is_visible()
        assert page.get_by_role("navigation").first.get_by_role("link").first.is_visible()
        assert not page.get_by_role("searchbox").or_(page.get_by_role("combobox")).is_visible()
        assert faults == []


def test_the_keyboard_reaches_everything_in_order(browser: Browser, site: Path, base: str) -> None:
    with looking.opened(browser, base, reduced_motion="reduce") as (page, faults):
        for name in inspection.samples(site):
            page.goto(looking.address(base, name))
            faults += looking.keyboard(page)
    assert faults == []


def test_the_first_tab_skips_to_the_text(opened: Page) -> None:
    opened.keyboard.press("Tab")
    assert "skip" in opened.locator(":focus").inner_text().lower()
    opened.keyboard.press("Enter")
    assert opened.evaluate(
        "document.querySelector(':target').matches('main') || !!document.querySelector('main :target')"
    )


def test_arrow_keys_turn_no_pages(opened: Page, essay: str) -> None:
    for key in ("ArrowLeft", "ArrowRight"):
        opened.keyboard.press(key)
        opened.wait_for_timeout(100)
        assert opened.url == essay


def test_copied_code_has_no_prompts_and_no_signs(opened: Page) -> None:
    buttons = opened.get_by_role("button", name=re.compile("copy", re.IGNORECASE)).all()
    assert buttons
    for button in buttons:
        button.click()
        copied = opened.evaluate("navigator.clipboard.readText()")
        assert copied.strip()
        assert not re.search(r"^(\$ |>>> |\.\.\. |[+\-−] )", copied, re.MULTILINE)


def test_search_finds_a_word_and_enter_opens_it(opened: Page, essay: str) -> None:
    find(opened, "werkzeug")
    opened.keyboard.press("Enter")
    opened.wait_for_url(lambda url: url != essay)
    assert "werkzeug" in opened.locator("main").inner_text().lower()


def find(page: Page, word: str) -> None:
    """Types a word into the search box and waits for the first result."""
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type(word)
    results = page.get_by_role("searchbox").get_attribute("aria-controls")
    page.locator(f"#{results} a").first.wait_for()


def test_the_switch_of_scheme_outlives_the_page(opened: Page) -> None:
    ink = "getComputedStyle(document.body).color"
    before = opened.evaluate(ink)
    opened.get_by_role("button", name=re.compile("dark|light|theme", re.IGNORECASE)).first.click()
    opened.wait_for_timeout(300)
    after = opened.evaluate(ink)
    assert after != before
    opened.reload()
    assert opened.evaluate(ink) == after
    opened.evaluate(looking.THIN)
    assert looking.accessibility(opened) == []


def test_paper_gets_the_text_and_no_navigation(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert opened.locator("main").is_visible()
    assert not [nav for nav in opened.get_by_role("navigation").all() if nav.is_visible()]
    assert not [button for button in opened.get_by_role("button").all() if button.is_visible()]


def test_what_is_not_found_gets_a_page_with_a_way_home(browser: Browser, base: str) -> None:
    with looking.opened(browser, base) as (page, _):
        page.goto(base + "no/such/page/")
        assert page.get_by_role("heading", level=1).is_visible()
        page.get_by_role("link").last.click()
        page.wait_for_url(base)


def test_the_offline_edition_reads_and_searches_from_a_folder(browser: Browser, editions: dict[str, Path]) -> None:
    base = editions["offline"].as_uri() + "/"
    with looking.opened(browser, base) as (page, faults):
        page.goto(base + "index.html")
        page.locator("main a[href*='01-']").first.click()
        page.locator("a[rel=next]").first.click()
        page.wait_for_url(re.compile("/02-"))
        essay = page.url
        find(page, "werkzeug")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url != essay)
        assert faults == []


#: What the page of an edited app hands to the viewer: sources without colours, and a call of a package.
EDITED = {
    "functions": [
        {
            "name": "app",
            "file": "app.py",
            "line": 7,
            "source": "def app(name):\n    found = name or '<b>'\n    return 1\n",
        },
        {"name": "Map.bind", "file": "werkzeug", "line": 0, "source": ""},
    ],
    "events": [
        ["call", 0, 0, 7, [["name", "''"]]],
        ["line", 0, 0, 8, []],
        ["line", 0, 0, 9, [["found", "'<b>'"]]],
        ["call", 1, 1, 0, []],
        ["leave", 1, 1, 0, [], ""],
        ["raise", 0, 0, 9, [], "KeyError('no')"],
        ["leave", 0, 0, 9, [], ""],
    ],
    "cut": True,
}


def told(page: Page) -> str:
    return page.locator("[aria-live] .station").inner_text()


def test_the_way_of_a_request_is_walked_by_functions_and_by_lines(browser: Browser, site: Path, base: str) -> None:
    with looking.opened(browser, base) as (page, faults):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        page.goto(looking.address(base, "04-errors/index.html"))
        assert {"watch.js", "watch.css", "way.js"}.isdisjoint(asked)
        stops = {
            name: page.locator(".lanes code", has_text=name).locator("xpath=..") for name in ("_answer_of", "wsgi_app")
        }
        assert [stop.get_attribute("class") for stop in stops.values()] == ["new", "changed"]
        assert [stop.locator("em").inner_text() for stop in stops.values()] == ["new", "changed"]  # not by colour alone
        page.get_by_role("button", name="Watch it").click()
        following = page.get_by_role("button", name="Next")
        following.wait_for()
        assert {"watch.js", "watch.css", "way.js"} <= {*asked}
        assert told(page) == "Dram.wsgi_app in dram/app.py, called by Dram.__call__."
        page.keyboard.press("Enter")  # the focus is on Next
        assert told(page) == "Dram.full_dispatch_request in dram/app.py, called by Dram.wsgi_app."
        page.get_by_role("slider").focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert told(page) == "Dram.make_response in dram/app.py, called by Dram.full_dispatch_request."
        assert "page returned '<!doctype html>" in page.locator(".came").inner_text()
        following.click()
        assert told(page).endswith("The answer is 404 NOT FOUND.")
        assert following.get_attribute("aria-disabled") == "true"
        following.press("Enter")  # leads nowhere
        for _ in range(7):
            page.get_by_role("button", name="Back").click()
        assert told(page) == "Dram.handle_user_exception in dram/app.py, called by Dram.full_dispatch_request."
        page.get_by_role("button", name="Back").click()
        assert (
            told(page)
            == "NotFound('404 Not Found: There is no essay 8.') reaches Dram.full_dispatch_request, where it is caught."
        )
        page.get_by_label("line by line").check()
        following.click()
        assert re.fullmatch(r"Dram.full_dispatch_request, line \d+\.", told(page))
        following.click()
        assert page.locator(".values .changed").inner_text().split() == [
            "error",
            "NotFound('404",
            "Not",
            "Found:",
            "There",
            "is",
            "no",
            "essay",
            "8.')",
            "changed",
        ]
        assert "error" in page.locator(".watch .now").inner_text()
        page.get_by_role("list", name="Who called whom").get_by_role("button").first.click()
        assert page.get_by_role("region", name="The code of Dram.__call__").is_visible()
        following.focus()
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("""() => {
                const { activeElement: it } = document
                return it.ariaLabel || it.textContent || it.type
            }""")
            )
        stack = ["Dram.__call__", "Dram.wsgi_app", "Dram.full_dispatch_request"]
        regions = ["The code of Dram.__call__", "Values"]
        assert reached[:7] == ["Place on the way", "checkbox", *stack, *regions]
        assert reached[7] not in reached[:7]  # and out of it again
        page.evaluate(looking.THIN)
        for (width, height), scheme in zip((looking.PHONE, looking.DESK), looking.SCHEMES, strict=True):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            faults += looking.overflow(page) + looking.accessibility(page)
        page.get_by_role("button", name="Close").click()
        assert not following.is_visible()
        assert faults == []


def test_what_could_not_be_loaded_is_said_and_asked_for_again(browser: Browser, base: str) -> None:
    with looking.opened(browser, base) as (page, faults):
        page.route("**/watch.js", lambda route: route.abort(), times=1)
        page.goto(looking.address(base, "01-hello/index.html"))
        page.get_by_role("button", name="Watch it").click()
        page.get_by_role("button", name="It could not be loaded: try again").click()
        page.get_by_role("button", name="Next").wait_for()
        assert page.get_by_role("button", name="Close").get_attribute("aria-busy") is None
        assert [fault.partition("watch.js")[1] for fault in faults] == [
            "watch.js"
        ] * 2  # the request, and the exception


def test_what_is_watched_of_edited_code_needs_no_more_than_the_recording(browser: Browser, base: str) -> None:
    with looking.opened(browser, base) as (page, faults):
        page.goto(base)
        page.add_script_tag(url=f"{base}watch.js")
        page.evaluate(
            """recording => {
            const place = document.createElement("div")
            document.querySelector("main").append(place)
            watchRequest(place, recording)
        }""",
            EDITED,
        )
        assert told(page) == "app in app.py, called by the server."
        assert [row.inner_text().strip() for row in page.locator(".watch .row").all()][1] == "found = name or '<b>'"
        page.get_by_role("button", name="Next").click()
        assert told(page) == "app raises KeyError('no')."
        page.get_by_role("button", name="Next").click()
        assert told(page) == "The exception ends app. The recording is cut here; the request went on."
        assert faults == []


def test_a_request_is_watched_in_the_edition_for_a_folder_too(browser: Browser, editions: dict[str, Path]) -> None:
    folder = editions["offline"].as_uri() + "/"
    with looking.opened(browser, folder) as (page, faults):
        page.goto(f"{folder}02-routing.html")
        page.get_by_role("button", name="Watch it").click()
        page.get_by_role("button", name="Next").click()
        assert told(page) == "Dram.dispatch_request in dram/app.py, called by Dram.wsgi_app."
        assert faults == []


def test_a_request_is_light_to_watch_and_recorded_the_same_in_each_build(editions: dict[str, Path]) -> None:
    plain, published = (editions[name] for name in ("plain", "published"))
    scripts = sorted(path.relative_to(plain).as_posix() for path in plain.glob("*/way.js"))
    assert len(scripts) == len(Project().steps)
    assert [name for name in scripts if (plain / name).read_bytes() != (published / name).read_bytes()] == []
    sizes = {name: inspection.size(plain, [name, "watch.js", "watch.css"]) for name in scripts}
    assert {name: size for name, size in sizes.items() if size > 25_000} == {}
