"""What nobody handled is in the log: once, with a time, a level and the traceback."""

import io
import logging
import re
import traceback

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client

from dram import Dram, abort

FINALIZING = "Request finalizing failed with an error while handling an error"


class Fails(Exception):
    """What goes wrong in these tests."""


def fail(*args, **options):
    raise Fails


@pytest.fixture
def broken(app):
    """The application, with a view that fails, whatever the path."""
    app.route("/", methods=["GET", "POST"])(fail)
    app.add_url_rule("/<path:path>", "fail")
    return app


def messages(records):
    return [record.getMessage() for record in records]


def test_the_log_says_when_and_how_grave_and_has_the_traceback(broken, client, log):
    client.get("/", errors_stream=log)
    first = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] ERROR in app: Exception on / \[GET\]\nTraceback"
    assert re.match(first, log.getvalue())
    assert log.getvalue().endswith(".Fails\n")


def test_it_is_logged_once(broken, client, records):
    client.get("/")
    assert [(record.name, record.levelname) for record in records] == [("tests", "ERROR")]


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/", "Exception on / [GET]"),
        ("POST", "/", "Exception on / [POST]"),
        ("HEAD", "/essays/7", "Exception on /essays/7 [HEAD]"),
        ("GET", "/essays/7?q=sea", "Exception on /essays/7 [GET]"),
    ],
)
def test_the_message_says_what_was_asked_for(broken, client, records, method, path, message):
    client.open(path, method=method)
    assert messages(records) == [message]


def test_a_percent_sign_of_the_path_formats_nothing(broken, client, records):
    client.get("/100%25s")
    assert [(text[:17], text[-7:]) for text in messages(records)] == [("Exception on /100", "s [GET]")]


@pytest.mark.differs("Flask writes the path as it was decoded, with its line breaks")
@pytest.mark.parametrize("path", ["/x%0AException%20on%20y", "/x%0D%0A", "/fr%C3%BCh", "/x%1B%5B2J", "/%E2%80%A8"])
def test_a_path_cannot_forge_a_line(app, client, records, path):
    app.get("/<name>")(fail)
    client.get(path)
    assert messages(records) == [f"Exception on {path} [GET]"]


def test_the_record_has_the_exception_and_where_it_was_raised(app, client, records):
    error = Fails()

    @app.get("/")
    def view():
        raise error

    client.get("/")
    assert [record.exc_info[:2] for record in records] == [(Fails, error)]
    assert traceback.extract_tb(records[0].exc_info[2])[-1].name == "view"


def test_each_failure_is_logged(broken, client, records):
    client.get("/one")
    client.get("/two")
    assert messages(records) == ["Exception on /one [GET]", "Exception on /two [GET]"]


def test_a_handled_error_is_not_logged(broken, client, records):
    broken.get("/handled", endpoint="handled")(lambda: 1 / 0)
    broken.register_error_handler(ZeroDivisionError, lambda error: "handled")
    assert client.get("/handled").text == "handled"
    client.get("/")
    assert messages(records) == ["Exception on / [GET]"]


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_an_http_error_is_not_logged(broken, client, records, status):
    broken.get("/abort", endpoint="abort")(lambda: abort(status))
    assert client.get("/abort").status_code == status
    client.get("/")
    assert messages(records) == ["Exception on / [GET]"]


@pytest.mark.parametrize("switch", ["testing", "debug"])
def test_an_error_that_is_raised_is_not_logged(broken, bare_client, client, records, switch):
    setattr(broken, switch, True)
    with pytest.raises(Fails):
        bare_client.get("/raised")
    setattr(broken, switch, False)
    client.get("/logged")
    assert messages(records) == ["Exception on /logged [GET]"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_order_to_stop_is_not_logged(broken, client, records, error):
    @broken.get("/stop", endpoint="stop")
    def stop():
        raise error

    with pytest.raises(error):
        Client(broken).get("/stop")
    client.get("/")
    assert messages(records) == ["Exception on / [GET]"]


@pytest.mark.parametrize("code_or_exception", [500, HTTPException])
def test_a_page_for_the_500_does_not_spare_the_log(broken, client, records, code_or_exception):
    broken.register_error_handler(code_or_exception, lambda error: ("our fault", 500))
    assert client.get("/").text == "our fault"
    assert [record.exc_info[0] for record in records] == [Fails]


def test_it_is_logged_before_the_page_is_made(broken, client, records):
    broken.register_error_handler(500, lambda error: (str(len(records)), 500))
    assert client.get("/").text == "1"


def test_a_failing_page_for_the_500_does_not_hide_the_original(broken, bare_client, records):
    def failing_handler(error):
        raise LookupError

    broken.register_error_handler(500, failing_handler)
    with pytest.raises(LookupError):
        bare_client.get("/")
    assert [record.exc_info[0] for record in records] == [Fails]


def a_handler(app):
    app.register_error_handler(404, fail)


def what_runs_before(app):
    app.before_request(fail)


def what_runs_after(app):
    # Once, because on the page for the error it would fail again.
    hooks = iter([fail])
    app.after_request(lambda response: next(hooks, lambda response: response)(response))


def a_converter(app):
    class Failing(app.url_map.converters["default"]):
        to_python = fail

    app.url_map.converters["failing"] = Failing
    app.get("/<failing:name>", endpoint="failing")(lambda name: "Hello")


@pytest.mark.parametrize(
    "place", [a_handler, what_runs_before, what_runs_after, a_converter], ids=lambda place: place.__name__
)
def test_it_matters_not_where_it_failed(app, client, records, place):
    place(app)
    client.get("/nowhere")
    assert [(record.getMessage(), record.exc_info[0]) for record in records] == [("Exception on /nowhere [GET]", Fails)]


def test_what_cannot_be_a_response_is_logged(app, client, records):
    app.get("/")(lambda: None)
    client.get("/")
    assert [record.exc_info[0] for record in records] == [TypeError]


@pytest.mark.parametrize("view", [fail, lambda: "Hello"], ids=["failing view", "working view"])
def test_a_hook_that_fails_on_the_page_for_an_error_is_logged_too(app, client, records, view):
    def failing_hook(response):
        raise LookupError

    app.get("/")(view)
    app.after_request(failing_hook)
    client.get("/")
    assert messages(records) == ["Exception on / [GET]", FINALIZING]
    assert (records[1].levelname, records[1].exc_info[0]) == ("ERROR", LookupError)


def test_such_a_hook_does_not_cost_the_page(broken, client, records):
    broken.register_error_handler(500, lambda error: ("our fault", 500))
    broken.after_request(fail)
    response = client.get("/")
    assert (response.status_code, response.text) == (500, "our fault")
    assert messages(records)[1:] == [FINALIZING]


def test_a_hook_that_works_on_the_page_for_an_error_is_not_mentioned(broken, client, records):
    broken.after_request(lambda response: response)
    client.get("/")
    assert messages(records) == ["Exception on / [GET]"]


def test_a_log_that_cannot_be_written_does_not_cost_the_page(broken, client, capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError("No space left on device")

    assert client.get("/", errors_stream=Full()).status_code == 500
    assert "No space left on device" in capsys.readouterr().err


def test_a_configured_log_gets_it_instead_of_the_servers(broken, client, log):
    configured = io.StringIO()
    logging.basicConfig(stream=configured, format="%(name)s %(message)s")
    client.get("/", errors_stream=log)
    assert configured.getvalue().startswith("tests Exception on / [GET]\nTraceback")
    assert log.getvalue() == ""


def test_a_failing_application_within_another_writes_to_the_log_of_its_own_request(broken, client, log):
    inner_log = io.StringIO()
    outer = Dram("outer")

    @outer.get("/")
    def view():
        client.get("/inner", errors_stream=inner_log)
        outer.logger.warning("the sea")
        return "Hello"

    Client(outer).get("/", errors_stream=log)
    assert re.match(r"\[.*\] ERROR in app: Exception on /inner \[GET\]\n", inner_log.getvalue())
    assert re.fullmatch(r"\[.*\] WARNING in test_exceptions: the sea\n", log.getvalue())


def test_an_application_may_log_its_own_way(records):
    class Paging(Dram):
        def log_exception(self, *args):
            self.logger.critical("wake somebody")

    app = Paging("tests")
    app.get("/")(fail)
    try:
        Client(app).get("/")
    except AttributeError:
        pytest.fail("there is no logger")
    assert messages(records) == ["wake somebody"]


def test_an_application_may_add_to_what_is_logged(records):
    class Telling(Dram):
        def log_exception(self, *args):
            super().log_exception(*args)
            logging.getLogger("tests").error("and somebody was told")

    app = Telling("tests")
    app.get("/")(fail)
    Client(app).get("/")
    assert messages(records) == ["Exception on / [GET]", "and somebody was told"]


@pytest.mark.differs("Flask hands on what sys.exc_info() returns, and finds the request by itself")
def test_log_exception_takes_the_context_and_the_error(app, records):
    error = Fails()
    with app.test_request_context("/here") as context:
        app.log_exception(context, error)
    assert [(record.getMessage(), record.exc_info[1]) for record in records] == [("Exception on /here [GET]", error)]
