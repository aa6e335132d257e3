import io
import math

import pytest


@pytest.fixture
def strict():
    from dram import Dram, request

    app = Dram("exercise.only_json")
    assert getattr(app.json, "allow_nan", None) is True, "the provider has no attribute 'allow_nan', or it is not True"
    app.json.allow_nan = False
    app.get("/average", endpoint="average")(lambda: {"average": math.nan})
    app.post("/sum", endpoint="sum")(lambda: {"sum": sum(request.json)})
    return app


def test_as_before_unless_told(strict):
    strict.json.allow_nan = True
    assert strict.json.dumps([math.nan, math.inf]) == "[NaN, Infinity]"
    assert strict.json.loads("[-Infinity]") == [-math.inf]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, {"deep": [math.nan]}])
def test_what_json_has_no_number_for_is_not_written(strict, value):
    with pytest.raises(ValueError):  # noqa: PT011, because the words are yours to choose
        strict.json.dumps(value)
    assert strict.json.dumps(value, allow_nan=True)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', b"NaN"])
def test_nor_is_it_read(strict, text):
    with pytest.raises(ValueError):  # noqa: PT011, because the words are yours to choose
        strict.json.loads(text)


def test_texts_and_numbers_are(strict):
    assert strict.json.loads(strict.json.dumps(["NaN", -1.5])) == ["NaN", -1.5]


def test_a_view_that_returns_one_is_a_500(strict):
    assert strict.test_client().get("/average", errors_stream=io.StringIO()).status_code == 500


def test_a_visitor_who_sends_one_gets_a_400(strict):
    client = strict.test_client()
    response = client.post("/sum", data="[1, NaN]", content_type="application/json")
    assert (response.status_code, "NaN" in response.text) == (400, True)
    assert client.post("/sum", json=[1, 2]).json == {"sum": 3}
