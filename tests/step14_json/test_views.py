"""What a view returns as a dict or a list is written by the application's provider."""

from datetime import date
from decimal import Decimal

import pytest

from dram import abort, make_response

PUBLISHED = date(2024, 2, 3)
WRITTEN = "Sat, 03 Feb 2024 00:00:00 GMT"

COMPACT = b'{"a":{},"b":[1,{"c":2}]}\n'
SPACED = b"""\
{
  "a": {},
  "b": [
    1,
    {
      "c": 2
    }
  ]
}
"""


@pytest.mark.parametrize("value", [{"when": PUBLISHED}, [Decimal("1.10"), {"when": PUBLISHED}]], ids=["dict", "list"])
def test_a_view_may_return_a_date_in_it(app, client, value):
    app.get("/")(lambda: value)
    response = client.get("/")
    written = {"when": WRITTEN}
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json == (written if isinstance(value, dict) else ["1.10", written])


def a_view(app):
    app.get("/")(lambda: {"when": PUBLISHED})


def a_view_with_a_status(app):
    app.get("/")(lambda: ({"when": PUBLISHED}, 200, {"X-Why": "sold"}))


def a_function_before_it(app):
    app.before_request(lambda: {"when": PUBLISHED})


def an_error_handler(app):
    app.get("/")(lambda: abort(404))
    app.register_error_handler(404, lambda error: ({"when": PUBLISHED}, 200))


def make_response_itself(app):
    app.get("/")(lambda: make_response({"when": PUBLISHED}))


@pytest.mark.parametrize(
    "place",
    [a_view, a_view_with_a_status, a_function_before_it, an_error_handler, make_response_itself],
    ids=lambda place: place.__name__,
)
def test_whoever_returns_it_the_provider_writes_it(app, client, place):
    place(app)
    response = client.get("/")
    assert (response.status_code, response.data) == (200, b'{"when":"' + WRITTEN.encode() + b'"}\n')


@pytest.mark.parametrize(
    ("compact", "debug", "body"),
    [
        (None, False, COMPACT),
        (None, True, SPACED),
        (True, False, COMPACT),
        (True, True, COMPACT),
        (False, False, SPACED),
        (False, True, SPACED),
    ],
)
def test_it_is_compact_unless_debugging_or_as_told(app, client, compact, debug, body):
    from dram import jsonify

    assert app.json.compact is None
    app.json.compact = compact
    app.debug = debug
    app.get("/")(lambda: {"b": [1, {"c": 2}], "a": {}})
    app.get("/jsonify", endpoint="jsonify")(lambda: jsonify({"b": [1, {"c": 2}], "a": {}}))
    assert client.get("/").data == client.get("/jsonify").data == body


def test_the_layout_is_settled_anew_for_each_response(app, client):
    from dram import jsonify

    app.get("/")(lambda: jsonify([1]))
    assert client.get("/").data == b"[1]\n"
    app.debug = True
    assert client.get("/").data == b"[\n  1\n]\n"


def test_keys_may_stay_in_the_views_own_order(app, client):
    assert app.json.sort_keys
    app.json.sort_keys = False
    app.get("/")(lambda: {"b": 1, "a": 2})
    assert client.get("/").data == b'{"b":1,"a":2}\n'


def test_letters_may_be_sent_as_they_are(app, client):
    assert app.json.ensure_ascii
    app.json.ensure_ascii = False
    app.get("/")(lambda: ["Zoë"])
    assert client.get("/").data == '["Zoë"]\n'.encode()


def test_the_mimetype_may_be_another(app, client):
    assert app.json.mimetype == "application/json"
    app.json.mimetype = "application/problem+json"
    app.get("/")(lambda: {"title": "sold"})
    response = client.get("/")
    assert (response.headers.get("Content-Type"), response.json) == ("application/problem+json", {"title": "sold"})


@pytest.mark.parametrize("value", [{"when": PUBLISHED}, ["sea"]], ids=["dict", "list"])
def test_the_provider_has_the_making_of_the_whole_response(app, client, value):
    from dram.json.provider import DefaultJSONProvider

    class Tagging(DefaultJSONProvider):
        def response(self, *args, **kwargs):
            response = super().response(*args, **kwargs)
            response.add_etag()
            return response

    app.json = Tagging(app)
    app.get("/")(lambda: value)
    assert client.get("/").headers.get("ETag")


def test_a_provider_that_writes_iso_dates_does_so_everywhere(app, client):
    from dram import jsonify
    from dram.json.provider import DefaultJSONProvider

    class Iso(DefaultJSONProvider):
        def default(self, o):
            return o.isoformat() if isinstance(o, date) else super().default(o)

    app.json = Iso(app)
    app.get("/")(lambda: [PUBLISHED])
    app.get("/jsonify", endpoint="jsonify")(lambda: jsonify([PUBLISHED]))
    assert client.get("/").data == client.get("/jsonify").data == b'["2024-02-03"]\n'


def test_what_cannot_be_written_is_the_views_mistake_and_the_error_names_the_type(app, client):
    from dram import jsonify

    app.get("/")(lambda: {"readers": {1}})
    app.register_error_handler(500, lambda error: (jsonify(repr(error.original_exception)), 500))
    response = client.get("/")
    assert (response.status_code, response.mimetype) == (500, "application/json")
    assert response.text.startswith('"TypeError(')
    assert "set" in response.text
