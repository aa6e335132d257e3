import pytest

from dram import Dram


@pytest.fixture
def store():
    return {}


@pytest.fixture
def app(store):
    from dram import session
    from dram.sessions import ServerSessionInterface

    app = Dram("exercise")
    app.testing = True
    app.session_interface = ServerSessionInterface(store)

    @app.get("/reader")
    def reader():
        return session.get("reader", "nobody")

    @app.get("/sign-in/<name>")
    def sign_in(name):
        session.clear()
        session["reader"] = name
        return name

    @app.get("/browse")
    def browse():
        session["page"] = (7, b"left")
        return ""

    @app.get("/page")
    def page():
        return repr(session["page"])

    @app.get("/sign-out")
    def sign_out():
        session.clear()
        return "bye"

    return app


@pytest.fixture
def client(app):
    return app.test_client()


def ticket(client):
    cookie = client.get_cookie("session")
    return cookie and cookie.value


def test_readers_have_sessions_of_their_own(app, client):
    other = app.test_client()
    client.get("/sign-in/Ada")
    other.get("/sign-in/Bob")
    assert [client.get("/reader").text, other.get("/reader").text] == ["Ada", "Bob"]
    assert ticket(client) != ticket(other)


def test_the_values_are_in_the_store_as_text_and_not_in_the_cookie(client, store):
    client.get("/sign-in/Charlotte")
    assert [(type(key), "Charlotte" in text) for key, text in store.items()] == [(str, True)]
    assert len(ticket(client)) < 100
    client.get("/browse")
    assert client.get("/page").text == "(7, b'left')"
    assert len(store) == 1


def test_a_session_may_be_larger_than_a_cookie(client):
    client.get("/sign-in/" + "x" * 10_000)
    assert client.get("/reader").text == "x" * 10_000


def test_after_signing_out_a_copy_of_the_ticket_leads_nowhere(client, store):
    client.get("/sign-in/Ada")
    copy = ticket(client)
    client.get("/sign-out")
    assert (ticket(client), store) == (None, {})
    client.set_cookie("session", copy)
    assert client.get("/reader").text == "nobody"


def test_a_ticket_that_the_visitor_made_up_is_not_accepted(client, store):
    client.set_cookie("session", "a-ticket-of-mine")
    client.get("/browse")
    assert ticket(client) != "a-ticket-of-mine"
    assert list(store) == [ticket(client)]


def test_a_session_that_was_cleared_gets_another_ticket(app, client):
    client.get("/browse")
    known_to_mallory = ticket(client)
    client.get("/sign-in/Ada")
    mallory = app.test_client()
    mallory.set_cookie("session", known_to_mallory)
    assert [client.get("/reader").text, mallory.get("/reader").text] == ["Ada", "nobody"]


def test_a_look_is_told_to_caches_and_writes_nothing(client, store):
    response = client.get("/reader")
    assert (response.text, response.headers.get("Vary"), store) == ("nobody", "Cookie", {})
    assert response.headers.get("Set-Cookie") is None
