"""The panel that runs a step in its essay, in a browser: what a reader does with it, from the first press on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from series import browser as looking
from series import packing, serve
from series.exercises import find
from series.patches import patched_copy
from series.project import Project
from tests.series import conftest

pytestmark = pytest.mark.xdist_group("browser")

EXERCISE = "twice"

#: What Marginalia never does, and a browser knows how to take.
MORE = '''

from dram import request as asked


@app.route("/odd", methods=["GET", "POST"])
def odd():
    if asked.method == "POST":
        file = asked.files["file"]
        return f"{asked.form['pressed']} {file.filename} {len(file.read())} {asked.form['lines']!r}"
    return """<!doctype html><title>Odd</title><base href="/"><link rel="stylesheet" href="odd.css">
        <script>document.title = "ran"; parent.postMessage({visit: "http://127.0.0.1:5000/ran"}, "*")</script>
        <meta http-equiv="refresh" content="0;url=/refreshed"><img src="https://elsewhere.example/x.png" alt="none">
        <h1 id="top">Odd</h1><p style="height: 90rem">Long</p><h2 id="far">Far</h2><a href="/odd#far">To far</a>
        <a href="https://elsewhere.example/">Elsewhere</a> <a href="javascript:alert(1)">Script</a>
        <a href="/empty" target="_blank">Empty</a> <a href="/kept">Kept</a> <a href="/bytes">Bytes</a>
        <svg width="90" height="20"><a xlink:href="data:,x"><text y="15">Drawn</text></a></svg> <img src="http://[">
        <a href="http://[">Bracket</a> <form action="https://elsewhere.example/form"><button>Send away</button></form>
        <a href="/round">Round</a> <a href="/broken">Broken</a> <a href="/moved#far">Moved</a>
        <form method="post" enctype="multipart/form-data"><input type="file" name="file">
        <textarea name="lines"></textarea>
        <button name="pressed" value="one">One</button> <button name="pressed" value="two">Two</button></form>
        <form method="post" action="/same"><button formaction="/kept307">Keep</button></form>"""


# Read a second time, as the frame does, this is a refresh: the parsers disagree on forms within forms.
ASTRAY = (
    "<!doctype html><form><math><mtext></form><form><mglyph><style></math>"
    "<meta http-equiv=refresh content='0;url=about:blank'></style></form>"
)
ROUTES = {
    "/odd.css": ("h1 { color: rgb(1, 2, 3); background: url(static/emblem.svg) }", 200, {"Content-Type": "text/css"}),
    "/empty": ("", 204, {}),
    "/astray": (ASTRAY, 200, {}),
    "/kept": ("a,b", 200, {"Content-Disposition": "attachment; filename=kept.csv"}),
    "/bytes": (b"caf\\xe9", 200, {"Content-Type": "text/plain; charset=iso-8859-1"}),
    "/round": ("", 302, {"Location": "/round"}),
    "/moved": ("", 301, {"Location": "/odd"}),
    "/kept307": ("", 307, {"Location": "/method"}),
}
for path, answer in ROUTES.items():
    app.route(path, endpoint=path, methods=["GET", "POST"])(lambda answer=answer: answer)
app.route("/method", methods=["GET", "POST"], endpoint="method")(lambda: f"by {asked.method}")
app.before_request_funcs.remove(refuse_forgeries)


@app.get("/broken")
def broken():
    raise ValueError("on purpose")


@app.get("/loop")
def loop():
    while True:
        pass
'''


@pytest.fixture(scope="module")
def site(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Essays of a toy, because they are built in a second; the second runs Marginalia of the last step."""
    root = tmp_path_factory.mktemp("toy")
    for name, text in {**conftest.TOY, **conftest.POSTS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    serve.generate(Project(root), root / "site", python=packed)
    shutil.copytree(packed, root / "site" / "python")
    last = packing.of_step(Project().steps[-1])
    (root / "site" / "python" / "steps" / "02.json").write_text(json.dumps(last), encoding="utf-8")
    return root / "site"


@pytest.fixture(scope="module")
def base(site: Path) -> Iterator[str]:
    with looking.served(site) as url:
        yield url


class Desk:
    """The panel as a reader meets it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.app: FrameLocator = page.frame_locator(".window iframe")
        self.said, self.log = page.locator(".said"), page.locator(".log li")

    def open(self) -> None:
        """Presses the button, and waits for the first page."""
        self.page.get_by_role("button", name=re.compile(r"Run step 2 .*MB")).click()
        expect(self.app.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)

    def press(self, name: str, within: Locator | None = None) -> None:
        """Presses a button by the keyboard: a click right after scrolling may still hit the frame that was there."""
        (within or self.page.locator(".desk")).get_by_role("button", name=name).press("Enter")

    def go(self, path: str) -> None:
        self.page.locator("#path").fill(path)
        self.page.locator("#path").press("Enter")

    def write(self, path: str, text: str) -> None:
        """Puts another text into a file."""
        self.unfold("editing")
        self.page.locator("#file").select_option(path)
        self.page.locator("#source").fill(text)

    def row(self, path: str) -> Locator:
        """The last request of this address in the log."""
        return self.log.filter(has=self.page.locator(".path").get_by_text(path, exact=True)).first

    def unfold(self, name: str) -> Locator:
        details = self.page.locator(f".{name}")
        details.evaluate("details => { details.open = true }")
        return details

    def faults(self) -> list[str]:
        """What axe finds in the panel, and what sticks out on a phone."""
        found = []
        for size in looking.DESK, looking.PHONE:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            found += [*looking.overflow(self.page), *looking.accessibility(self.page)]
        return found


def test_a_step_runs_in_its_essay(browser: Browser, base: str, tmp_path: Path) -> None:
    """One visit, because Python takes seconds to start."""
    with looking.opened(browser, base, reduced_motion="reduce") as (page, faults):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(base + "02-shout/", wait_until="networkidle")
        assert [url for url in asked if "run." in url or "python/" in url or "worker" in url] == []
        desk = Desk(page)
        desk.open()
        assert page.evaluate("document.activeElement.className") == "desk"
        a_reader_signs_in_and_leaves_a_note(desk)
        faults += desk.faults()
        other = a_second_tab(page, base)
        an_exercise_is_red_and_when_solved_green(desk, tmp_path / "solved")
        a_patch_is_saved_that_git_applies(desk, tmp_path / "solved")
        faults += desk.faults()
        it_is_another_reader_in_the_second_tab(desk, other)
        a_request_of_the_edited_app_is_watched(desk)
        what_a_browser_knows_is_known_here(desk)
        an_endless_loop_is_stopped_and_the_changes_are_kept(desk)
        assert [fault for fault in faults if "on purpose" not in fault] == []


def a_reader_signs_in_and_leaves_a_note(desk: Desk) -> None:
    app = desk.app
    assert desk.page.locator(".window iframe").get_attribute("sandbox") == "allow-scripts allow-forms"
    expect(app.get_by_role("img", name="An open book")).to_have_js_property("complete", True)
    app.get_by_role("link", name="the latest").click()
    app.locator("main").get_by_role("link", name="Sign in").click()
    app.get_by_role("link", name="Register").click()
    expect(app.get_by_role("heading", name="Register")).to_be_visible()
    app.get_by_label("Name").fill("Ada")
    app.get_by_label("Password").fill("correct horse")
    expect(desk.page.locator(".lacks")).not_to_contain_text("Passwords")
    app.get_by_role("button", name="Register").click()
    expect(app.get_by_text("Welcome, Ada.")).to_be_visible()
    expect(desk.page.locator(".lacks")).to_contain_text("Passwords are hashed by a stand-in")
    expect(desk.said).to_contain_text("303 SEE OTHER, then 200 OK")
    posted = desk.log.nth(1)
    expect(posted.locator("summary")).to_contain_text(re.compile(r"POST.*/register.*303.*ms"))
    posted.locator("summary").press("Enter")
    expect(posted.locator("mark").filter(has_text="Set-Cookie: session=")).to_be_visible()
    expect(posted.locator("mark").filter(has_text="Location: /essays/")).to_be_visible()
    app.get_by_label("Your note").fill("so true")
    app.get_by_role("button", name="Leave the note").click()
    expect(app.locator("li:target", has_text="so true")).to_be_visible()
    expect(desk.page.locator("#path")).to_have_value(re.compile("#note-1$"))
    assert "rgb(251, 248, 242)" in app.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")


def an_exercise_is_red_and_when_solved_green(desk: Desk, folder: Path) -> None:
    step = Project().steps[-1]
    exercise = desk.unfold("checks").locator("li").filter(has_text=f"Exercise {EXERCISE}")
    desk.press("Check", exercise)
    expect(exercise).to_contain_text(re.compile(r"✗ Red: \d of \d failed"), timeout=30_000)
    exercise.locator("summary").first.press("Enter")
    expect(exercise.locator("pre").first).to_contain_text("AssertionError")
    patched_copy(step.folder, find(step, EXERCISE).solution, folder)
    desk.write("app.py", (folder / "app.py").read_text(encoding="utf-8"))
    expect(desk.page.locator("#file option:checked")).to_have_text("app.py (changed)")
    desk.press("Check", exercise)
    expect(exercise).to_contain_text(re.compile(r"✓ Green: \d passed"), timeout=30_000)


def a_patch_is_saved_that_git_applies(desk: Desk, folder: Path) -> None:
    with desk.page.expect_download() as downloading:
        desk.press("Save the changes as a patch")
    solution, step = folder / "app.py", Project().steps[-1]
    patched_copy(step.folder, Path(downloading.value.path()), folder.with_name("again"))
    assert (folder.with_name("again") / "app.py").read_bytes() == solution.read_bytes()
    expect(desk.said).to_contain_text("git apply step2.patch")


def a_second_tab(page: Page, base: str) -> Desk:
    """The same essay, in which Python starts while the first tab is used."""
    other = page.context.new_page()
    other.goto(base + "02-shout/")
    other.get_by_role("button", name="Run step 2").click()
    return Desk(other)


def it_is_another_reader_in_the_second_tab(desk: Desk, other: Desk) -> None:
    expect(other.app.get_by_role("link", name="Sign in")).to_be_visible(timeout=60_000)
    other.page.reload()
    other.page.get_by_role("button", name="Run step 2").click()
    expect(other.page.locator("#file option").first).to_be_attached()
    expect(other.page.locator(".tally")).to_be_empty()
    other.page.close()
    desk.go("/essays/")
    expect(desk.app.get_by_role("heading", name="Essays")).to_be_visible()
    expect(desk.app.get_by_role("button", name="Sign out")).to_be_visible()


def a_request_of_the_edited_app_is_watched(desk: Desk) -> None:
    asked = desk.row("/essays/")
    asked.locator("summary").press("Enter")
    desk.press("Send it again, and watch", asked)
    watched = desk.page.locator(".watched")
    expect(watched).to_contain_text("wsgi_app")
    expect(watched).to_be_focused()


def what_a_browser_knows_is_known_here(desk: Desk) -> None:
    app, page = desk.app, desk.page
    desk.write("app.py", page.locator("#source").input_value() + MORE)
    desk.press("Run again")
    desk.go("/odd")
    heading = app.get_by_role("heading", name="Odd")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    expect(heading).to_have_css("background-image", re.compile("^url..data:image/svg"))
    expect(desk.said).to_contain_text("Of other hosts 1 thing was left out. The app’s scripts do not run here.")
    assert page.locator("iframe").get_attribute("title") == "The app: Odd"
    app.get_by_role("link", name="To far").click()
    expect(app.get_by_role("heading", name="Far")).to_be_in_viewport()
    expect(page.locator("#path")).to_have_value("/odd#far")
    app.get_by_role("link", name="Elsewhere").click()
    expect(desk.said.get_by_role("link", name="https://elsewhere.example/ ↗")).to_have_attribute("target", "_blank")
    for name, told in {
        "Script": "An address that begins with javascript: leads nowhere here.",
        "Drawn": "An address that begins with data: leads nowhere here.",
        "Bracket": "http://[ is no address.",
        "Send away": "This form would be sent to https://elsewhere.example/form. From here it is not sent.",
        "Empty": "204 NO CONTENT: a browser stays where it is.",
        "Kept": "Save kept.csv, 3 bytes",
        "Round": "the app redirected 20 times in a row",
    }.items():
        app.get_by_text(name, exact=True).click()
        expect(desk.said).to_contain_text(told)
    assert page.evaluate("history.length") == 2
    desk.go("/astray")
    expect(desk.said).to_have_text("The page led away from the app, which it cannot do here. Run again shows it anew.")
    desk.go("//odd")
    expect(desk.row("//odd")).to_be_visible()
    desk.go("/odd")
    expect(heading).to_be_visible()
    app.locator("body").evaluate("body => { body.id = 'before'; scrollTo(0, 500) }")
    desk.press("Run again")
    expect(app.locator("body:not(#before)")).to_be_visible()
    assert app.locator("body").evaluate("body => { body.id = 'before'; return scrollY }") == 500
    desk.go("/odd?again")
    expect(app.locator("body:not(#before)")).to_be_visible()
    assert app.locator("body").evaluate("() => scrollY") == 0
    files_and_forms_are_sent_as_a_browser_does(desk)


def files_and_forms_are_sent_as_a_browser_does(desk: Desk) -> None:
    app, page = desk.app, desk.page
    app.locator("input[type=file]").set_input_files({"name": "é.bin", "mimeType": "", "buffer": b"\xff\0\n"})
    app.locator("textarea").fill("a\nb")
    app.get_by_role("button", name="Two").click()
    expect(app.locator("body")).to_have_text("two é.bin 3 'a\\r\\nb'")
    for name, text in {"Bytes": "café", "Keep": "by POST", "Broken": "Our fault", "Moved": "Far"}.items():
        desk.press("Previous page")
        expect(app.get_by_role("heading", name="Odd")).to_be_visible()
        app.get_by_text(name, exact=True).click()
        expect(app.locator("body")).to_contain_text(text)
    expect(page.locator("#path")).to_have_value("/odd#far")
    expect(desk.row("/broken").get_by_text("ValueError: on purpose")).to_be_visible()


def an_endless_loop_is_stopped_and_the_changes_are_kept(desk: Desk) -> None:
    desk.go("/loop")
    expect(desk.said).to_contain_text("Stop ends what does not end by itself")
    with desk.page.workers[0].expect_event("close"):
        desk.press("Stop")
    expect(desk.said).to_contain_text("Your changes to the files are kept")
    desk.go("/")
    expect(desk.said).to_have_text("Python does not run. Start anew runs it again; your changes to the files are kept.")
    desk.write("app.py", "import nowhere\n")
    desk.press("Start anew")
    expect(desk.app.locator("body")).to_contain_text("No module named 'nowhere'", timeout=60_000)
    expect(desk.said).to_have_text("The app did not start.")
    desk.press("Reset")
    expect(desk.app.get_by_role("link", name="Sign in")).to_be_visible()
    expect(desk.page.locator(".tally")).to_be_empty()
    desk.press("Bring back my changes to app.py")
    expect(desk.app.locator("body")).to_contain_text("No module named 'nowhere'")
    expect(desk.page.locator("#source")).to_have_value("import nowhere\n")


def test_without_python_on_the_site_a_sentence_stands_where_the_button_would(toy_site: Project) -> None:
    for out, offline in {"plain": False, "offline": True}.items():
        serve.generate(toy_site, toy_site.root / out, offline=offline)
        page = (toy_site.root / out / ("02-shout.html" if offline else "02-shout/index.html")).read_text("utf-8")
        assert ("opened from a folder" if offline else "was built without Python") in page
        assert "<code>python3 series run 2</code>" in page
        assert "run.js" not in page


#: What keeps Python from a page: an address that is not found, or what the browser lacks; and what the panel says.
LACKS = {
    "**/python/steps/02.json": "its files are not on this site: the answer was 404",
    "**/pyodide.asm.wasm": "pyodide/pyodide.asm.wasm could not be loaded: the answer was 404",
    "**/worker.js": "worker.js could not be loaded",
    "delete window.WebAssembly": "this browser has no WebAssembly",
}


@pytest.mark.parametrize("lack", LACKS)
def test_what_keeps_python_away_is_told_with_the_command_for_the_terminal(
    browser: Browser, base: str, lack: str
) -> None:
    with looking.opened(browser, base) as (page, _):
        if lack.startswith("**"):
            page.route(lack, lambda route: route.fulfill(status=404))
        else:
            page.add_init_script(lack)
        page.goto(base + "02-shout/")
        page.get_by_role("button", name="Run step 2").click()
        said = page.locator(".desk .said")
        expect(said).to_have_text(
            f"Python cannot run here: {LACKS[lack]}. At the terminal it does: python3 series run 2"
        )
        assert not page.locator(".window").is_visible()
