"""What a view must not return, and what the message says about it."""

import re

import pytest


@pytest.fixture
def mistake(app, bare_client):
    """Ask a view that returns this value, and expect a TypeError that says that."""

    def ask(value, says):
        app.testing = True
        app.get("/", endpoint="page")(lambda: value)
        with pytest.raises(TypeError, match=says):
            bare_client.get("/")

    return ask


def test_none_is_a_forgotten_return(mistake):
    mistake(None, r"'page'.*returned None")


def test_none_in_a_tuple_is_one_too(mistake):
    mistake((None, 200), r"'page'.*returned None")


@pytest.mark.parametrize("value", [True, 5, 1.5, {1, 2}, range(3), object()], ids=lambda value: type(value).__name__)
def test_the_message_names_the_type(mistake, value):
    mistake(value, rf"returned.*type {type(value).__name__}\b|was a {type(value).__name__}\b")


@pytest.mark.differs("Flask does not say which function returned it")
def test_the_message_names_the_endpoint(mistake):
    mistake(True, "'page' returned True")


@pytest.mark.parametrize("value", [(), ("body",), ("body", 200, {}, "more")], ids=len)
def test_a_tuple_of_another_length(mistake, value):
    mistake(value, r"\(body, status, headers\)")


@pytest.mark.differs("Flask sends any number and any text, with the headers that a line break in it begins")
@pytest.mark.parametrize("status", [True, 4.5, 1, 600, "Gone", "99 Gone", "200\r\nSet-Cookie: stolen=1", ""])
def test_a_status_that_is_none(mistake, status):
    mistake(("body", status), rf"'page' returned the status {re.escape(repr(status))}")


@pytest.mark.differs("Flask fails in the midst of unpacking")
def test_headers_that_are_none(mistake):
    mistake(("body", 200, "X-Note: yes"), r"'page' returned the headers")


def test_a_header_with_a_line_break_is_refused(app, bare_client):
    app.testing = True
    app.get("/")(lambda: ("body", {"X-Note": "yes\r\nSet-Cookie: stolen=1"}))
    with pytest.raises(ValueError, match="newline"):
        bare_client.get("/")


def test_make_response_without_a_request(app):
    made = app.make_response(("body", 201))
    assert (made.status_code, made.get_data(as_text=True)) == (201, "body")


@pytest.mark.differs("Flask needs a request for it")
def test_make_response_without_a_request_explains_too(app):
    with pytest.raises(TypeError, match="returned None"):
        app.make_response(None)
