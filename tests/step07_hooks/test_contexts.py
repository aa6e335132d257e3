"""A context that is made by hand is torn down like that of a request."""

import contextvars
import threading

import pytest

from dram import Dram, copy_current_request_context, current_app, g, has_app_context


class Fails(Exception):
    """What goes wrong in these tests."""


@pytest.fixture
def said():
    """What happened, in order."""
    return []


@pytest.fixture
def tearing(app, said):
    """The application, with teardown functions of both kinds that say what they were given."""
    app.teardown_request(lambda error: said.append(("request", error)))
    app.teardown_appcontext(lambda error: said.append(("context", error)))
    return app


BOTH = [("request", None), ("context", None)]


def test_a_context_without_a_request_is_torn_down(tearing, said):
    with tearing.app_context():
        assert said == []
    assert said == [("context", None)]


def test_a_context_of_a_test_is_torn_down(tearing, said):
    with tearing.test_request_context():
        assert said == []
    assert said == BOTH


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_nothing_is_run_before_and_after_by_hand(app, said, kind):
    app.before_request(lambda: said.append("before"))
    app.after_request(lambda response: said.append("after") or response)
    with getattr(app, kind)():
        pass
    assert said == []


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_it_is_told_of_an_error_within(app, said, kind):
    error = Fails()
    app.teardown_appcontext(said.append)
    with pytest.raises(Fails), getattr(app, kind)():
        raise error
    assert said == [error]


def test_a_context_that_is_popped_by_hand_went_well(tearing, said):
    context = tearing.test_request_context()
    context.push()
    context.pop()
    assert said == BOTH


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
@pytest.mark.parametrize("error", [Fails(), None], ids=repr)
def test_pop_hands_on_the_error_it_is_given(app, said, kind, error):
    app.teardown_appcontext(said.append)
    context = getattr(app, kind)()
    context.push()
    context.pop(error)
    assert said == [error]


def test_pop_does_not_raise_the_error_it_is_given(tearing, said):
    error = Fails()
    context = tearing.test_request_context()
    context.push()
    context.pop(error)
    assert said == [("request", error), ("context", error)]
    assert not has_app_context()


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_a_context_that_is_pushed_twice_is_torn_down_once(app, said, kind):
    app.teardown_appcontext(said.append)
    context = getattr(app, kind)()
    with context:
        with context:
            pass
        assert said == []
        assert current_app.import_name == app.import_name
    assert said == [None]


def test_a_context_that_is_used_again_is_torn_down_again(tearing, said):
    context = tearing.test_request_context()
    for _ in range(2):
        with context:
            pass
    assert said == BOTH * 2


def test_nested_contexts_are_each_torn_down_by_their_own_application(app, said):
    other = Dram("other")
    for each in (app, other):
        each.teardown_appcontext(lambda error: said.append(current_app.import_name))
    with app.app_context():
        with other.app_context():
            pass
        assert said == ["other"]
        assert current_app.import_name == app.import_name
    assert said == ["other", app.import_name]


@pytest.mark.differs("in Flask a request within an application context shares it, and does not tear it down")
def test_a_request_within_an_application_context_tears_down_its_own(tearing, client, said):
    with tearing.app_context():
        client.get("/")
        assert said == BOTH
    assert said == [*BOTH, ("context", None)]


def test_a_copy_for_a_thread_is_torn_down_in_the_thread(app, client, said):
    app.teardown_request(lambda error: said.append((threading.current_thread().name, g.get("database"))))

    @app.get("/")
    def view():
        @copy_current_request_context
        def work():
            g.database = "of the thread"

        g.database = "of the view"
        thread = threading.Thread(target=work, name="thread")
        thread.start()
        thread.join(5)
        return ""

    client.get("/")
    assert said == [("thread", "of the thread"), (threading.current_thread().name, "of the view")]


@pytest.mark.differs("Flask tears down the context before it refuses to pop it")
def test_a_pop_that_is_refused_tears_nothing_down(tearing, said):
    def out_of_order():
        outer, inner = tearing.test_request_context("/outer"), tearing.test_request_context("/inner")
        outer.push()
        inner.push()
        with pytest.raises((RuntimeError, AssertionError)):
            outer.pop()
        assert said == []
        inner.pop()
        outer.pop()

    contextvars.copy_context().run(out_of_order)
    assert said == BOTH * 2


def test_a_context_that_was_never_pushed_is_not_torn_down(tearing, said):
    with pytest.raises((RuntimeError, LookupError, AssertionError)):
        tearing.test_request_context().pop()
    assert said == []


def test_a_request_that_could_not_be_made_is_not_torn_down(tearing, bare_client, said):
    def fail(*args, **options):
        raise Fails

    tearing.request_class = fail
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == []
