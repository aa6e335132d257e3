"""A thread that a view starts can be given the view's request."""

import threading

import pytest
from werkzeug.exceptions import NotFound


def in_a_thread(function, *args):
    """Call the function in a thread; return what it returns."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*args)))
    thread.start()
    thread.join(5)
    return results[0] if results else None


def test_the_decorated_function_sees_the_request(app, client):
    from dram import copy_current_request_context, request

    @app.get("/<name>")
    def view(name):
        @copy_current_request_context
        def work(greeting):
            return f"{greeting} {request.view_args['name']}"

        return in_a_thread(work, "Hello") or "nothing"

    assert client.get("/Ada").text == "Hello Ada"


def test_it_may_run_when_the_request_is_over(app):
    from dram import copy_current_request_context, has_request_context, request

    with app.test_request_context("/here?q=sea"):
        work = copy_current_request_context(lambda: request.args["q"])
    assert in_a_thread(work) == "sea"
    assert not has_request_context()


def test_the_thread_has_no_context_afterwards(app):
    from dram import copy_current_request_context, has_app_context

    with app.test_request_context():
        work = copy_current_request_context(lambda: None)
        assert in_a_thread(lambda: [work(), has_app_context()]) == [None, False]


def test_g_is_not_shared(app):
    from dram import copy_current_request_context, g

    with app.test_request_context():
        g.reader = "Ada"
        assert in_a_thread(copy_current_request_context(lambda: list(g))) == []


def test_current_app_is_there_too(app):
    from dram import copy_current_request_context, current_app

    with app.test_request_context():
        assert in_a_thread(copy_current_request_context(lambda: current_app.import_name)) == app.import_name


def test_two_threads_may_call_it_at_once(app):
    from dram import copy_current_request_context, has_app_context, request

    both_are_in = threading.Barrier(2, timeout=5)

    def work():
        both_are_in.wait()
        path = request.path
        both_are_in.wait()
        return path

    results = []
    with app.test_request_context("/here"):
        copied = copy_current_request_context(work)
        threads = [threading.Thread(target=lambda: results.append([copied(), has_app_context()])) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert results == [["/here", False], ["/here", False]]


def test_a_request_that_matched_nothing_stays_so(app):
    from dram import copy_current_request_context, request

    with app.test_request_context("/nowhere"):
        in_a_thread(copy_current_request_context(lambda: None))
        assert isinstance(request.routing_exception, NotFound)


def test_it_keeps_name_and_docstring(app):
    from dram import copy_current_request_context

    def work():
        """What it does."""

    with app.test_request_context():
        copied = copy_current_request_context(work)
    assert (copied.__name__, copied.__doc__) == ("work", "What it does.")


@pytest.mark.parametrize("kind", ["nothing", "an application context"])
def test_outside_of_a_request_it_is_refused(app, kind):
    from dram import copy_current_request_context

    if kind == "nothing":
        with pytest.raises(RuntimeError, match="copy_current_request_context"):
            copy_current_request_context(print)
    else:
        with app.app_context(), pytest.raises(RuntimeError, match="request context"):
            copy_current_request_context(print)
