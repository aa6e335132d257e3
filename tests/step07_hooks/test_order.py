"""All that runs around a view, in order."""

import pytest
from werkzeug.test import Client

from dram import Dram


@pytest.fixture
def said(app):
    """What happened, in order, in an application with two functions of each kind around its views."""
    from dram import after_this_request

    said = []

    def after(word):
        return lambda response: said.append(word) or response

    for number in (1, 2):

        @app.before_request
        def before(number=number):
            said.append(f"before {number}")
            after_this_request(after(f"after this {number}"))

        app.after_request(after(f"after {number}"))
        app.teardown_request(lambda error, number=number: said.append(f"teardown request {number}"))
        app.teardown_appcontext(lambda error, number=number: said.append(f"teardown context {number}"))
    app.get("/")(lambda: said.append("view") or "Hello")
    return said


BEFORE = ["before 1", "before 2"]
AFTER = ["after this 1", "after this 2", "after 2", "after 1"]
TEARDOWN = ["teardown request 2", "teardown request 1", "teardown context 2", "teardown context 1"]


def test_a_page(client, said):
    assert client.get("/").text == "Hello"
    assert said == [*BEFORE, "view", *AFTER, *TEARDOWN]


def test_a_page_that_does_not_exist(client, said):
    assert client.get("/nowhere").status_code == 404
    assert said == [*BEFORE, *AFTER, *TEARDOWN]


def test_an_error_that_is_handled(app, client, said):
    app.get("/divide", endpoint="divide")(lambda: 1 / 0)
    app.errorhandler(ZeroDivisionError)(lambda error: said.append("handler") or "")
    client.get("/divide")
    assert said == [*BEFORE, "handler", *AFTER, *TEARDOWN]


def test_an_error_that_is_not(app, client, said):
    app.get("/divide", endpoint="divide")(lambda: 1 / 0)
    app.errorhandler(500)(lambda error: said.append("page for 500") or "")
    client.get("/divide")
    assert said == [*BEFORE, "page for 500", *AFTER, *TEARDOWN]


def test_an_error_that_is_raised(app, bare_client, said):
    app.testing = True
    app.get("/divide", endpoint="divide")(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bare_client.get("/divide")
    assert said == [*BEFORE, *TEARDOWN]


def test_an_answer_of_a_before_function(app, client, said):
    app.before_request(lambda: said.append("before 3") or "mine")
    app.before_request(lambda: said.append("before 4"))
    assert client.get("/").text == "mine"
    assert said == [*BEFORE, "before 3", *AFTER, *TEARDOWN]


def test_another_application_runs_its_own(said):
    other, elsewhere = Dram("other"), []
    other.before_request(lambda: elsewhere.append("before"))
    other.get("/")(lambda: "")
    Client(other).get("/")
    assert (said, elsewhere) == ([], ["before"])
