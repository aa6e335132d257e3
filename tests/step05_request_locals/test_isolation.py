"""No request ever sees another one, and none leaves anything behind."""

import asyncio
import contextlib
import contextvars
import threading

import greenlet
import pytest
from werkzeug.routing import BaseConverter
from werkzeug.test import EnvironBuilder


@pytest.fixture
def answers(app):
    """Start a request; the iterable of its body is not asked for anything yet."""

    def start(path):
        return app(EnvironBuilder(path).get_environ(), lambda status, headers, exc_info=None: None)

    return start


@pytest.mark.guard(removes="module_global.patch")
def test_threads_do_not_mix(app, client):
    from dram import request

    both = threading.Barrier(2, timeout=5)

    @app.get("/<name>")
    def view(name):
        both.wait()
        path = request.path
        both.wait()
        return path

    answers = {}

    def ask(path):
        answers[path] = client.get(path).text

    threads = [threading.Thread(target=ask, args=(path,)) for path in ("/one", "/two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"/one": "/one", "/two": "/two"}


@pytest.mark.guard(removes="by_thread.patch")
def test_greenlets_do_not_mix(app, client):
    from dram import request

    @app.get("/<name>")
    def view(name):
        greenlet.getcurrent().parent.switch()
        path = request.path
        greenlet.getcurrent().parent.switch()
        return path

    answers = {}

    def ask(path):
        answers[path] = client.get(path).text

    greenlets = [greenlet.greenlet(lambda path=path: ask(path)) for path in ("/one", "/two")]
    for _ in range(3):
        for each in greenlets:
            each.switch()
    assert answers == {"/one": "/one", "/two": "/two"}


@pytest.mark.guard(removes="by_thread.patch")
def test_tasks_do_not_mix(app):
    from dram import request

    async def ask(path, both):
        context = app.test_request_context(path)
        context.push()
        await both.wait()
        seen = request.path
        await both.wait()
        return seen

    async def ask_both():
        both = asyncio.Barrier(2)
        return await asyncio.wait_for(asyncio.gather(ask("/one", both), ask("/two", both)), 5)

    assert asyncio.run(ask_both()) == ["/one", "/two"]


def test_a_thread_starts_without_a_context(app):
    from dram import has_request_context

    seen = []
    with app.test_request_context():
        thread = threading.Thread(target=lambda: seen.append(has_request_context()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_a_thread_that_is_given_the_variables_sees_the_request(app):
    from dram import has_request_context, request

    seen = []
    with app.test_request_context("/here"):
        variables = contextvars.copy_context()
    thread = threading.Thread(target=lambda: seen.append(variables.run(lambda: request.path)))
    thread.start()
    thread.join()
    assert seen == ["/here"]
    assert not has_request_context()


def test_a_thread_of_asyncio_sees_the_request(app):
    from dram import request

    async def view():
        with app.test_request_context("/here"):
            return await asyncio.to_thread(lambda: request.path)

    assert asyncio.run(view()) == "/here"


def test_a_generator_that_is_consumed_after_its_request_has_none(app, answers):
    from dram import has_request_context

    @app.get("/")
    def view():
        def parts():
            yield str(has_request_context())

        return parts()

    assert b"".join(answers("/")) == b"False"


def test_such_a_generator_sees_no_other_request_either(app, answers):
    from dram import request

    @app.get("/")
    def view():
        def parts():
            yield request.path

        return parts()

    parts = answers("/")
    with pytest.raises(RuntimeError, match="Working outside of request context"):
        list(parts)


def test_a_response_is_started_within_its_context(app):
    from dram import request

    said = []
    app.get("/here")(lambda: "Hello")
    app(EnvironBuilder("/here").get_environ(), lambda status, headers, exc_info=None: said.append(request.path))
    assert said == ["/here"]


class Fails(Exception):
    """What goes wrong in these tests."""


def fail(*args, **options):
    raise Fails


class FailingConverter(BaseConverter):
    def to_python(self, value):
        raise Fails


def a_view(app):
    app.get("/")(fail)


def an_error_handler(app):
    app.errorhandler(404)(fail)


def the_handler_for_500(app):
    app.get("/")(fail)
    app.errorhandler(500)(fail)


def a_converter(app):
    app.url_map.converters["failing"] = FailingConverter
    app.get("/<failing:name>", endpoint="failing")(lambda name: "")


def making_a_response(app):
    app.get("/")(lambda: object())


def starting_the_response(app):
    app.get("/")(lambda: "Hello")
    return fail


def handling_an_exception(app):
    app.get("/")(fail)
    app.handle_exception = fail


def logging_an_exception(app):
    app.get("/")(fail)
    app.log_exception = fail


def dispatching(app):
    app.dispatch_request = fail


def making_the_request(app):
    app.request_class = fail


def the_url_adapter(app):
    app.create_url_adapter = fail


@pytest.mark.parametrize("testing", [False, True], ids=["serving", "testing"])
@pytest.mark.parametrize(
    "place",
    [
        a_view,
        an_error_handler,
        the_handler_for_500,
        a_converter,
        making_a_response,
        starting_the_response,
        handling_an_exception,
        logging_an_exception,
        dispatching,
        making_the_request,
        the_url_adapter,
    ],
    ids=lambda place: place.__name__,
)
@pytest.mark.parametrize("path", ["/", "/word"])
def test_a_failure_leaves_the_context_of_before(app, place, path, testing):
    from dram import Dram, has_request_context, request

    start_response = place(app) or (lambda status, headers, exc_info=None: None)
    app.testing = testing

    def ask():
        with contextlib.suppress(Fails, TypeError):
            list(app(EnvironBuilder(path).get_environ(), start_response))

    ask()
    assert not has_request_context()
    with Dram("outer").test_request_context("/outer"):
        ask()
        assert request.path == "/outer"


def test_a_failing_converter_is_a_500(app, client):
    from dram import request

    a_converter(app)
    app.errorhandler(500)(lambda error: (f"{request.path} {type(error.original_exception).__name__}", 500))
    assert client.get("/word").text == "/word Fails"


def test_an_error_within_a_context_gets_out_of_it(app):
    from dram import has_request_context

    with pytest.raises(Fails), app.test_request_context():
        raise Fails
    assert not has_request_context()
