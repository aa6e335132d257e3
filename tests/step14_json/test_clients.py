"""The test client speaks the application's JSON."""

from datetime import date
from decimal import Decimal

import pytest

from dram import Dram, request

PUBLISHED = date(2024, 2, 3)
WRITTEN = "Sat, 03 Feb 2024 00:00:00 GMT"


@pytest.fixture
def exact(app):
    """The application, with a provider that loses no decimals, and a view that says what it was sent."""
    from dram.json.provider import DefaultJSONProvider

    class Exact(DefaultJSONProvider):
        def default(self, o):
            return f"about {o}" if isinstance(o, Decimal) else super().default(o)

        def loads(self, s, **kwargs):
            return super().loads(s, parse_float=Decimal, **kwargs)

    app.json = Exact(app)
    app.post("/")(lambda: request.get_data())
    return app


def sent_by_a_client(app, value):
    return app.test_client().post("/", json=value).text


def sent_by_a_builder(app, value):
    from dram.testing import EnvironBuilder

    return EnvironBuilder(app, "/", method="POST", json=value).get_request().get_data(as_text=True)


def of_a_test_request(app, value):
    with app.test_request_context("/", method="POST", json=value):
        return request.get_data(as_text=True)


@pytest.mark.parametrize(
    "send", [sent_by_a_client, sent_by_a_builder, of_a_test_request], ids=lambda send: send.__name__
)
def test_what_is_sent_as_json_is_written_by_the_provider(exact, send):
    assert send(exact, {"when": PUBLISHED, "price": Decimal("1.5")}) == (
        f'{{"price": "about 1.5", "when": "{WRITTEN}"}}'
    )


def test_it_is_sent_as_json(app):
    from dram import jsonify

    app.post("/")(lambda: jsonify(request.mimetype, request.get_json()))
    assert app.test_client().post("/", json=[PUBLISHED]).json == ["application/json", [WRITTEN]]


def test_a_builder_writes_as_the_provider_does(exact):
    from dram.testing import EnvironBuilder

    assert EnvironBuilder(exact).json_dumps([Decimal(1)], indent=0) == '[\n"about 1"\n]'


def test_the_keys_of_what_is_sent_may_stay_in_their_order(exact):
    exact.json.sort_keys = False
    assert sent_by_a_client(exact, {"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_a_response_is_read_by_the_provider(exact):
    exact.get("/prices", endpoint="prices")(lambda: [1.10])
    response = exact.test_client().get("/prices")
    assert response.json == response.get_json() == [Decimal("1.1")]
    assert type(response.json[0]) is Decimal


def test_each_client_reads_as_its_own_application_does(exact):

    other = Dram("other")
    other.get("/prices")(lambda: [1.5])
    exact.get("/prices", endpoint="prices")(lambda: [1.5])
    with exact.app_context():
        read = [type(each.test_client().get("/prices").json[0]) for each in (exact, other)]
    assert read == [Decimal, float]
