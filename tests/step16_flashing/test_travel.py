"""Messages travel in the session, and the session tells caches and browsers no more than it must."""

import uuid

import pytest
from markupsafe import Markup

from dram import request, session


@pytest.fixture
def client(app):
    from dram import flash, get_flashed_messages

    @app.get("/flash/<message>")
    def say(message):
        flash(message, request.args.get("category", "message"))
        return "said"

    app.get("/show", endpoint="show")(lambda: get_flashed_messages())
    app.get("/plain", endpoint="plain")(lambda: "plain")
    app.secret_key = "for the tests"
    return app.test_client()


@pytest.fixture
def carried(app, client):
    """What the next page gets of a message."""
    from dram import flash, get_flashed_messages

    def carried(message):
        shown = []
        app.get("/carry", endpoint="carry")(lambda: flash(message) or "said")
        app.get("/hear", endpoint="hear")(lambda: shown.extend(get_flashed_messages()) or "heard")
        client.get("/carry")
        client.get("/hear")
        return [(type(message), message) for message in shown]

    return carried


@pytest.mark.parametrize("message", [7, None, ["a", {"b": 1}], ("a", 1), uuid.UUID(int=7), "", "naïve ☃"])
def test_a_message_is_whatever_a_session_can_hold(carried, message):
    assert carried(message) == [(type(message), message)]


def test_markup_comes_out_of_the_session_as_markup(carried):
    assert carried(Markup("<b>saved</b>")) == [(Markup, "<b>saved</b>")]


def test_text_that_looks_like_html_stays_text(carried):
    assert carried("<b>saved</b>") == [(str, "<b>saved</b>")]


def test_a_message_that_no_session_can_hold_fails_in_the_request_that_flashed_it(app, client):
    from dram import flash

    app.get("/say", endpoint="fail")(lambda: flash(object()) or "said")
    app.testing = True
    with pytest.raises(TypeError, match="not JSON serializable"):
        client.get("/say")
    assert client.get("/show").json == []


def test_flashing_without_a_secret_key_says_what_is_missing(app):
    from dram import flash

    with app.test_request_context(), pytest.raises(RuntimeError, match=r"(?i)secret_key"):
        flash("saved")


def test_asking_without_a_secret_key_finds_no_messages(app, client):
    app.secret_key = None
    response = client.get("/show")
    assert (response.json, response.headers.get("Vary")) == ([], None)


def test_a_session_holds_the_messages_as_a_list_of_pairs(client):
    client.get("/flash/saved")
    client.get("/flash/failed?category=error")
    with client.session_transaction() as kept:
        assert dict(kept) == {"_flashes": [("message", "saved"), ("error", "failed")]}


def test_a_test_can_put_messages_into_the_session(client):
    with client.session_transaction() as kept:
        kept["_flashes"] = [("message", "put in")]
    client.get("/flash/said")
    assert client.get("/show").json == ["put in", "said"]


def test_the_cookie_comes_with_the_first_message_and_goes_with_the_last(client):
    kept = []
    for path in ("/show", "/flash/saved", "/plain", "/show"):
        client.get(path)
        kept.append(client.get_cookie("session") is not None)
    assert kept == [False, True, True, False]


def test_what_else_is_in_the_session_stays(app, client):
    app.get("/sign-in", endpoint="sign_in")(lambda: session.setdefault("reader", "Ada"))
    app.get("/reader", endpoint="reader")(lambda: session.get("reader", "nobody"))
    client.get("/sign-in")
    client.get("/flash/welcome")
    assert [client.get("/show").json, client.get("/reader").text] == [["welcome"], "Ada"]


def test_clearing_the_session_takes_the_messages_along(app, client):
    from dram import flash

    @app.get("/sign-out")
    def sign_out():
        flash("lost")
        session.clear()
        flash("goodbye")
        return "out"

    client.get("/flash/lost")
    client.get("/sign-out")
    assert client.get("/show").json == ["goodbye"]


def test_a_page_that_asks_depends_on_the_cookie_and_one_that_does_not_ask_does_not(client):
    paths = ("/show", "/plain", "/flash/saved", "/plain", "/show", "/show")
    assert [client.get(path).headers.get("Vary") for path in paths] == [
        "Cookie",
        None,
        "Cookie",
        None,
        "Cookie",
        "Cookie",
    ]


def test_a_page_that_finds_no_messages_sets_no_cookie(client):
    client.get("/flash/saved")
    sent = [client.get(path).headers.get("Set-Cookie") is not None for path in ("/plain", "/show", "/show")]
    assert sent == [False, True, False]
