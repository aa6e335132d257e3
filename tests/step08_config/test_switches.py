"""Settings decide which errors are answered and which are raised, and who answers OPTIONS."""

import pytest
from werkzeug.exceptions import BadRequest, BadRequestKeyError, Forbidden, NotFound

from dram import abort, request


@pytest.fixture
def failing(app):
    """The application, with a view for each kind of failure."""
    app.add_url_rule("/boom", "boom", lambda: 1 // 0)
    app.add_url_rule("/forbidden", "forbidden", lambda: abort(403))
    app.add_url_rule("/bad", "bad", lambda: abort(400))
    app.add_url_rule("/args", "args", lambda: request.args["q"])
    app.add_url_rule("/form", "form", lambda: request.form["q"], methods=["POST"])
    return app


@pytest.mark.parametrize("name", ["DEBUG", "TESTING", "PROPAGATE_EXCEPTIONS"])
def test_each_of_these_lets_an_error_through_to_the_server(failing, bare_client, name):
    failing.config[name] = True
    with pytest.raises(ZeroDivisionError):
        bare_client.get("/boom")


@pytest.mark.parametrize("name", ["DEBUG", "TESTING"])
def test_propagate_exceptions_set_to_false_keeps_it_in(failing, client, name):
    failing.config.update({name: True, "PROPAGATE_EXCEPTIONS": False})
    assert client.get("/boom").status_code == 500


@pytest.mark.parametrize("name", ["DEBUG", "TESTING"])
def test_propagate_exceptions_set_to_none_leaves_it_to_the_others(failing, bare_client, name):
    failing.config.update(PROPAGATE_EXCEPTIONS=None)
    assert bare_client.get("/boom").status_code == 500
    failing.config[name] = True
    with pytest.raises(ZeroDivisionError):
        bare_client.get("/boom")


@pytest.mark.parametrize(("path", "error"), [("/forbidden", Forbidden), ("/bad", BadRequest), ("/nowhere", NotFound)])
def test_trapped_http_errors_are_errors_like_others(failing, bare_client, path, error):
    failing.config.update(TRAP_HTTP_EXCEPTIONS=True, TESTING=True)
    with pytest.raises(error):
        bare_client.get(path)


def test_trapped_http_errors_are_a_500_in_production(failing, client):
    failing.register_error_handler(500, lambda error: (type(error.original_exception).__name__, 500))
    failing.config["TRAP_HTTP_EXCEPTIONS"] = True
    response = client.get("/forbidden")
    assert (response.status_code, response.text) == (500, "Forbidden")


def test_an_http_error_that_has_a_handler_is_not_trapped(failing, bare_client):
    failing.register_error_handler(403, lambda error: ("no entry", 403))
    failing.config.update(TRAP_HTTP_EXCEPTIONS=True, TESTING=True)
    response = bare_client.get("/forbidden")
    assert (response.status_code, response.text) == (403, "no entry")


@pytest.mark.parametrize(("method", "path"), [("GET", "/args"), ("POST", "/form")])
def test_in_debug_a_missing_key_is_raised_for_the_debugger(failing, bare_client, method, path):
    failing.debug = True
    with pytest.raises(BadRequestKeyError, match="'q'"):
        bare_client.open(path, method=method)


def test_in_debug_only_a_missing_key_is_raised(failing, client):
    failing.config["DEBUG"] = True
    assert [client.get(path).status_code for path in ("/bad", "/forbidden", "/nowhere")] == [400, 403, 404]


def test_in_testing_a_missing_key_is_answered(failing, client):
    failing.config["TESTING"] = True
    assert client.get("/args").status_code == 400


@pytest.mark.parametrize(("path", "error"), [("/args", BadRequestKeyError), ("/bad", BadRequest)])
def test_trapped_bad_requests_are_errors_like_others(failing, bare_client, path, error):
    failing.config.update(TRAP_BAD_REQUEST_ERRORS=True, TESTING=True)
    with pytest.raises(error):
        bare_client.get(path)


def test_trapped_bad_requests_and_no_others_are_a_500_in_production(failing, client):
    failing.config["TRAP_BAD_REQUEST_ERRORS"] = True
    assert [client.get(path).status_code for path in ("/args", "/bad", "/forbidden")] == [500, 500, 403]


def test_a_bad_request_that_has_a_handler_is_not_trapped(failing, client):
    failing.register_error_handler(400, lambda error: (type(error).__name__, 400))
    failing.config["DEBUG"] = True
    assert client.get("/args").text == "BadRequestKeyError"


def test_not_trapped_in_debug_the_page_names_the_key(failing, client):
    failing.config.update(DEBUG=True, TRAP_BAD_REQUEST_ERRORS=False)
    response = client.get("/args")
    assert response.status_code == 400
    assert "KeyError: &#39;q&#39;" in response.text


def test_in_production_the_page_does_not_name_the_key(failing, client):
    failing.config.update(TRAP_BAD_REQUEST_ERRORS=False)
    response = client.get("/args")
    assert response.status_code == 400
    assert "KeyError" not in response.text


def test_options_may_be_left_to_the_views(app, client):
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.get("/")(lambda: "Hello")
    app.add_url_rule("/own", "own", lambda: request.method, methods=["OPTIONS"])
    response = client.options("/")
    assert (response.status_code, sorted(response.allow)) == (405, ["GET", "HEAD"])
    assert client.options("/own").text == "OPTIONS"


@pytest.mark.differs("Flask 3.1.3 answers 405, though its documentation says otherwise")
def test_a_rule_may_ask_for_automatic_options_nevertheless(app, client):
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.add_url_rule("/", view_func=lambda: "Hello", endpoint="index", provide_automatic_options=True)
    assert sorted(client.options("/").allow) == ["GET", "HEAD", "OPTIONS"]


def test_who_answers_options_is_settled_when_the_rule_is_added(app, client):
    app.get("/")(lambda: "Hello")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    assert client.options("/").status_code == 200
