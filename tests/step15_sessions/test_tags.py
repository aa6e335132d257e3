"""Tagged JSON writes what JSON has no form for, and reads it back as it was."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from markupsafe import Markup


@pytest.fixture
def tagged():
    """A serializer."""
    from dram.json.tag import TaggedJSONSerializer

    return TaggedJSONSerializer()


NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
WRITTEN = [
    (None, "null"),
    (True, "true"),
    ("é", r'"\u00e9"'),
    ([1, 2.5, "x"], '[1,2.5,"x"]'),
    ({"a": 1, "b": {}}, '{"a":1,"b":{}}'),
    ((1, "x"), '{" t":[1,"x"]}'),
    ((), '{" t":[]}'),
    (b"\x00\xff", '{" b":"AP8="}'),
    (Markup("<b>&amp;</b>"), '{" m":"<b>&amp;</b>"}'),
    (UUID(int=7), '{" u":"00000000000000000000000000000007"}'),
    (NOON, '{" d":"Sun, 22 Nov 2026 12:00:05 GMT"}'),
    ([(b"x",)], '[{" t":[{" b":"eA=="}]}]'),
    ({"place": ({"page": (7,)},)}, '{"place":{" t":[{"page":{" t":[7]}}]}}'),
    ({" t": [1]}, '{" di":{" t__":[1]}}'),
    ({" b": "x"}, '{" di":{" b__":"x"}}'),
    ({" t__": 1}, '{" t__":1}'),
    ({" b": 1, " t": 2}, '{" b":1," t":2}'),
    ({" x": 1}, '{" x":1}'),
    ({" di": {" t": [1]}}, '{" di":{" di__":{" di":{" t__":[1]}}}}'),
]
ids = [text for _, text in WRITTEN]


@pytest.mark.parametrize(("value", "text"), WRITTEN, ids=ids)
def test_each_kind_has_its_own_form(tagged, value, text):
    assert tagged.dumps(value) == text


@pytest.mark.parametrize(("value", "text"), WRITTEN, ids=ids)
def test_what_was_written_is_read_as_it_was(tagged, value, text):
    read = tagged.loads(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (datetime(2026, 11, 22, 12, 0, 5), NOON),
        (datetime(2026, 11, 22, 14, 0, 5, tzinfo=timezone(timedelta(hours=2))), NOON),
        (NOON.replace(microsecond=7), NOON),
    ],
    ids=["without a zone", "in another zone", "with microseconds"],
)
def test_a_time_is_read_in_utc_to_the_second(tagged, value, read):
    assert tagged.loads(tagged.dumps(value)) == read


def test_what_knows_its_html_is_read_as_markup(tagged):
    class Heading:
        def __html__(self):
            return "<h1>"

    read = tagged.loads(tagged.dumps({"title": Heading()}))
    assert read == {"title": Markup("<h1>")}
    assert isinstance(read["title"], Markup)


@pytest.mark.parametrize("value", [{1}, 1j, object(), timedelta(1), bytearray(b"x"), {(1,): 2}, len], ids=repr)
def test_what_has_no_form_is_a_type_error(tagged, value):
    with pytest.raises(TypeError):
        tagged.dumps({"value": value})


@pytest.fixture
def decimals():
    """A tag for decimal numbers."""
    from dram.json.tag import JSONTag

    class TagDecimal(JSONTag):
        __slots__ = ()
        key = " dec"

        def check(self, value):
            return isinstance(value, Decimal)

        def to_json(self, value):
            return str(value)

        def to_python(self, value):
            return Decimal(value)

    return TagDecimal


@pytest.fixture
def shelves():
    """A class of dicts, and a tag for it that is only reached before that of all dicts."""
    from dram.json.tag import JSONTag

    class Shelf(dict):
        pass

    class TagShelf(JSONTag):
        __slots__ = ()
        key = " shelf"

        def check(self, value):
            return isinstance(value, Shelf)

        def to_json(self, value):
            return [[key, self.serializer.tag(each)] for key, each in value.items()]

        def to_python(self, value):
            return Shelf(value)

    return Shelf, TagShelf


def test_a_tag_of_one_s_own_is_written_and_read(tagged, decimals):
    tagged.register(decimals)
    assert tagged.dumps({"price": Decimal("7.50")}) == '{"price":{" dec":"7.50"}}'
    assert tagged.loads('{"price":{" dec":"7.50"}}') == {"price": Decimal("7.50")}


def test_a_key_can_be_registered_once(tagged, decimals):
    tagged.register(decimals)
    with pytest.raises(KeyError, match="' dec'"):
        tagged.register(decimals)


def test_unless_it_is_forced(tagged, decimals):
    class Rounded(decimals):
        __slots__ = ()

        def to_python(self, value):
            return round(Decimal(value))

    tagged.register(decimals)
    tagged.register(Rounded, force=True)
    assert tagged.loads('{" dec":"7.90"}') == 8


def test_a_tag_is_asked_in_order_and_the_index_says_where(tagged, shelves):
    shelf, tag = shelves
    late = type(tagged)()
    late.register(tag)
    tagged.register(tag, index=0)
    value = shelf(place=(7,))
    assert late.dumps(value) == '{"place":{" t":[7]}}'
    assert tagged.dumps(value) == '{" shelf":[["place",{" t":[7]}]]}'
    assert tagged.loads(tagged.dumps(value)) == value
    assert type(tagged.loads(tagged.dumps(value))) is shelf


def test_the_order_is_there_to_be_seen(tagged, decimals, shelves):
    before = [tag.key for tag in tagged.order]
    assert before == [" di", "", " t", "", " b", " m", " u", " d"]
    tagged.register(decimals)
    tagged.register(shelves[1], index=1)
    assert [tag.key for tag in tagged.order] == [" di", " shelf", *before[1:], " dec"]
    assert sorted(tagged.tags) == sorted(filter(None, [*before, " shelf", " dec"]))


def test_the_sessions_of_an_application_may_have_more_tags(app, session, client, decimals):
    from dram.json.tag import TaggedJSONSerializer
    from dram.sessions import SecureCookieSessionInterface

    class Own(SecureCookieSessionInterface):
        serializer = TaggedJSONSerializer()

    Own.serializer.register(decimals)
    app.session_interface = Own()
    app.get("/pay", endpoint="pay")(lambda: session.update(price=Decimal("7.50")) or "")
    app.get("/price", endpoint="price")(lambda: repr(session["price"]))
    client.get("/pay")
    assert client.get("/price").text == "Decimal('7.50')"
