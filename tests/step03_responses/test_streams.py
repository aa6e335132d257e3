"""An iterator is sent as it yields, and closed at the end."""

import pytest
from werkzeug.test import EnvironBuilder


def start(app, path="/"):
    """Begin a response, as a server does; return its headers and the iterable of its body."""
    said = {}
    try:
        parts = app(EnvironBuilder(path).get_environ(), lambda status, headers, exc_info=None: said.update(headers))
    except TypeError as error:
        pytest.fail(f"the application raised {error!r}")
    return said, parts


@pytest.fixture
def diary(app):
    """A view that yields two parts, and what it notes on its way."""
    notes = []

    @app.get("/")
    def parts():
        def stream():
            try:
                notes.append("one")
                yield "one "
                notes.append("two")
                yield "two"
            finally:
                notes.append("closed")

        return stream(), 200

    return notes


def test_the_parts_are_sent(client, diary):
    assert client.get("/").text == "one two"


def test_bytes_may_be_yielded(app, client):
    app.get("/")(lambda: (iter([b"one ", b"two"]), 200))
    assert client.get("/").data == b"one two"


def test_nothing_is_yielded_before_the_server_asks(app, diary):
    headers, parts = start(app)
    assert diary == []
    iterator = iter(parts)
    assert next(iterator) == b"one "
    assert diary == ["one"]
    assert "Content-Length" not in headers
    parts.close()


def test_a_client_that_leaves_closes_the_stream(app, diary):
    _, parts = start(app)
    next(iter(parts))
    parts.close()
    assert diary == ["one", "closed"]


def test_the_iterables_own_close_is_called(app):
    closed = []

    class Rows:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration

        def close(self):
            closed.append(True)

    app.get("/")(lambda: (Rows(), 200))
    _, parts = start(app)
    assert list(parts) == []
    parts.close()
    assert closed == [True]


def test_a_stream_that_fails_half_way_has_sent_its_first_half(app):
    closed = []

    @app.get("/")
    def failing():
        def stream():
            try:
                yield "half"
                raise RuntimeError("the disk is gone")
            finally:
                closed.append(True)

        return stream(), 200

    _, parts = start(app)
    iterator = iter(parts)
    assert next(iterator) == b"half"
    with pytest.raises(RuntimeError, match="disk"):
        next(iterator)
    parts.close()
    assert closed == [True]


def test_a_wsgi_applications_iterable_is_closed(app, client):
    closed = []

    class Parts(list):
        def close(self):
            closed.append(True)

    def inner(environ, start_response):
        start_response("200 OK", [])
        return Parts([b"part"])

    app.get("/")(lambda: inner)
    response = client.get("/")
    assert response.data == b"part"
    response.close()
    assert closed == [True]
