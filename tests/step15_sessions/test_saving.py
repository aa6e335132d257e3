"""The session is saved once, after everything that could still change it, and whatever the answer is."""

import secrets

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from dram import Response, abort, redirect


class Fails(Exception):
    """What goes wrong in these tests."""


def test_functions_after_the_view_can_still_change_it(app, session, client):
    @app.after_request
    def count(response):
        session["count"] = session.get("count", 0) + 1
        return response

    app.get("/count", endpoint="count")(lambda: str(session.get("count", 0)))
    assert [client.get("/count").text for _ in range(3)] == ["0", "1", "2"]


def test_the_response_that_they_return_instead_gets_the_cookie(app, client):
    app.after_request(lambda response: Response("instead"))
    assert client.get("/sign-in/Ada").text == "instead"
    assert client.get("/reader").headers.get("Vary") == "Cookie"
    app.after_request_funcs.clear()
    assert client.get("/reader").text == "Ada"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (lambda: abort(404), 404),
        (lambda: abort(redirect("/")), 302),
        (lambda: abort(Response("as it is", 418)), 418),
        (lambda: str(1 / 0), 500),
    ],
    ids=["abort", "redirect", "response", "500"],
)
def test_it_is_saved_though_the_view_did_not_get_to_its_end(app, session, client, error, status):
    @app.get("/view")
    def view():
        session["reader"] = "Ada"
        return error()

    assert client.get("/view").status_code == status
    assert client.get("/reader").text == "Ada"


@pytest.mark.parametrize(("path", "status"), [("/no/where", 404), ("/fails", 500), ("/own", 200)])
def test_error_handlers_can_change_it(app, session, client, path, status):
    def handle(error):
        session["reader"] = "Ada"
        return "sorry", error.code if isinstance(error, HTTPException) else 200

    @app.get("/fails")
    def fails():
        return str(1 / 0)

    @app.get("/own")
    def own():
        raise Fails

    for each in (404, 500, Fails):
        app.register_error_handler(each, handle)
    assert client.get(path).status_code == status
    assert client.get("/reader").text == "Ada"


def test_a_function_before_the_view_that_answers_can_change_it(app, session, client):
    @app.before_request
    def answer():
        name = session.setdefault("reader", "Ada")
        return "welcome" if session.modified else name

    assert [client.get("/").text, client.get("/").text] == ["welcome", "Ada"]


@pytest.mark.parametrize("value", [{1, 2}, object(), str, Fails()], ids=["set", "object", "class", "exception"])
def test_what_cannot_be_written_as_json_is_a_type_error(app, session, bare_client, value):
    app.testing = True
    app.get("/set", endpoint="set")(lambda: session.update(value=value) or "")
    with pytest.raises(TypeError, match="not JSON serializable"):
        bare_client.get("/set")


def test_an_error_of_saving_is_handled_like_one_of_a_function_after_the_view(app, session, client):
    app.get("/set", endpoint="set")(lambda: session.update(value={1, 2}) or "")
    app.register_error_handler(500, lambda error: (type(error.original_exception).__name__, 500))
    response = client.get("/set")
    assert (response.text, response.headers.get("Set-Cookie")) == ("TypeError", None)


@pytest.mark.parametrize("limit", [None, 200])
def test_a_cookie_that_is_too_large_for_a_browser_is_warned_of(app, session, bare_client, limit):
    app.testing = True
    if limit is not None:
        app.config["MAX_COOKIE_SIZE"] = limit
    app.get("/fill", endpoint="fill")(lambda: session.update(notes=secrets.token_urlsafe(limit or 4093)) or "")
    with pytest.warns(UserWarning, match=f"'session' cookie is too large.* {limit or 4093} bytes"):
        bare_client.get("/fill")
    assert Client(app).get("/sign-in/Ada").headers.get("Set-Cookie")


def test_the_warning_can_be_switched_off(app, session, client):
    app.config["MAX_COOKIE_SIZE"] = 0
    app.get("/fill", endpoint="fill")(lambda: session.update(notes=secrets.token_urlsafe(4093)) or "")
    assert len(client.get("/fill").headers.get("Set-Cookie", "")) > 4093
