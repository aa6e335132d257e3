"""A tuple adds a status, headers, or both."""

import pytest
from werkzeug.datastructures import Headers


def answer(app, client, value):
    app.get("/")(lambda: value)
    return client.get("/")


@pytest.mark.parametrize(
    ("status", "line"),
    [(201, "201 CREATED"), (299, "299 UNKNOWN"), ("404 Gone fishing", "404 Gone fishing"), ("404", "404 NOT FOUND")],
)
def test_a_status_is_a_number_or_a_line(app, client, status, line):
    response = answer(app, client, ("body", status))
    assert (response.status, response.text) == (line, "body")


@pytest.mark.parametrize(
    "headers", [{"X-Note": "yes"}, [("X-Note", "yes")], (("X-Note", "yes"),), Headers({"X-Note": "yes"})]
)
def test_headers_are_a_mapping_or_pairs(app, client, headers):
    response = answer(app, client, ("body", headers))
    assert (response.status_code, response.headers.get("X-Note")) == (200, "yes")
    assert response.text == "body"


def test_all_three_together(app, client):
    response = answer(app, client, ({"a": 1}, 201, {"X-Note": "yes"}))
    assert (response.status_code, response.headers.get("X-Note")) == (201, "yes")
    assert response.get_json() == {"a": 1}


def test_none_stands_for_no_change(app, client):
    response = answer(app, client, ("body", None, None))
    assert (response.status_code, response.text) == (200, "body")


@pytest.mark.parametrize(
    "headers", [[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], {"Set-Cookie": ["a=1", "b=2"]}], ids=["pairs", "dict"]
)
def test_a_header_may_be_repeated(app, client, headers):
    assert answer(app, client, ("body", headers)).headers.getlist("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.differs("on anything but text Flask keeps only the last of the pairs that share a name")
def test_a_header_may_be_repeated_on_json_too(app, client):
    response = answer(app, client, ({}, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]))
    assert response.headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_headers_replace_those_of_the_body(app, client):
    response = answer(app, client, ("a,b", {"content-type": "text/csv"}))
    assert response.headers.getlist("Content-Type") == ["text/csv"]


def test_a_response_in_a_tuple_is_changed(app, client):
    from dram import Response

    response = answer(app, client, (Response("made", 201, {"X-Note": "no"}), 202, {"X-Note": "yes"}))
    assert (response.status_code, response.headers.getlist("X-Note")) == (202, ["yes"])


def test_a_wsgi_application_in_a_tuple_too(app, client):
    def inner(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"inner"]

    response = answer(app, client, (inner, 202))
    assert (response.status_code, response.text) == (202, "inner")


def test_no_content_has_no_body(app, client):
    response = answer(app, client, ("", 204))
    assert (response.status_code, response.data) == (204, b"")
