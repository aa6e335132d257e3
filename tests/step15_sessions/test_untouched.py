"""Who does not look at the session does not pay for it; who does says so to caches."""

import pytest

from dram import Response, abort, redirect

LOOKS = {
    "get": lambda session: session.get("reader"),
    "[]": lambda session: session["reader"],
    "in": lambda session: "reader" in session,
    "not in": lambda session: "theme" not in session,
    "if session": lambda session: bool(session),
    "len": lambda session: len(session),
    "for": lambda session: list(session),
    "items": lambda session: list(session.items()),
    "==": lambda session: session == {},
    "pop": lambda session: session.pop("theme", None),
    "setdefault": lambda session: session.setdefault("reader", "Bo"),
    "permanent": lambda session: session.permanent,
    "=": lambda session: session.__setitem__("reader", "Bo"),
    "del": lambda session: session.__delitem__("reader"),
    "clear": lambda session: session.clear(),
    "permanent =": lambda session: setattr(session, "permanent", True),
}


def varies_with(response):
    return sorted(name.strip().lower() for name in ",".join(response.headers.getlist("Vary")).split(",") if name)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_each_look_tells_caches_that_the_page_depends_on_the_cookie(app, session, ask, forge, look):
    app.get("/look", endpoint="look")(lambda: str(look(session)))
    response = ask(app, "/look", forge({"reader": "Ada"}))
    assert (response.status_code, varies_with(response)) == (200, ["cookie"])


@pytest.mark.guard(removes="vary.patch")
def test_a_look_at_an_empty_session_tells_it_too(app, ask):
    response = ask(app, "/reader")
    assert (response.text, varies_with(response)) == ("nobody", ["cookie"])


@pytest.mark.parametrize("path", ["/", "/no/where"])
@pytest.mark.parametrize("values", [None, {"reader": "Ada"}], ids=["a stranger", "a reader"])
def test_a_page_that_does_not_look_is_the_same_for_everyone(app, ask, forge, path, values):
    response = ask(app, path, values and forge(values))
    assert varies_with(response) == []
    assert response.headers.get("Set-Cookie") is None
    assert varies_with(ask(app, "/reader", values and forge(values))) == ["cookie"]


@pytest.mark.guard(removes="only_when_looked_at.patch")
@pytest.mark.differs("Flask sends a permanent session again with each response")
def test_so_it_is_for_a_reader_who_stays(app, ask, forge):
    cookie = forge({"reader": "Ada", "_permanent": True})
    assert ask(app, "/reader", cookie).headers.get("Set-Cookie")
    response = ask(app, "/", cookie)
    assert (varies_with(response), response.headers.get("Set-Cookie")) == ([], None)


@pytest.mark.differs("Flask sends a permanent session again with each response")
def test_so_it_is_for_a_picture(session, ask, forge, tmp_path):
    from dram import Dram

    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "cover.svg").write_text("<svg/>")
    app = Dram("tests", root_path=str(tmp_path))
    app.secret_key = "a key"
    with ask(app, "/static/cover.svg", forge({"reader": "Ada", "_permanent": True})) as response:
        assert (response.status_code, response.data) == (200, b"<svg/>")
        assert (varies_with(response), response.headers.get("Set-Cookie")) == ([], None)


@pytest.mark.parametrize(
    ("vary", "merged"),
    [
        ("Accept", ["accept", "cookie"]),
        ("Accept, Origin", ["accept", "cookie", "origin"]),
        ("Cookie", ["cookie"]),
        ("cookie, Accept", ["accept", "cookie"]),
    ],
)
def test_what_the_view_says_to_caches_is_kept(app, session, ask, vary, merged):
    app.get("/view", endpoint="view")(lambda: Response(str(len(session)), headers={"Vary": vary}))
    assert varies_with(ask(app, "/view")) == merged


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda: redirect("/sign-in"), 302),
        (lambda: abort(403), 403),
        (lambda: str(1 / 0), 500),
        (lambda: ("", 304), 304),
    ],
    ids=["redirect", "403", "500", "304"],
)
def test_an_answer_without_a_page_tells_it_too(app, session, ask, answer, status):
    app.get("/view", endpoint="view")(lambda: session.get("reader") or answer())
    response = ask(app, "/view")
    assert (response.status_code, varies_with(response)) == (status, ["cookie"])


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True)], ids=["before", "after"])
def test_a_look_before_or_after_the_view_counts(app, session, ask, before, after):
    if before:
        app.before_request(lambda: print(session.get("reader")))

    @app.after_request
    def look(response):
        return response if not after or session.get("reader") is None else Response("never")

    assert varies_with(ask(app, "/")) == ["cookie"]


@pytest.mark.parametrize(
    ("template", "headers"),
    [("a page", []), ("{{ session.reader }}", ["cookie"]), ("{% if session %}{% endif %}", ["cookie"])],
)
def test_a_template_looks_only_if_it_says_so(app, ask, template, headers):
    from dram import render_template_string

    app.get("/page")(lambda: render_template_string(template))
    assert varies_with(ask(app, "/page")) == headers


@pytest.fixture
def calls(app):
    """What the application asks of its session interface."""
    from dram.sessions import SecureCookieSessionInterface

    calls = []

    class Counting(SecureCookieSessionInterface):
        def open_session(self, app, request):
            calls.append("open")
            return super().open_session(app, request)

        def save_session(self, app, session, response):
            calls.append("save")
            return super().save_session(app, session, response)

        def get_signing_serializer(self, app):
            calls.append("serializer")
            return super().get_signing_serializer(app)

    app.session_interface = Counting()
    return calls


@pytest.mark.differs("Flask opens and saves a session for each request")
@pytest.mark.parametrize("path", ["/", "/no/where"])
def test_nothing_is_opened_for_a_page_that_does_not_look(ask, app, calls, forge, path):
    ask(app, path)
    ask(app, path, forge({"reader": "Ada", "_permanent": True}))
    assert calls == []


def test_however_often_one_looks_it_is_opened_once_and_saved_once(app, session, ask, calls):
    @app.get("/look")
    def look():
        return f"{session.get('reader')} {len(session)} {'reader' in session}"

    ask(app, "/look")
    assert [call for call in calls if call != "serializer"] == ["open", "save"]


@pytest.mark.differs("Flask opens the session before the request begins")
def test_it_is_opened_at_the_first_look(app, session, ask, calls):
    seen = []
    app.before_request(lambda: seen.append(list(calls)))
    ask(app, "/reader")
    assert seen == [[]]
    assert "open" in calls
