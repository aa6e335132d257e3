"""The functions of `dram.json` are those of the current application's provider."""

import io
from datetime import date
from decimal import Decimal

import pytest

from dram import Dram

PUBLISHED = date(2024, 2, 3)
WRITTEN = '"Sat, 03 Feb 2024 00:00:00 GMT"'


@pytest.fixture
def loud(app):
    """The application, with a provider that says what it was asked for."""
    from dram.json.provider import JSONProvider

    class Loud(JSONProvider):
        def dumps(self, obj, **kwargs):
            return f"DUMPS {obj} {kwargs}"

        def loads(self, s, **kwargs):
            return f"LOADS {s} {kwargs}"

    app.json = Loud(app)
    return app


def test_dumps_and_dump_write_as_the_current_application_does(loud):
    from dram.json import dump, dumps

    file = io.StringIO()
    with loud.app_context():
        assert dumps(1, indent=2) == "DUMPS 1 {'indent': 2}"
        assert dump(1, file, indent=2) is None
    assert file.getvalue() == "DUMPS 1 {'indent': 2}"


def test_loads_and_load_read_as_the_current_application_does(loud):
    from dram.json import load, loads

    with loud.app_context():
        assert loads("sea", strict=True) == "LOADS sea {'strict': True}"
        assert load(io.StringIO("sea"), strict=True) == "LOADS sea {'strict': True}"


def test_a_view_has_them_too(loud, client):
    from dram.json import dumps, loads

    loud.get("/")(lambda: f"{dumps(1)}, {loads('sea')}")
    assert client.get("/").text == "DUMPS 1 {}, LOADS sea {}"


def test_it_is_the_innermost_application_that_counts(app, loud):
    from dram.json import dumps

    with loud.app_context(), Dram("other").app_context():
        assert dumps([PUBLISHED]) == f"[{WRITTEN}]"


def test_without_an_application_dates_can_be_written_all_the_same():
    from dram.json import dump, dumps

    file = io.StringIO()
    dump([PUBLISHED, "Zoë"], file)
    assert file.getvalue() == dumps([PUBLISHED, "Zoë"]) == f'[{WRITTEN}, "Zo\\u00eb"]'


@pytest.mark.differs("without an application Flask does not sort the keys")
def test_without_an_application_keys_are_sorted_as_well():
    from dram.json import dumps

    assert dumps({"b": 1, "a": PUBLISHED}) == f'{{"a": {WRITTEN}, "b": 1}}'


def test_without_an_application_options_have_the_last_word_too():
    from dram.json import dumps

    assert dumps({"a": PUBLISHED}, default=date.isoformat, indent=0) == '{\n"a": "2024-02-03"\n}'


@pytest.mark.parametrize("wrong", [{1}, b"sea"], ids=["set", "bytes"])
def test_without_an_application_the_error_names_the_type_as_well(wrong):
    from dram.json import dumps

    with pytest.raises(TypeError, match=type(wrong).__name__):
        dumps([wrong])


def test_without_an_application_json_can_be_read():
    from dram.json import load, loads

    assert loads(b'["Zo\xc3\xab", 1.5]') == load(io.StringIO('["Zoë", 1.5]')) == ["Zoë", 1.5]
    assert loads("1.10", parse_float=Decimal) == Decimal("1.10")


def test_jsonify_is_also_where_everything_is():
    from dram import json, jsonify

    assert jsonify is json.jsonify


@pytest.mark.parametrize(
    ("args", "kwargs", "body"),
    [
        ((), {}, "null"),
        ((None,), {}, "null"),
        ((0,), {}, "0"),
        (("sea",), {}, '"sea"'),
        (([],), {}, "[]"),
        (([1, 2],), {}, "[1,2]"),
        (({"b": 1, "a": 2},), {}, '{"a":2,"b":1}'),
        ((1, 2), {}, "[1,2]"),
        (([], []), {}, "[[],[]]"),
        ((), {"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ((), {"when": PUBLISHED}, f'{{"when":{WRITTEN}}}'),
    ],
)
def test_jsonify_takes_one_value_or_several_or_names(app, args, kwargs, body):
    from dram import jsonify

    with app.app_context():
        response = jsonify(*args, **kwargs)
        assert (response.status_code, response.get_data(as_text=True)) == (200, f"{body}\n")
        assert response.headers.get("Content-Type") == "application/json"
        assert app.json.response(*args, **kwargs).data == response.data


@pytest.mark.parametrize("value", [None, 1, {}])
def test_values_and_names_at_once_are_a_mistake(app, value):
    from dram import jsonify

    with app.app_context(), pytest.raises(TypeError, match="not both"):
        jsonify(value, a=1)


def test_jsonify_makes_a_response_of_the_applications_class(app):
    from dram import jsonify

    class Shouting(app.response_class):
        pass

    app.response_class = Shouting
    with app.app_context():
        assert type(jsonify(1)) is Shouting


def test_a_view_may_give_it_a_status_and_headers(app, client):
    from dram import jsonify

    @app.get("/")
    def view():
        response = jsonify(error="gone")
        response.headers["X-Why"] = "sold"
        return response, 410

    response = client.get("/")
    assert (response.status_code, response.headers.get("X-Why"), response.json) == (410, "sold", {"error": "gone"})


def test_jsonify_answers_with_the_providers_own_response(app):
    from dram import jsonify
    from dram.json.provider import DefaultJSONProvider

    class Wrapping(DefaultJSONProvider):
        def response(self, *args, **kwargs):
            return super().response({"data": args or kwargs})

    app.json = Wrapping(app)
    with app.app_context():
        assert jsonify(1, 2).json == {"data": [1, 2]}


def test_jsonify_needs_an_application():
    from dram import jsonify

    with pytest.raises(RuntimeError, match="application context"):
        jsonify(1)


def test_jsonify_of_what_cannot_be_written_names_the_type(app):
    from dram import jsonify

    with app.app_context(), pytest.raises(TypeError, match="set"):
        jsonify(readers={1})
