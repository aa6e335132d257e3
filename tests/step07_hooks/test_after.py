"""A function that is registered to run after the view is given the response, and returns the one to send."""

import re

import pytest
from werkzeug.wrappers import Response as WerkzeugResponse

from dram import Response, request


@pytest.fixture
def said():
    """What happened, in order."""
    return []


def passing(said, word):
    """An after function that says its word and changes nothing."""

    def after(response):
        said.append(word)
        return response

    return after


@pytest.fixture
def marked(app):
    """The application, with an after function that adds a header."""

    @app.after_request
    def mark(response):
        response.headers["X-After"] = f"{response.status_code} {request.path}"
        return response

    return app


def test_several_run_in_reverse(app, client, said):
    for word in ("first", "second", "third"):
        app.after_request(passing(said, word))
    app.get("/")(lambda: "")
    client.get("/")
    assert said == ["third", "second", "first"]


def test_it_can_add_a_header(marked, client):
    marked.get("/")(lambda: "Hello")
    assert client.get("/").headers.get("X-After") == "200 /"


@pytest.mark.parametrize("value", ["Hello", {"a": 1}, ("Hello", 201), Response("Hello")], ids=repr)
def test_it_is_given_a_response_whatever_the_view_returned(app, client, said, value):
    @app.after_request
    def after(response):
        said.append(isinstance(response, app.response_class))
        return response

    app.get("/")(lambda: value)
    client.get("/")
    assert said == [True]


def test_the_response_it_returns_is_sent(app, client):
    app.after_request(lambda response: app.response_class(f"not {response.get_data(as_text=True)}", 202))
    app.get("/")(lambda: "Hello")
    response = client.get("/")
    assert (response.status_code, response.text) == (202, "not Hello")


def test_the_next_is_given_what_it_returned(app, client):
    app.after_request(lambda response: Response(response.get_data() + b" second"))
    app.after_request(lambda response: Response(response.get_data() + b" first"))
    app.get("/")(lambda: "view")
    assert client.get("/").text == "view first second"


def test_it_may_return_a_response_of_werkzeug(app, client):
    app.after_request(lambda response: WerkzeugResponse("plain"))
    app.get("/")(lambda: "Hello")
    assert client.get("/").text == "plain"


def test_the_decorator_gives_the_function_back(app, said):
    after = passing(said, "after")
    assert app.after_request(after) is after


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/", 405), ("GET", "/essays", 308), ("OPTIONS", "/", 200), ("HEAD", "/", 200)],
)
def test_it_runs_whatever_the_router_says(marked, client, method, path, status):
    marked.get("/")(lambda: "")
    marked.get("/essays/", endpoint="essays")(lambda: "")
    assert client.open(path, method=method).headers.get("X-After") == f"{status} {path}"


@pytest.mark.parametrize("handled", [False, True], ids=["own page", "handler"])
def test_it_runs_on_the_page_for_500(marked, client, handled):
    marked.get("/")(lambda: 1 / 0)
    if handled:
        marked.errorhandler(500)(lambda error: ("sorry", 500))
    assert client.get("/").headers.get("X-After") == "500 /"


@pytest.mark.differs("Flask calls what was returned as a WSGI application, and does not say where it came from")
@pytest.mark.parametrize("value", [None, "", "text", ("text", 200), 0], ids=repr)
def test_one_that_returns_no_response_is_named(app, bare_client, value):
    def add_a_header(response):
        return value

    app.testing = True
    app.after_request(add_a_header)
    app.get("/")(lambda: "Hello")
    with pytest.raises(TypeError, match=rf"(?s)'add_a_header' returned {re.escape(repr(value))}.*[Rr]eturn.*response"):
        bare_client.get("/")


@pytest.mark.differs("in Flask the next function is given None, and fails in its turn")
def test_the_one_behind_it_is_not_blamed(app, bare_client, said):
    def add_a_header(response):
        pass

    app.testing = True
    app.after_request(passing(said, "next"))
    app.after_request(add_a_header)
    app.get("/")(lambda: "Hello")
    with pytest.raises(TypeError, match="'add_a_header' returned None"):
        bare_client.get("/")
    assert said == []
