"""What a program has at hand can be written as JSON: dates, numbers with decimals, dataclasses, marked-up text."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from uuid import UUID

import pytest
from markupsafe import Markup

PUBLISHED = date(2024, 2, 3)
WRITTEN = "Sat, 03 Feb 2024 00:00:00 GMT"


@dataclass
class Note:
    text: str
    left: date | None = None


@dataclass
class Essay:
    title: str
    notes: list[Note] = field(default_factory=list)


class Badge:
    def __html__(self):
        return "<b>7</b>"


@dataclass
class Ribbon:
    colour: str

    def __html__(self):
        return "<i>red</i>"


class Reader:
    pass


class Mood(Enum):
    CALM = "calm"


class Level(IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    "value",
    [None, True, 7, -1.5, 1e300, "sea", "Zoë </b>", "", [], {}, [1, [2]], (1, 2), {"a": {"b": None}}, {1: 2, 3: 4}],
    ids=repr,
)
def test_plain_values_are_written_as_the_standard_library_does(app, value):
    assert app.json.dumps(value) == json.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (PUBLISHED, WRITTEN),
        (date(1, 1, 1), "Mon, 01 Jan 0001 00:00:00 GMT"),
        (datetime(2024, 2, 3, 4, 5, 6), "Sat, 03 Feb 2024 04:05:06 GMT"),
        (datetime(2024, 2, 3, 4, 5, 6, 999999), "Sat, 03 Feb 2024 04:05:06 GMT"),
    ],
)
def test_a_date_is_written_as_in_the_headers_of_http(app, value, text):
    assert app.json.dumps(value) == f'"{text}"'


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0, "Sat, 03 Feb 2024 04:05:06 GMT"),
        (5, "Fri, 02 Feb 2024 23:05:06 GMT"),
        (-8, "Sat, 03 Feb 2024 12:05:06 GMT"),
    ],
)
def test_a_time_of_another_zone_is_written_as_that_of_greenwich(app, hours, text):
    zone = timezone(timedelta(hours=hours))
    assert app.json.dumps(datetime(2024, 2, 3, 4, 5, 6, tzinfo=zone)) == f'"{text}"'


@pytest.mark.parametrize("text", ["1.10", "0.1", "12345678901234567890.5", "1E+2", "-0"])
def test_a_decimal_is_text_and_loses_nothing(app, text):
    assert app.json.dumps(Decimal(text)) == f'"{text}"'


def test_a_uuid_is_text(app):
    text = "12345678-1234-5678-1234-567812345678"
    assert app.json.dumps(UUID(text)) == f'"{text}"'


def test_a_dataclass_is_an_object_of_its_fields(app):
    assert app.json.dumps(Note("Lovely")) == '{"left": null, "text": "Lovely"}'


def test_a_dataclass_may_hold_others_and_dates(app):
    essay = Essay("Walking", [Note("Lovely", PUBLISHED), Note("Long")])
    assert json.loads(app.json.dumps(essay)) == {
        "title": "Walking",
        "notes": [{"text": "Lovely", "left": WRITTEN}, {"text": "Long", "left": None}],
    }


@pytest.mark.parametrize(("value", "text"), [(Badge(), "<b>7</b>"), (Markup("<i>sea</i>"), "<i>sea</i>")])
def test_what_knows_its_own_html_is_that_html_as_text(app, value, text):
    assert app.json.dumps(value) == f'"{text}"'


def test_a_dataclass_that_knows_its_html_is_still_an_object(app):
    assert app.json.dumps(Ribbon("red")) == '{"colour": "red"}'


@pytest.mark.parametrize("value", [PUBLISHED, Decimal("1.10"), UUID(int=7), Note("Lovely"), Badge()])
@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": [{"b": (value,)}]}], ids=["list", "deep"])
def test_they_may_be_anywhere_in_it(app, wrap, value):
    assert json.loads(app.json.dumps(wrap(value))) == json.loads(json.dumps(wrap(json.loads(app.json.dumps(value)))))


def test_an_enumeration_of_numbers_is_a_number(app):
    assert app.json.dumps([Level.HIGH]) == "[3]"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Reader(), "Reader"),
        (Mood.CALM, "Mood"),
        ({1, 2}, "set"),
        (b"sea", "bytes"),
        (1j, "complex"),
        (time(4, 5), "time"),
        (timedelta(1), "timedelta"),
        (iter([]), "list_iterator"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: {"a": [value]}], ids=["alone", "within"])
def test_of_anything_else_the_error_names_the_type(app, wrap, value, name):
    with pytest.raises(TypeError, match=rf"\b{name}\b"):
        app.json.dumps(wrap(value))


@pytest.mark.parametrize("value", [Reader, Note], ids=["class", "dataclass"])
def test_a_class_is_not_written_only_its_instances_are(app, value):
    with pytest.raises(TypeError):
        app.json.dumps(value)


@pytest.mark.parametrize(("key", "name"), [((1, 2), "tuple"), (PUBLISHED, "date"), (UUID(int=7), "UUID")])
def test_a_key_must_be_plain(app, key, name):
    with pytest.raises(TypeError, match=rf"keys must be .*\b{name}\b"):
        app.json.dumps({key: 1})


def test_keys_that_have_no_order_cannot_be_sorted(app):
    with pytest.raises(TypeError, match="not supported between"):
        app.json.dumps({"a": 1, 2: 3})
    app.json.sort_keys = False
    assert app.json.dumps({"a": 1, 2: 3}) == '{"a": 1, "2": 3}'


def test_what_holds_itself_is_refused(app):
    ring = []
    ring.append(ring)
    with pytest.raises(ValueError, match="Circular"):
        app.json.dumps(ring)
