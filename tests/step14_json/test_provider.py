"""All JSON of an application is read and written by one object, its provider, which can be another."""

import io
import math
from datetime import date
from decimal import Decimal

import pytest

from dram import Dram

PUBLISHED = date(2024, 2, 3)
WRITTEN = '"Sat, 03 Feb 2024 00:00:00 GMT"'


def iso_date(value):
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no date")


def test_it_is_made_by_the_applications_class_of_providers(app):
    from dram.json.provider import DefaultJSONProvider, JSONProvider

    assert app.json_provider_class is DefaultJSONProvider
    assert type(app.json) is DefaultJSONProvider
    assert issubclass(DefaultJSONProvider, JSONProvider)


def test_a_subclass_may_name_another():
    from dram.json.provider import DefaultJSONProvider

    class Unsorted(DefaultJSONProvider):
        sort_keys = False

    class Shop(Dram):
        json_provider_class = Unsorted

    assert Shop("shop").json.dumps({"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_it_is_given_the_application():
    from dram.json.provider import DefaultJSONProvider

    class Named(DefaultJSONProvider):
        def __init__(self, app):
            super().__init__(app)
            self.name = app.import_name

    class Shop(Dram):
        json_provider_class = Named

    assert Shop("shop").json.name == "shop"


def test_each_application_has_its_own(app):
    other = Dram("other")
    other.json.sort_keys = False
    assert app.json.dumps({"b": 1, "a": 2}) == '{"a": 2, "b": 1}'


def test_another_can_take_its_place(app):
    from dram.json.provider import DefaultJSONProvider

    class Loud(DefaultJSONProvider):
        def dumps(self, obj, **kwargs):
            return super().dumps(obj, **kwargs).upper()

    app.json = Loud(app)
    assert app.json.dumps("sea") == '"SEA"'


def a_method(provider):
    class Iso(provider):
        def default(self, o):
            return o.isoformat() if isinstance(o, date) else super().default(o)

    return Iso


def a_static_method(provider):
    class Iso(provider):
        @staticmethod
        def default(o):
            return o.isoformat() if isinstance(o, date) else provider.default(o)

    return Iso


@pytest.mark.parametrize("make", [a_method, a_static_method], ids=lambda make: make.__name__)
def test_one_that_writes_dates_its_own_way_leaves_the_rest_as_it_was(app, make):
    from dram.json.provider import DefaultJSONProvider

    app.json = make(DefaultJSONProvider)(app)
    assert app.json.dumps([PUBLISHED, Decimal("1.10")]) == '["2024-02-03", "1.10"]'
    with pytest.raises(TypeError, match="set"):
        app.json.dumps({1})


def test_what_writes_the_rest_can_be_put_on_it(app):
    app.json.default = iso_date
    assert app.json.dumps([PUBLISHED]) == '["2024-02-03"]'
    with pytest.raises(TypeError, match="Decimal is no date"):
        app.json.dumps(Decimal(1))


def test_default_turns_one_value_into_what_can_be_written(app):
    from dram.json.provider import DefaultJSONProvider

    assert DefaultJSONProvider.default(PUBLISHED) == WRITTEN.strip('"')
    assert app.json.default(Decimal("1.10")) == "1.10"


@pytest.mark.parametrize(("sort_keys", "text"), [(True, '{"a": 2, "b": {"c": 3, "d": 4}}'), (False, None)])
def test_keys_are_sorted_at_every_level_unless_told_otherwise(app, sort_keys, text):
    assert app.json.sort_keys is True
    app.json.sort_keys = sort_keys
    value = {"b": {"d": 4, "c": 3}, "a": 2}
    assert app.json.dumps(value) == (text or '{"b": {"d": 4, "c": 3}, "a": 2}')


@pytest.mark.parametrize(("ensure_ascii", "text"), [(True, '"Zo\\u00eb"'), (False, '"Zoë"')])
def test_letters_beyond_ascii_are_written_as_escapes_unless_told_otherwise(app, ensure_ascii, text):
    assert app.json.ensure_ascii is True
    app.json.ensure_ascii = ensure_ascii
    assert app.json.dumps("Zoë") == text


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"sort_keys": False}, '{"when": "Sat, 03 Feb 2024 00:00:00 GMT", "by": "Zo\\u00eb"}'),
        ({"ensure_ascii": False}, '{"by": "Zoë", "when": "Sat, 03 Feb 2024 00:00:00 GMT"}'),
        ({"default": iso_date}, '{"by": "Zo\\u00eb", "when": "2024-02-03"}'),
        ({"indent": 1}, '{\n "by": "Zo\\u00eb",\n "when": "Sat, 03 Feb 2024 00:00:00 GMT"\n}'),
        ({"separators": (",", ":")}, '{"by":"Zo\\u00eb","when":"Sat, 03 Feb 2024 00:00:00 GMT"}'),
    ],
    ids=lambda options: str(*options) if isinstance(options, dict) else "",
)
def test_an_option_of_one_call_has_the_last_word(app, options, text):
    assert app.json.dumps({"when": PUBLISHED, "by": "Zoë"}, **options) == text


@pytest.mark.parametrize("debug", [False, True])
def test_the_layout_of_text_is_that_of_the_standard_library_also_while_debugging(app, debug):
    app.debug = debug
    assert app.json.dumps({"a": [1, 2]}) == '{"a": [1, 2]}'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, true, null, "sea"]}', {"a": [1, 2.5, True, None, "sea"]}),
        (b' "Zo\xc3\xab" ', "Zoë"),
        ('"Zo\\u00eb"', "Zoë"),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("[Infinity, -Infinity, 1e400]", [math.inf, -math.inf, math.inf]),
        ("0.1", 0.1),
        (b"\xef\xbb\xbf1", 1),
        ('"sea"'.encode("utf-16"), "sea"),
    ],
)
def test_it_reads_text_and_bytes_as_the_standard_library_does(app, text, value):
    assert app.json.loads(text) == value


def test_it_reads_what_is_not_a_number_as_such(app):
    assert math.isnan(app.json.loads("NaN"))
    assert app.json.dumps(math.nan) == "NaN"


@pytest.mark.parametrize("text", ["", " ", "{", "[1,]", "'sea'", "1 2", "tru", '"\n"', b'"\xff"', "1" * 5000])
def test_what_is_not_json_is_a_value_error(app, text):
    loads = app.json.loads
    with pytest.raises(ValueError):  # noqa: PT011, because the words are the standard library's
        loads(text)


@pytest.mark.differs("in Flask it is a RecursionError")
@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000], ids=["lists", "objects"])
def test_what_is_nested_too_deeply_is_a_value_error_too(app, text):
    with pytest.raises(ValueError, match="nested"):
        app.json.loads(text)


def test_reading_has_options_too(app):
    assert app.json.loads("[1.10]", parse_float=Decimal) == [Decimal("1.10")]


def test_it_writes_to_a_file(app):
    file = io.StringIO()
    assert app.json.dump({"b": PUBLISHED, "a": 1}, file, indent=0) is None
    assert file.getvalue() == f'{{\n"a": 1,\n"b": {WRITTEN}\n}}'


@pytest.mark.parametrize("file", [io.StringIO('["Zoë", 1.5]'), io.BytesIO('["Zoë", 1.5]'.encode())], ids=type)
def test_it_reads_from_a_file(app, file):
    assert app.json.load(file, parse_float=Decimal) == ["Zoë", Decimal("1.5")]


@pytest.fixture
def spelling(app):
    """The application, with a provider of which only the two methods that must be there are."""
    from dram.json.provider import JSONProvider

    class Spelling(JSONProvider):
        def dumps(self, obj, **kwargs):
            return f"write {obj!r} {kwargs!r}"

        def loads(self, s, **kwargs):
            return ["read", s, kwargs]

    app.json = Spelling(app)
    return app


def test_two_methods_are_enough_for_one_of_ones_own(spelling):
    file = io.StringIO()
    spelling.json.dump([1], file, indent=2)
    assert file.getvalue() == "write [1] {'indent': 2}"
    assert spelling.json.load(io.StringIO("sea"), strict=True) == ["read", "sea", {"strict": True}]


def test_its_responses_are_json_of_what_it_writes(spelling, client):
    spelling.get("/")(lambda: {"a": 1})
    response = client.get("/")
    assert (response.text, response.mimetype) == ("write {'a': 1} {}", "application/json")


def test_those_two_are_nobodys_but_its_own(app):
    from dram.json.provider import JSONProvider

    with pytest.raises(NotImplementedError):
        JSONProvider(app).dumps(1)
    with pytest.raises(NotImplementedError):
        JSONProvider(app).loads("1")


def test_a_response_needs_no_context(app):
    assert app.json.response(a=1).data == b'{"a":1}\n'
