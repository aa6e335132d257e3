"""What still runs when a function around the view fails."""

import io
import traceback

import pytest

from dram import Dram, abort, current_app, g, has_app_context


class Fails(Exception):
    """What goes wrong in these tests."""


def fail(*args, **options):
    raise Fails("in a hook")


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


def before(app):
    app.before_request(fail)


def after(app):
    app.after_request(fail)


def after_this(app):
    from dram import after_this_request

    @app.before_request
    def register():
        after_this_request(fail)


def error_handler(app):
    app.before_request(lambda: abort(403))
    app.errorhandler(403)(fail)


@pytest.fixture(params=[before, after, after_this, error_handler], ids=lambda place: place.__name__)
def broken(app, request):
    """The application, with something around its view that fails."""
    request.param(app)
    app.get("/")(lambda: "Hello")
    return app


def test_a_failure_is_a_500(broken, client):
    assert client.get("/").status_code == 500


def test_the_handler_for_500_is_given_the_failure(broken, client):
    broken.errorhandler(500)(lambda error: (repr(error.original_exception), 500))
    assert client.get("/").text == "Fails('in a hook')"


@pytest.mark.parametrize("kind", ["teardown_request", "teardown_appcontext"])
def test_teardown_runs_and_is_told(broken, client, said, kind):
    getattr(broken, kind)(lambda error: said.append(repr(error)))
    client.get("/")
    assert said == ["Fails('in a hook')"]


@pytest.mark.parametrize("switch", ["debug", "testing"])
def test_a_failure_is_raised_while_somebody_looks(broken, bare_client, said, switch):
    broken.teardown_request(lambda error: said.append(repr(error)))
    setattr(broken, switch, True)
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == ["Fails('in a hook')"]


def test_a_failing_before_function_keeps_the_others_and_the_view_from_running(app, client, said):
    app.before_request(lambda: said.append("first"))
    app.before_request(fail)
    app.before_request(lambda: said.append("third"))
    app.get("/")(lambda: said.append("view") or "")
    client.get("/")
    assert said == ["first"]


def test_an_error_handler_answers_for_a_before_function(app, client, said):
    app.before_request(fail)
    app.errorhandler(Fails)(lambda error: (f"handled {error}", 400))
    app.after_request(passing(said, "after"))
    app.teardown_request(said.append)
    assert client.get("/").text == "handled in a hook"
    assert said == ["after", None]


@pytest.mark.parametrize("handled", [Fails, Exception])
def test_no_error_handler_answers_for_an_after_function(app, client, said, handled):
    app.after_request(lambda response: fail() if response.status_code == 200 else response)
    app.errorhandler(handled)(lambda error: said.append("handled") or "handled")
    app.errorhandler(500)(lambda error: ("sorry", 500))
    app.get("/")(lambda: "Hello")
    assert client.get("/").text == "sorry"
    assert said == []


def test_an_after_function_that_aborts_has_failed(app, client):
    app.after_request(lambda response: abort(403) if response.status_code == 200 else response)
    app.get("/")(lambda: "Hello")
    assert client.get("/").status_code == 500


def test_the_page_for_500_passes_by_the_after_functions_again(app, client, said):
    @app.after_request
    def once(response):
        said.append(response.status_code)
        if response.status_code == 200:
            raise Fails
        response.headers["X-After"] = "yes"
        return response

    app.get("/")(lambda: "Hello")
    assert client.get("/").headers.get("X-After") == "yes"
    assert said == [200, 500]


def test_an_after_function_that_always_fails_does_not_take_the_page_for_500_away(app, client, said):
    app.after_request(passing(said, "last"))
    app.after_request(fail)
    app.after_request(passing(said, "first"))
    app.errorhandler(500)(lambda error: ("sorry", 500))
    app.get("/")(lambda: "Hello")
    response = client.get("/")
    assert (response.status_code, response.text) == (500, "sorry")
    assert said == ["first", "first"]


def test_what_fails_on_the_page_for_500_is_logged(app, client, caplog):
    @app.after_request
    def again(response):
        raise Fails(f"on the page for {response.status_code}")

    app.get("/")(lambda: 1 / 0)
    log = io.StringIO()
    client.get("/", errors_stream=log)
    logged = log.getvalue() + caplog.text
    assert ("division by zero" in logged, "on the page for 500" in logged) == (True, True)


@pytest.mark.differs("in Flask it is not noticed before the response is sent, and the server gets the error")
def test_what_an_after_function_may_not_return_is_a_500(app, client):
    app.after_request(lambda response: None if response.status_code == 200 else response)
    app.get("/")(lambda: "Hello")
    assert client.get("/").status_code == 500


@pytest.mark.parametrize("kind", ["teardown_request", "teardown_appcontext"])
def test_a_failing_teardown_function_is_raised(app, bare_client, kind):
    getattr(app, kind)(fail)
    app.get("/")(lambda: "Hello")
    with pytest.raises(Fails, match="in a hook"):
        bare_client.get("/")
    assert not has_app_context()


@pytest.mark.differs("in Flask 3.1 the first teardown function that fails is the last that runs")
@pytest.mark.parametrize("kind", ["teardown_request", "teardown_appcontext"])
def test_the_others_run_all_the_same(app, bare_client, said, kind):
    teardown = getattr(app, kind)
    teardown(lambda error: said.append("first"))
    teardown(fail)
    teardown(lambda error: said.append("third"))
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == ["third", "first"]


def test_those_of_the_context_run_though_one_of_the_request_failed(app, bare_client, said):
    app.teardown_appcontext(lambda error: said.append("context"))
    app.teardown_request(fail)
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == ["context"]


@pytest.mark.differs("in Flask 3.1 the first teardown function that fails is the last that runs")
def test_the_others_are_told_of_the_request_and_not_of_each_other(app, bare_client, said):
    app.teardown_request(said.append)
    app.teardown_request(fail)
    app.teardown_request(said.append)
    app.teardown_appcontext(said.append)
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == [None, None, None]


@pytest.mark.differs("in Flask 3.1 the first teardown function that fails is the last that runs")
def test_of_several_failures_none_is_lost(app, bare_client):
    def close(what):
        raise Fails(f"cannot close {what}")

    app.teardown_appcontext(lambda error: close("the log"))
    app.teardown_request(lambda error: close("the cache"))
    app.teardown_request(lambda error: close("the database"))
    with pytest.raises((Fails, ExceptionGroup)) as caught:
        bare_client.get("/")
    shown = "".join(traceback.format_exception(caught.value))
    assert [what for what in ("database", "cache", "log") if f"cannot close the {what}" in shown] == [
        "database",
        "cache",
        "log",
    ]


def test_neither_the_failure_of_the_view_nor_that_of_teardown_is_lost(app, bare_client):
    app.testing = True
    app.teardown_request(fail)
    app.get("/")(lambda: 1 / 0)
    with pytest.raises((Fails, ZeroDivisionError, ExceptionGroup)) as caught:
        bare_client.get("/")
    shown = "".join(traceback.format_exception(caught.value))
    assert ("division by zero" in shown, "in a hook" in shown) == (True, True)


@pytest.mark.parametrize("kind", ["app_context", "test_request_context"])
def test_a_failing_teardown_leaves_the_context_of_before(app, kind):
    app.teardown_appcontext(fail)
    with Dram("outer").app_context():
        with pytest.raises(Fails), getattr(app, kind)():
            pass
        assert current_app.import_name == "outer"
    assert not has_app_context()


def test_a_context_whose_teardown_failed_may_be_used_again(app, said):
    app.teardown_appcontext(lambda error: said.append(list(g)))
    app.teardown_appcontext(lambda error: fail() if "database" in g else None)
    context = app.test_request_context()
    with pytest.raises(Fails), context:
        g.database = "open"
    said.clear()
    with context:
        pass
    assert said == [[]]


def test_a_failing_handler_for_500_does_not_hinder_teardown(app, bare_client, said):
    app.teardown_request(lambda error: said.append(type(error)))
    app.errorhandler(500)(fail)
    app.get("/")(lambda: 1 / 0)
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == [ZeroDivisionError]
