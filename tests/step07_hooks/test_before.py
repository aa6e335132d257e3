"""A function that is registered to run before the view runs before the view, and may answer in its place."""

import pytest

from dram import abort, g, redirect, request


@pytest.fixture
def said():
    """What happened, in order."""
    return []


def test_several_run_in_the_order_of_registration(app, client, said):
    for word in ("first", "second", "third"):
        app.before_request(lambda word=word: said.append(word))
    app.get("/")(lambda: list(said))
    assert client.get("/").get_json() == ["first", "second", "third"]


def test_it_sees_what_the_url_was_matched_to(app, client, said):
    app.before_request(lambda: said.append([request.endpoint, request.view_args]))
    app.get("/essays/<int:number>", endpoint="essay")(lambda number: "")
    client.get("/essays/7")
    assert said == [["essay", {"number": 7}]]


def test_what_it_leaves_in_g_reaches_the_view(app, client):
    @app.before_request
    def load():
        g.reader = "Ada"

    app.get("/")(lambda: g.get("reader", "nobody"))
    assert client.get("/").text == "Ada"


def test_the_decorator_gives_the_function_back(app):
    def before():
        pass

    assert app.before_request(before) is before


def test_what_it_returns_is_the_answer(app, client, said):
    app.before_request(lambda: ({"closed": True}, 503, {"X-Note": "back soon"}))
    app.get("/")(lambda: said.append("view") or "")
    response = client.get("/")
    assert (response.status_code, response.get_json(), response.headers.get("X-Note")) == (
        503,
        {"closed": True},
        "back soon",
    )
    assert said == []


def test_those_behind_one_that_answers_are_passed_over(app, client, said):
    app.before_request(lambda: said.append("first"))
    app.before_request(lambda: said.append("second") or "mine")
    app.before_request(lambda: said.append("third"))
    app.get("/")(lambda: said.append("view") or "")
    assert client.get("/").text == "mine"
    assert said == ["first", "second"]


@pytest.mark.parametrize(("answer", "body"), [("", b""), (b"", b""), ([], b"[]\n"), ({}, b"{}\n")])
def test_an_empty_answer_is_an_answer(app, client, answer, body):
    app.before_request(lambda: answer)
    app.get("/")(lambda: "view")
    assert client.get("/").data == body


def test_it_may_send_the_reader_elsewhere(app, client):
    app.before_request(lambda: redirect("/sign-in") if request.path != "/sign-in" else None)
    app.get("/")(lambda: "secret")
    app.get("/sign-in", endpoint="sign_in")(lambda: "who are you?")
    assert client.get("/").headers.get("Location") == "/sign-in"
    assert client.get("/sign-in").text == "who are you?"


def test_it_may_abort(app, client):
    app.before_request(lambda: abort(403))
    app.get("/")(lambda: "secret")
    assert client.get("/").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/", 405), ("GET", "/essays", 308), ("OPTIONS", "/", 200), ("HEAD", "/", 200)],
)
def test_it_runs_whatever_the_router_says(app, client, said, method, path, status):
    app.before_request(lambda: said.append("before"))
    app.get("/")(lambda: "")
    app.get("/essays/", endpoint="essays")(lambda: "")
    assert client.open(path, method=method).status_code == status
    assert said == ["before"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("POST", "/"), ("GET", "/essays")])
def test_it_may_answer_where_no_view_would(app, client, method, path):
    app.before_request(lambda: "closed")
    app.get("/")(lambda: "")
    app.get("/essays/", endpoint="essays")(lambda: "")
    response = client.open(path, method=method)
    assert (response.status_code, response.text) == (200, "closed")
