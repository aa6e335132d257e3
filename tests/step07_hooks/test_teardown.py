"""A teardown function runs when a context ends, whatever became of it."""

import pytest
from werkzeug.test import EnvironBuilder

from dram import abort, current_app, g, has_app_context, has_request_context, request

KINDS = ["teardown_request", "teardown_appcontext"]


class Fails(Exception):
    """What goes wrong in these tests."""


def fail(*args, **options):
    raise Fails


@pytest.fixture
def said():
    """What happened, in order."""
    return []


@pytest.fixture(params=KINDS)
def teardown(app, request):
    """The decorator for functions that run at the end of a request: either of two."""
    return getattr(app, request.param)


def test_the_decorator_gives_the_function_back(teardown):
    def close(error):
        pass

    assert teardown(close) is close


def test_what_it_returns_does_not_matter(app, client, teardown):
    teardown(lambda error: "ignored")
    app.get("/")(lambda: "Hello")
    assert client.get("/").text == "Hello"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("GET", "/essays", 308),
        ("OPTIONS", "/", 200),
        ("HEAD", "/", 200),
    ],
)
def test_it_runs_whatever_the_router_says_which_is_no_error(app, client, teardown, said, method, path, status):
    teardown(said.append)
    app.get("/")(lambda: "")
    app.get("/essays/", endpoint="essays")(lambda: "")
    assert client.open(path, method=method).status_code == status
    assert said == [None]


def test_it_is_given_the_error_that_nobody_handled(app, client, teardown, said):
    error = Fails()

    @app.get("/")
    def view():
        raise error

    teardown(said.append)
    assert client.get("/").status_code == 500
    assert said == [error]


def test_an_answer_for_500_does_not_hide_the_error(app, client, teardown, said):
    teardown(lambda error: said.append(type(error)))
    app.errorhandler(500)(lambda error: "sorry")
    app.get("/")(fail)
    assert client.get("/").text == "sorry"
    assert said == [Fails]


def test_an_error_that_a_handler_answered_is_over(app, client, teardown, said):
    teardown(said.append)
    app.errorhandler(Fails)(lambda error: ("handled", 400))
    app.get("/")(fail)
    assert client.get("/").text == "handled"
    assert said == [None]


@pytest.mark.parametrize("status", [404, 500])
def test_abort_is_no_error(app, client, teardown, said, status):
    teardown(said.append)
    app.get("/")(lambda: abort(status))
    assert client.get("/").status_code == status
    assert said == [None]


@pytest.mark.parametrize("switch", ["debug", "testing"])
def test_it_runs_where_the_error_is_raised(app, bare_client, teardown, said, switch):
    teardown(lambda error: said.append(type(error)))
    app.get("/")(fail)
    setattr(app, switch, True)
    with pytest.raises(Fails):
        bare_client.get("/")
    assert said == [Fails]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_order_to_stop_waits_for_it(app, bare_client, teardown, said, error):
    @app.get("/")
    def view():
        raise error

    teardown(lambda error: said.append(type(error)))
    with pytest.raises(error):
        bare_client.get("/")
    assert said == [error]


def test_an_error_that_the_application_handles_its_own_way_is_an_error(app, client, teardown, said):
    teardown(lambda error: said.append(type(error)))
    app.handle_exception = lambda *args: app.response_class("so be it", status=503)
    app.get("/")(fail)
    assert client.get("/").status_code == 503
    assert said == [Fails]


def test_the_request_and_the_application_are_still_there(app, client, said):
    app.teardown_request(lambda error: said.append([request.path, current_app.import_name]))
    app.get("/here")(lambda: "")
    client.get("/here")
    assert said == [["/here", app.import_name]]


def test_g_is_still_there(app, client, teardown, said):
    @app.get("/")
    def view():
        g.database = "open"
        return ""

    teardown(lambda error: said.append(g.pop("database", None)))
    client.get("/")
    assert said == ["open"]


def test_g_is_there_when_nobody_used_it(client, teardown, said):
    teardown(lambda error: said.append(g.pop("database", "nothing to close")))
    client.get("/nowhere")
    assert said == ["nothing to close"]


def test_what_it_leaves_in_g_is_gone_afterwards(app, said):
    @app.teardown_request
    def leave(error):
        said.append(list(g))
        g.left = "behind"

    context = app.test_request_context()
    for _ in range(2):
        with context:
            pass
    assert said == [[], []]


def test_afterwards_there_is_no_context(client, teardown, said):
    teardown(lambda error: said.append(has_app_context()))
    client.get("/")
    assert (said, has_app_context(), has_request_context()) == ([True], False, False)


def test_it_does_not_wait_for_a_streamed_body(app, teardown, said):
    @app.get("/")
    def view():
        def parts():
            said.append("body")
            yield "Hello"

        return parts()

    teardown(lambda error: said.append("teardown"))
    body = app(EnvironBuilder("/").get_environ(), lambda status, headers, exc_info=None: None)
    assert said == ["teardown"]
    assert b"".join(body) == b"Hello"
    assert said == ["teardown", "body"]


def test_the_response_is_started_before_it(app, teardown, said):
    teardown(lambda error: said.append("teardown"))
    app.get("/")(lambda: "")
    app(EnvironBuilder("/").get_environ(), lambda status, headers, exc_info=None: said.append(status))
    assert said == ["200 OK", "teardown"]


def test_it_runs_when_the_server_refuses_the_response(app, teardown, said):
    teardown(lambda error: said.append("teardown"))
    app.get("/")(lambda: "")
    with pytest.raises(Fails):
        app(EnvironBuilder("/").get_environ(), fail)
    assert said == ["teardown"]
