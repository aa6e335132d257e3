"""An error handler answers where a view could not."""

import pytest
from werkzeug.exceptions import Conflict, HTTPException, InternalServerError, NotFound, default_exceptions


class Withdrawn(Exception):
    """What an application raises of its own."""


class WithdrawnByTheAuthor(Withdrawn):
    pass


def failing(app, error, path="/"):
    """Have a view raise this error."""

    @app.get(path, endpoint=path)
    def view():
        raise error


def test_a_handler_for_a_status_answers(app, client):
    app.errorhandler(404)(lambda error: ("not on the list", 404))
    response = client.get("/nowhere")
    assert (response.status_code, response.text) == (404, "not on the list")


def test_a_handler_for_a_class_answers(app, client):
    failing(app, Withdrawn("by the author"))
    app.errorhandler(Withdrawn)(lambda error: (f"withdrawn {error}", 410))
    response = client.get("/")
    assert (response.status_code, response.text) == (410, "withdrawn by the author")


def test_a_handler_can_be_registered_without_a_decorator(app, client):
    app.register_error_handler(404, lambda error: ("not on the list", 404))
    assert client.get("/nowhere").text == "not on the list"


def test_errorhandler_gives_the_function_back(app):
    def handler(error):
        return "", 404

    assert app.errorhandler(404)(handler) is handler


def test_the_handler_is_given_the_exception(app, client):
    failing(app, NotFound("no such essay"))
    app.errorhandler(404)(lambda error: f"{error.code} {error.description}")
    assert client.get("/").text == "404 no such essay"


def test_a_handler_returns_what_a_view_returns(app, client):
    app.errorhandler(404)(lambda error: ({"error": error.name}, 404, {"X-Handled": "yes"}))
    response = client.get("/nowhere")
    assert (response.status_code, response.headers.get("X-Handled")) == (404, "yes")
    assert response.get_json() == {"error": "Not Found"}


def test_a_handler_that_returns_text_answers_200(app, client):
    app.errorhandler(404)(lambda error: "fine")
    assert (client.get("/nowhere").status_code, client.get("/nowhere").text) == (200, "fine")


def test_a_handler_may_return_the_error_itself(app, client):
    app.errorhandler(404)(lambda error: error)
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize("error", [WithdrawnByTheAuthor, Withdrawn])
def test_a_handler_for_a_class_answers_for_its_subclasses(app, client, error):
    failing(app, error())
    app.errorhandler(Withdrawn)(lambda error: type(error).__name__)
    assert client.get("/").text == error.__name__


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]], ids=["general first", "specific first"])
def test_the_most_specific_handler_answers(app, client, order):
    failing(app, WithdrawnByTheAuthor())
    classes = [Exception, Withdrawn, WithdrawnByTheAuthor]
    for index in order:
        app.register_error_handler(classes[index], lambda error, index=index: classes[index].__name__)
    assert client.get("/").text == "WithdrawnByTheAuthor"


def test_a_handler_for_the_status_beats_one_for_all_http_errors(app, client):
    app.errorhandler(HTTPException)(lambda error: "any")
    app.errorhandler(404)(lambda error: "404")
    failing(app, Conflict(), "/conflict")
    assert client.get("/nowhere").text == "404"
    assert client.get("/conflict").text == "any"


def test_a_handler_for_the_class_beats_one_for_the_status(app, client):
    class Lost(NotFound):
        pass

    app.errorhandler(404)(lambda error: "404")
    app.errorhandler(Lost)(lambda error: "lost")
    failing(app, Lost(), "/lost")
    assert client.get("/lost").text == "lost"
    assert client.get("/nowhere").text == "404"


def test_the_later_of_two_equal_handlers_answers(app, client):
    app.errorhandler(404)(lambda error: "first")
    app.errorhandler(NotFound)(lambda error: "second")
    assert client.get("/nowhere").text == "second"


def test_a_handler_for_exception_answers_for_http_errors_too(app, client):
    app.errorhandler(Exception)(lambda error: f"any {type(error).__name__}")
    assert client.get("/nowhere").text == "any NotFound"


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_every_status_of_an_error_can_have_a_handler(app, client, status):
    failing(app, default_exceptions[status]())
    app.errorhandler(status)(lambda error: str(error.code))
    assert client.get("/").text == str(status)


def test_redirects_of_the_router_are_not_errors(app, client):
    app.errorhandler(Exception)(lambda error: "error")
    app.errorhandler(HTTPException)(lambda error: "error")
    app.get("/essays/")(lambda: "all")
    assert client.get("/essays").status_code == 308


def test_a_405_and_its_handler(app, client):
    app.get("/")(lambda: "Hello")
    app.errorhandler(405)(lambda error: (f"try {sorted(error.valid_methods)}", 405))
    assert client.post("/").text == "try ['GET', 'HEAD', 'OPTIONS']"


@pytest.mark.parametrize("what", [999, 200, NotFound(), "404", int, BaseException, None])
def test_what_cannot_be_handled_is_refused(app, what):
    with pytest.raises((TypeError, ValueError)):
        app.register_error_handler(what, lambda error: "")


@pytest.mark.differs("Flask says that a view function returned it")
def test_a_handler_that_returns_nothing_is_named(app, bare_client):
    def not_found(error):
        pass

    app.testing = True
    app.register_error_handler(404, not_found)
    with pytest.raises(TypeError, match=r"'not_found' returned None"):
        bare_client.get("/nowhere")


def test_a_handler_of_one_application_is_not_one_of_another(client, app):
    from dram import Dram

    Dram("suite").errorhandler(404)(lambda error: "elsewhere")
    assert client.get("/nowhere").status_code == 404


def test_a_failing_handler_is_an_error_of_the_server(app, client):
    @app.errorhandler(404)
    def failing_handler(error):
        raise RuntimeError("in the handler")

    app.errorhandler(InternalServerError)(lambda error: (repr(error.original_exception), 500))
    assert client.get("/nowhere").text == "RuntimeError('in the handler')"


def test_no_handler_is_called_where_nothing_failed(app, client):
    app.errorhandler(Exception)(lambda error: "error")
    app.get("/")(lambda: "Hello")
    assert client.get("/").text == "Hello"
