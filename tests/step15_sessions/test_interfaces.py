"""Where sessions are kept is the business of an interface, which an application may replace."""

import hashlib
import json

import pytest
from itsdangerous import URLSafeTimedSerializer

from dram import request


@pytest.fixture
def sessions():
    """The module `dram.sessions`."""
    from dram import sessions

    return sessions


@pytest.fixture
def shelf(app, sessions):
    """An interface that keeps sessions on a shelf, where the cookie says only which one; and the calls it got."""

    class Session(dict, sessions.SessionMixin):
        pass

    class Shelf(sessions.SessionInterface):
        def __init__(self):
            self.kept, self.calls = {}, []

        def open_session(self, app, request):
            self.calls.append(("open", app.name, request.path))
            return Session(self.kept.get(request.cookies.get("ticket"), {}))

        def save_session(self, app, session, response):
            self.calls.append(("save", app.name, dict(session), response.status_code))
            ticket = request.cookies.get("ticket", str(len(self.kept)))
            self.kept[ticket] = dict(session)
            response.set_cookie("ticket", ticket)

    app.session_interface = Shelf()
    return app.session_interface


def test_an_interface_of_one_s_own_keeps_sessions_where_it_likes(shelf, app):
    client, other = app.test_client(), app.test_client()
    client.get("/sign-in/Ada")
    other.get("/sign-in/Bo")
    assert [client.get("/reader").text, other.get("/reader").text] == ["Ada", "Bo"]
    assert shelf.kept == {"0": {"reader": "Ada"}, "1": {"reader": "Bo"}}


def test_it_is_given_the_application_the_request_the_session_and_the_response(shelf, client):
    client.get("/sign-in/Ada")
    assert shelf.calls == [("open", "tests", "/sign-in/Ada"), ("save", "tests", {"reader": "Ada"}, 200)]


@pytest.mark.differs("Flask opens the session before anybody could handle its error")
def test_an_error_of_opening_is_handled_like_one_of_the_view(app, sessions, client):
    class Broken(sessions.SessionInterface):
        def open_session(self, app, request):
            raise OSError("The shelf is gone.")

    app.session_interface = Broken()
    app.register_error_handler(OSError, lambda error: str(error))
    assert client.get("/reader").text == "The shelf is gone."


def test_unless_told_otherwise_an_application_signs_cookies(app, sessions):
    assert type(app.session_interface) is sessions.SecureCookieSessionInterface
    assert isinstance(app.session_interface, sessions.SessionInterface)
    assert not app.session_interface.pickle_based


@pytest.mark.parametrize(
    ("settings", "method", "value"),
    [
        ({}, "get_cookie_name", "session"),
        ({"SESSION_COOKIE_NAME": "margin"}, "get_cookie_name", "margin"),
        ({}, "get_cookie_domain", None),
        ({"SERVER_NAME": "books.example"}, "get_cookie_domain", None),
        ({"SESSION_COOKIE_DOMAIN": "books.example"}, "get_cookie_domain", "books.example"),
        ({}, "get_cookie_path", "/"),
        ({"APPLICATION_ROOT": "/app"}, "get_cookie_path", "/app"),
        ({"APPLICATION_ROOT": "/app", "SESSION_COOKIE_PATH": "/shelf"}, "get_cookie_path", "/shelf"),
        ({}, "get_cookie_httponly", True),
        ({"SESSION_COOKIE_HTTPONLY": False}, "get_cookie_httponly", False),
        ({}, "get_cookie_secure", False),
        ({"SESSION_COOKIE_SECURE": True}, "get_cookie_secure", True),
        ({}, "get_cookie_samesite", None),
        ({"SESSION_COOKIE_SAMESITE": "Lax"}, "get_cookie_samesite", "Lax"),
        ({}, "get_cookie_partitioned", False),
        ({"SESSION_COOKIE_PARTITIONED": True}, "get_cookie_partitioned", True),
    ],
    ids=str,
)
def test_it_tells_each_part_of_the_cookie(build, sessions, settings, method, value):
    assert getattr(sessions.SessionInterface(), method)(build(**settings)) == value


@pytest.mark.parametrize(
    ("method", "value", "part"),
    [
        ("get_cookie_name", "margin", "margin="),
        ("get_cookie_domain", "books.example", "Domain=books.example"),
        ("get_cookie_path", "/shelf", "Path=/shelf"),
        ("get_cookie_secure", True, "Secure"),
        ("get_cookie_samesite", "Strict", "SameSite=Strict"),
        ("get_cookie_partitioned", True, "Partitioned"),
    ],
)
def test_each_part_of_the_cookie_can_be_overridden(app, sessions, ask, forge, method, value, part):
    app.session_interface = type("Own", (sessions.SecureCookieSessionInterface,), {method: lambda self, app: value})()
    cookie = forge({"reader": "Ada"}).replace("session=", "margin=" if method == "get_cookie_name" else "session=")
    assert part in ask(app, "/sign-in/Ada").headers.get("Set-Cookie", "")
    assert part in ask(app, "/sign-out", cookie).headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    ("attribute", "value", "forged"),
    [
        ("salt", "margin-notes", {"salt": "margin-notes"}),
        ("digest_method", staticmethod(hashlib.sha256), {"digest_method": hashlib.sha256}),
        ("key_derivation", "django-concat", {"key_derivation": "django-concat"}),
    ],
)
def test_how_it_signs_can_be_chosen(app, sessions, ask, signed, forge, attribute, value, forged):
    app.session_interface = type("Own", (sessions.SecureCookieSessionInterface,), {attribute: value})()
    assert ask(app, "/reader", signed(app)).text == "Ada"
    assert ask(app, "/reader", forge({"reader": "Ada"}, **forged)).text == "Ada"
    assert ask(app, "/reader", forge({"reader": "Ada"})).text == "nobody"


def test_how_it_writes_can_be_chosen(app, sessions, signed, ask):
    class Reversed:
        def dumps(self, values):
            return json.dumps(values)[::-1]

        def loads(self, text):
            return json.loads(text[::-1])

    class Own(sessions.SecureCookieSessionInterface):
        serializer = Reversed()

    app.session_interface = Own()
    assert ask(app, "/reader", signed(app)).text == "Ada"


def test_the_class_of_the_session_can_be_chosen(app, session, sessions, ask, signed):
    class Reader(sessions.SecureCookieSession):
        def greet(self):
            return f"Hello {self['reader']}"

    class Own(sessions.SecureCookieSessionInterface):
        session_class = Reader

    app.session_interface = Own()
    app.get("/greet", endpoint="greet")(lambda: session.greet())
    assert ask(app, "/greet", signed(app)).text == "Hello Ada"


def test_its_serializer_signs_and_reads_by_hand_where_there_is_a_key(app):
    interface = app.session_interface
    serializer = interface.get_signing_serializer(app)
    assert isinstance(serializer, URLSafeTimedSerializer)
    assert serializer.loads(serializer.dumps({"place": (7, b"x")}), max_age=60) == {"place": (7, b"x")}
    app.secret_key = None
    assert interface.get_signing_serializer(app) is None


@pytest.fixture
def closed(app, sessions):
    """An interface that opens no session."""

    class Closed(sessions.SecureCookieSessionInterface):
        saved = False

        def open_session(self, app, request):
            return None

        def save_session(self, app, session, response):
            self.saved = True

    app.session_interface = Closed()
    return app.session_interface


def test_where_none_is_opened_it_is_a_null_session(closed, app, session, sessions):
    with app.test_request_context("/"):
        assert isinstance(session._get_current_object(), sessions.NullSession)
        assert session.get("reader") is None
        with pytest.raises(RuntimeError):
            session["reader"] = "Ada"


def test_a_null_session_is_not_saved(closed, client):
    assert client.get("/reader").text == "nobody"
    assert not closed.saved


def test_the_interface_makes_the_null_session(closed, app, sessions, client, monkeypatch):
    monkeypatch.setattr(closed, "make_null_session", lambda app: sessions.NullSession({"reader": app.name}))
    assert client.get("/reader").text == "tests"
    assert not closed.saved


def test_a_session_can_be_opened_and_saved_by_hand(app, sessions, forge):
    from dram import Request

    interface, response = app.session_interface, app.response_class()
    opened = interface.open_session(app, Request({"HTTP_COOKIE": forge({"reader": "Ada"}), "REQUEST_METHOD": "GET"}))
    assert (type(opened), opened) == (sessions.SecureCookieSession, {"reader": "Ada"})
    opened["reader"] = "Bo"
    interface.save_session(app, opened, response)
    cookie = response.headers.get("Set-Cookie", "")
    reopened = interface.open_session(app, Request({"HTTP_COOKIE": cookie.partition(";")[0], "REQUEST_METHOD": "GET"}))
    assert reopened == {"reader": "Bo"}


def test_the_mixin_makes_no_promises_about_changes(sessions):
    class Own(dict, sessions.SessionMixin):
        pass

    own = Own()
    assert (own.new, own.modified, own.permanent) == (False, True, False)
    own.permanent = 1
    assert own == {"_permanent": True}


@pytest.mark.parametrize(
    ("change", "modified"),
    [
        (lambda session: session.__setitem__("reader", "Ada"), True),
        (lambda session: session.pop("reader"), True),
        (lambda session: session.pop("nothing", None), False),
        (lambda session: session.setdefault("reader", "Bo"), False),
        (lambda session: session.setdefault("theme", "dark"), True),
        (lambda session: session.update(theme="dark"), True),
        (lambda session: session.clear(), True),
        (lambda session: session.get("reader"), False),
        (lambda session: "reader" in session, False),
        (lambda session: session.copy(), False),
        (lambda session: setattr(session, "permanent", True), True),
    ],
)
def test_the_session_in_a_cookie_knows_whether_it_was_changed(sessions, change, modified):
    session = sessions.SecureCookieSession({"reader": "Ada"})
    assert not session.modified
    change(session)
    assert session.modified is modified
