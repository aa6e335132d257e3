"""A function that a view registers runs after this request, and after no other."""

import threading

import pytest
from werkzeug.test import Client

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


def add(name, value):
    """An after function that adds a header."""

    def after(response):
        response.headers[name] = value
        return response

    return after


def test_it_is_given_the_response(app, client):
    from dram import after_this_request

    @app.get("/")
    def view():
        after_this_request(add("X-Note", "yes"))
        return "Hello"

    assert client.get("/").headers.get("X-Note") == "yes"


def test_it_is_a_decorator_that_gives_the_function_back(app):
    from dram import after_this_request

    with app.test_request_context():
        after = add("X-Note", "yes")
        assert after_this_request(after) is after


def test_the_next_request_knows_nothing_of_it(app, client):
    from dram import after_this_request

    @app.get("/<name>")
    def view(name):
        if name == "one":
            after_this_request(add("X-Note", "yes"))
        return ""

    assert [client.get(path).headers.get("X-Note") for path in ("/one", "/two")] == ["yes", None]


def test_several_run_in_the_order_they_were_registered(app, client, said):
    from dram import after_this_request

    @app.get("/")
    def view():
        after_this_request(passing(said, "first"))
        after_this_request(passing(said, "second"))
        return ""

    client.get("/")
    assert said == ["first", "second"]


def test_the_response_it_returns_is_sent(app, client):
    from dram import after_this_request

    @app.get("/")
    def view():
        after_this_request(lambda response: Response(response.get_data() + b" first"))
        after_this_request(lambda response: Response(response.get_data() + b" second"))
        return "view"

    assert client.get("/").text == "view first second"


def test_an_error_handler_may_register_one(app, client):
    from dram import after_this_request

    @app.errorhandler(404)
    def handler(error):
        after_this_request(add("X-Note", "yes"))
        return "", 404

    assert client.get("/nowhere").headers.get("X-Note") == "yes"


def test_one_that_is_registered_while_they_run_has_its_turn(app, client, said):
    from dram import after_this_request

    @app.get("/")
    def view():
        @after_this_request
        def first(response):
            after_this_request(passing(said, "second"))
            return response

        return ""

    client.get("/")
    assert said == ["second"]


@pytest.mark.parametrize("status", [410, 500])
def test_it_runs_on_the_page_of_a_view_that_failed(app, client, status):
    from dram import abort, after_this_request

    @app.get("/")
    def view():
        after_this_request(add("X-Note", "yes"))
        if status == 410:
            abort(410)
        raise ValueError

    response = client.get("/")
    assert (response.status_code, response.headers.get("X-Note")) == (status, "yes")


def test_a_request_within_a_request_has_its_own(app, client):
    from dram import after_this_request

    @app.get("/inner")
    def inner():
        after_this_request(add("X-Inner", "yes"))
        return ""

    @app.get("/outer")
    def outer():
        after_this_request(add("X-Outer", "yes"))
        return [client.get("/inner").headers.get(name) for name in ("X-Inner", "X-Outer")]

    response = client.get("/outer")
    assert response.get_json() == ["yes", None]
    assert [response.headers.get(name) for name in ("X-Inner", "X-Outer")] == [None, "yes"]


def test_two_requests_at_the_same_time_do_not_mix(app):
    from dram import after_this_request

    both_are_in = threading.Barrier(2, timeout=5)

    @app.get("/<name>")
    def view(name):
        after_this_request(add("X-Name", name))
        both_are_in.wait()
        return request.path

    answers = {}

    def ask(path):
        answers[path] = Client(app).get(path).headers.getlist("X-Name")

    threads = [threading.Thread(target=ask, args=(path,)) for path in ("/one", "/two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {"/one": ["one"], "/two": ["two"]}


@pytest.mark.parametrize("kind", ["nothing", "an application context"])
def test_outside_of_a_request_it_is_refused(app, kind):
    from dram import after_this_request

    if kind == "nothing":
        with pytest.raises(RuntimeError, match="'after_this_request'"):
            after_this_request(print)
    else:
        with app.app_context(), pytest.raises(RuntimeError, match="'after_this_request'"):
            after_this_request(print)


@pytest.mark.differs("Flask calls None as a WSGI application, and does not say where it came from")
def test_one_that_returns_nothing_is_named(app, bare_client):
    from dram import after_this_request

    app.testing = True

    @app.get("/")
    def view():
        @after_this_request
        def remember(response):
            pass

        return ""

    with pytest.raises(TypeError, match="'remember' returned None"):
        bare_client.get("/")
