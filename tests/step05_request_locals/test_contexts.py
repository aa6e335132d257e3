"""A context holds what belongs to one request, from push to pop."""

import contextvars
import threading

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import EnvironBuilder


def test_test_request_context_makes_a_request(app):
    from dram import request

    with app.test_request_context("/essays/?q=sea", method="POST", data={"text": "true"}, headers={"X-Reader": "Ada"}):
        assert (request.method, request.path, request.args["q"]) == ("POST", "/essays/", "sea")
        assert (request.form["text"], request.headers["X-Reader"]) == ("true", "Ada")


def test_it_is_a_get_of_the_root_unless_told_otherwise(app):
    from dram import request

    with app.test_request_context():
        assert (request.method, request.path, request.host) == ("GET", "/", "localhost")


def test_request_context_takes_an_environ(app):
    from dram import request

    with app.request_context(EnvironBuilder("/here").get_environ()):
        assert request.path == "/here"


def test_a_context_can_be_pushed_and_popped_by_hand(app):
    from dram import has_request_context, request

    context = app.test_request_context("/here")
    context.push()
    assert request.path == "/here"
    context.pop()
    assert not has_request_context()


def test_the_url_is_matched_when_the_context_is_pushed(app):
    from dram import request

    app.add_url_rule("/essays/<int:number>", "essay", lambda number: "")
    with app.test_request_context("/essays/7"):
        assert (request.endpoint, request.view_args) == ("essay", {"number": 7})


@pytest.mark.parametrize(("path", "error"), [("/nowhere", NotFound), ("/essays", RequestRedirect)])
def test_a_url_that_does_not_match_is_no_obstacle_to_a_context(app, path, error):
    from dram import request

    app.add_url_rule("/essays/", "essays", lambda: "")
    with app.test_request_context(path):
        assert request.url_rule is None
        assert isinstance(request.routing_exception, error)


def test_has_request_context(app):
    from dram import has_request_context

    assert not has_request_context()
    with app.test_request_context():
        assert has_request_context()
    assert not has_request_context()


def test_the_context_belongs_to_the_application_that_made_it(app):
    from dram import Dram

    other = Dram("other")
    with app.test_request_context() as outer, other.test_request_context() as inner:
        assert (outer.app, inner.app) == (app, other)


def test_contexts_nest(app):
    from dram import request

    with app.test_request_context("/outer"):
        with app.test_request_context("/inner"):
            assert request.path == "/inner"
        assert request.path == "/outer"


def test_a_request_may_be_answered_within_another(app, client):
    from dram import request

    app.get("/inner")(lambda: request.path)

    @app.get("/outer")
    def outer():
        return [request.path, client.get("/inner").text, request.path]

    assert client.get("/outer").get_json() == ["/outer", "/inner", "/outer"]


def test_one_context_may_be_pushed_twice(app):
    from dram import has_request_context, request

    context = app.test_request_context("/here")
    with context:
        with context:
            assert request.path == "/here"
        assert request.path == "/here"
    assert not has_request_context()


def test_a_context_may_be_used_again(app):
    from dram import request

    context = app.test_request_context("/here")
    for _ in range(2):
        with context:
            assert request.path == "/here"


@pytest.mark.differs(
    "Flask takes the outer context away before it refuses, and the inner one cannot be popped any more"
)
def test_popping_out_of_order_is_refused_and_changes_nothing(app):
    from dram import has_request_context, request

    def out_of_order():
        outer, inner = app.test_request_context("/outer"), app.test_request_context("/inner")
        outer.push()
        inner.push()
        with pytest.raises((RuntimeError, AssertionError)):
            outer.pop()
        assert request.path == "/inner"
        inner.pop()
        assert request.path == "/outer"
        outer.pop()

    contextvars.copy_context().run(out_of_order)
    assert not has_request_context()


def test_popping_what_was_never_pushed_is_refused(app):
    context = app.test_request_context()
    with pytest.raises((RuntimeError, LookupError, AssertionError)):
        context.pop()


def test_another_thread_cannot_pop_it(app):
    from dram import request

    context, refused = app.test_request_context("/here"), []

    def pop():
        try:
            context.pop()
        except (RuntimeError, LookupError, ValueError) as error:
            refused.append(error)

    with context:
        thread = threading.Thread(target=pop)
        thread.start()
        thread.join()
        assert refused
        assert request.path == "/here"


def test_request_ctx_stands_for_the_context(app):
    from dram.globals import request_ctx

    assert not request_ctx
    with app.test_request_context() as context:
        assert request_ctx._get_current_object() is context
        assert request_ctx.app is app
    with pytest.raises(RuntimeError, match="Working outside of request context"):
        _ = request_ctx.app
