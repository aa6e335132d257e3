"""What nobody handles is logged and answered with 500, or raised where somebody is looking."""

import io

import pytest
from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import InternalServerError
from werkzeug.test import Client


@pytest.fixture
def broken(app):
    """The application, with a view that fails."""

    @app.get("/")
    def divide():
        return {"average": 1 / 0}

    return app


def test_a_failing_view_is_a_500(broken, client):
    response = client.get("/")
    assert response.status == "500 INTERNAL SERVER ERROR"
    assert response.mimetype == "text/html"


def test_the_page_says_nothing_about_the_error(broken, client):
    response = client.get("/")
    assert response.status_code == 500
    assert not any(word in response.text for word in ("ZeroDivision", "Traceback", "divide", ".py"))


@pytest.mark.until(11, reason="the logger writes a time and a level in front of it")
def test_the_traceback_is_written_to_the_servers_log(broken, client):
    log = io.StringIO()
    client.get("/?q=sea", errors_stream=log)
    assert log.getvalue().startswith("Exception on / [GET]\nTraceback")
    assert log.getvalue().endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.until(11, reason="the logger writes a time and a level in front of it")
def test_a_path_cannot_forge_a_line_of_the_log(app, client):
    app.get("/<name>")(lambda name: 1 / 0)
    log = io.StringIO()
    client.get("/x%0AException%20on%20y", errors_stream=log)
    assert log.getvalue().startswith("Exception on /x%0AException%20on%20y [GET]\nTraceback")


def test_an_http_error_is_not_logged(broken, client):
    log = io.StringIO()
    client.get("/nowhere", errors_stream=log)
    assert log.getvalue() == ""
    assert client.get("/").status_code == 500


def test_the_handler_for_500_is_given_the_original(broken, client):
    @broken.errorhandler(500)
    def handler(error):
        return f"{error.code} {error.original_exception!r}", 500

    assert client.get("/").text == "500 ZeroDivisionError('division by zero')"


def test_a_500_that_was_asked_for_has_no_original(app, client):
    from dram import abort

    app.get("/")(lambda: abort(500))
    app.errorhandler(500)(lambda error: (repr(error.original_exception), 500))
    assert client.get("/").text == "None"


def test_a_handler_for_the_class_spares_the_500(broken, client):
    broken.errorhandler(ArithmeticError)(lambda error: ("does not compute", 400))
    broken.errorhandler(InternalServerError)(lambda error: ("500", 500))
    assert client.get("/").text == "does not compute"


def test_what_cannot_be_a_response_is_a_500_too(app, client):
    app.get("/")(lambda: None)
    assert client.get("/").status_code == 500


@pytest.mark.parametrize("switch", ["debug", "testing"])
def test_an_error_is_raised_while_somebody_looks(broken, bare_client, client, switch):
    assert client.get("/").status_code == 500
    setattr(broken, switch, True)
    with pytest.raises(ZeroDivisionError):
        bare_client.get("/")


def test_a_handled_error_is_not_raised_while_testing(broken, client):
    broken.testing = True
    broken.errorhandler(ZeroDivisionError)(lambda error: ("handled", 400))
    assert client.get("/").text == "handled"


def test_a_500_that_was_asked_for_is_not_raised_while_testing(app, client):
    from dram import abort

    app.testing = True
    app.get("/")(lambda: abort(500))
    assert client.get("/").status_code == 500


def test_testing_is_off_by_default(app):
    assert app.testing is False


def test_the_debugger_shows_the_traceback(broken, client):
    assert client.get("/").status_code == 500
    broken.debug = True
    page = Client(DebuggedApplication(broken, evalex=True)).get("/", errors_stream=io.StringIO())
    assert page.status_code == 500
    assert "ZeroDivisionError" in page.text
    assert "divide" in page.text


def test_in_production_the_debugger_has_nothing_to_show(broken):
    page = Client(DebuggedApplication(broken, evalex=True)).get("/", errors_stream=io.StringIO())
    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.text


@pytest.mark.guard(removes="base_exceptions.patch")
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_order_to_stop_is_obeyed(app, error):
    @app.get("/")
    def view():
        raise error

    with pytest.raises(error):
        Client(app).get("/")


def test_an_application_may_handle_errors_its_own_way():
    from dram import Dram

    class Stoic(Dram):
        def handle_exception(self, *args):
            return self.response_class("so be it", status=503)

    app = Stoic("suite")
    app.get("/")(lambda: 1 / 0)
    try:
        response = Client(app).get("/")
    except ZeroDivisionError:
        pytest.fail("the error was raised")
    assert (response.status_code, response.text) == (503, "so be it")
