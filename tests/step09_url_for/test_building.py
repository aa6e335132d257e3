"""`url_for` makes the URL that leads to an endpoint."""

from uuid import UUID

import pytest
from werkzeug.routing import BaseConverter, Rule


def view(**values):
    """Answers for all endpoints here; the tests are about their URLs."""
    return values


@pytest.fixture
def app(app):
    app.add_url_rule("/", "index", view)
    app.add_url_rule("/essays/", "essays", view)
    app.add_url_rule("/essays/<int:number>", "essay", view)
    app.add_url_rule("/readers/<name>", "reader", view)
    app.add_url_rule("/files/<path:name>", "file", view)
    return app


@pytest.fixture
def url_for(app):
    """`url_for`, within a request for the root."""
    from dram import url_for

    with app.test_request_context("/"):
        yield url_for


def test_an_endpoint_and_its_values_make_a_url(url_for):
    assert url_for("essays") == "/essays/"
    assert url_for("essay", number=7) == "/essays/7"


def test_the_application_makes_the_same(app, url_for):
    assert app.url_for("essay", number=7, q="sea", _anchor="end") == url_for("essay", number=7, q="sea", _anchor="end")


def test_a_link_follows_when_its_rule_moves():
    from dram import Dram, url_for

    urls = []
    for rule in ("/essays/<int:number>", "/read/<int:number>/"):
        app = Dram("tests")
        app.add_url_rule(rule, "essay", view)
        with app.test_request_context("/"):
            urls.append(url_for("essay", number=7))
    assert urls == ["/essays/7", "/read/7/"]


@pytest.mark.parametrize(
    ("converter", "value", "url"),
    [
        ("int", 7, "/7"),
        ("int", "7", "/7"),
        ("int(fixed_digits=3)", 7, "/007"),
        ("float", 1.5, "/1.5"),
        ("uuid", UUID(int=7), "/00000000-0000-0000-0000-000000000007"),
        ("any(old, new)", "new", "/new"),
        ("string", 7, "/7"),
        ("path", "a/b/c", "/a/b/c"),
    ],
)
def test_a_converter_writes_its_value(app, url_for, converter, value, url):
    app.add_url_rule(f"/<{converter}:value>", "converted", view)
    assert url_for("converted", value=value) == url


def test_a_converter_of_ones_own_writes_its_value(app, url_for):
    class Names(BaseConverter):
        def to_url(self, value):
            return "+".join(value)

    app.url_map.converters["names"] = Names
    app.add_url_rule("/by/<names:authors>", "by", view)
    assert url_for("by", authors=["Ada", "Grace"]) == "/by/Ada+Grace"


@pytest.mark.parametrize(("endpoint", "value"), [("essay", "seven"), ("era", "middle")])
def test_a_value_that_its_converter_refuses_is_a_value_error(app, url_for, endpoint, value):
    app.add_url_rule("/<any(old, new):number>", "era", view)
    with pytest.raises(ValueError, match=value):
        url_for(endpoint, number=value)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("Ada Lovelace", "Ada%20Lovelace"),
        ("Zoë", "Zo%C3%AB"),
        ("本", "%E6%9C%AC"),
        ("who?", "who%3F"),
        ("C#", "C%23"),
        ("100%", "100%25"),
        ("a%20b", "a%2520b"),
        ('"<b>', "%22%3Cb%3E"),
        ("a\nb", "a%0Ab"),
    ],
)
@pytest.mark.parametrize(("endpoint", "beginning"), [("reader", "/readers/"), ("file", "/files/some/")])
def test_what_would_mean_something_else_in_a_url_is_quoted(url_for, endpoint, beginning, name, quoted):
    name = f"some/{name}" if endpoint == "file" else name
    assert url_for(endpoint, name=name) == beginning + quoted


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Zoë", "who?", "C#", "100%", "a%20b", "a+b&c=d;e", "it's", "a:b@c", ".x"]
)
def test_the_view_gets_the_value_that_the_link_was_made_of(app, client, name):
    from dram import url_for

    with app.test_request_context("/"):
        url = url_for("reader", name=name)
    assert client.get(url).get_json() == {"name": name}


@pytest.mark.parametrize("name", ["/example.org/", "//example.org/"])
def test_no_value_makes_the_url_lead_to_another_host(app, url_for, name):
    app.add_url_rule("/<path:name>", "anything", view)
    assert url_for("anything", name=name) == "/example.org/"


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({"q": "sea", "page": 2}, "q=sea&page=2"),
        ({"page": 2, "q": "sea"}, "page=2&q=sea"),
        ({"tag": ["sea", "sand"], "page": 2}, "tag=sea&tag=sand&page=2"),
        ({"tag": ("sea", "sand")}, "tag=sea&tag=sand"),
        ({"q": ""}, "q="),
        ({"q": 0}, "q=0"),
        ({"q": False}, "q=False"),
    ],
)
def test_values_that_no_rule_asks_for_become_the_query(url_for, values, query):
    assert url_for("essay", number=7, **values) == f"/essays/7?{query}"


def test_the_query_is_quoted_too(url_for):
    assert url_for("essays", q="sea & sand = 1 + 1?", **{"ä b": "#1"}) == (
        "/essays/?q=sea+%26+sand+%3D+1+%2B+1?&%C3%A4+b=%231"
    )


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({"q": None}, "/essays/"),
        ({"q": None, "page": 2}, "/essays/?page=2"),
        ({"tag": []}, "/essays/"),
        ({"tag": ["sea", None]}, "/essays/?tag=sea"),
    ],
)
def test_none_is_left_out(url_for, values, url):
    assert url_for("essays", **values) == url


@pytest.mark.parametrize("name", ["self", "app", "context", "request", "values", "method", "_private"])
def test_a_value_may_be_called_anything(app, url_for, name):
    assert url_for("index", **{name: "x"}) == app.url_for("index", **{name: "x"}) == f"/?{name}=x"


def test_the_values_are_given_by_name(app, url_for):
    for function in (url_for, app.url_for):
        with pytest.raises(TypeError, match="positional"):
            function("essay", 7)


@pytest.mark.parametrize(
    ("anchor", "fragment"),
    [
        (None, ""),
        ("note-3", "#note-3"),
        ("to do", "#to%20do"),
        ("ü", "#%C3%BC"),
        ("a/b?c=d&e", "#a/b?c=d&e"),
        ('"><b>', "#%22%3E%3Cb%3E"),
        ("", "#"),
    ],
)
def test_an_anchor_comes_last_and_is_quoted(url_for, anchor, fragment):
    assert url_for("essay", number=7, _anchor=anchor) == f"/essays/7{fragment}"
    assert url_for("essay", number=7, _anchor=anchor, q="sea") == f"/essays/7?q=sea{fragment}"


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "/notes/"),
        ({"by": "Ada"}, "/notes/by/Ada"),
        ({"by": None}, "/notes/"),
        ({"page": 2}, "/notes/?page=2"),
        ({"by": "Ada", "page": 2}, "/notes/by/Ada?page=2"),
        ({"by": "Ada", "year": 1843}, "/notes/by/Ada/1843"),
    ],
)
def test_of_several_rules_the_one_that_fits_the_values_is_taken(app, url_for, values, url):
    app.add_url_rule("/notes/", "notes", view)
    app.add_url_rule("/notes/by/<by>", "notes", view)
    app.add_url_rule("/notes/by/<by>/<int:year>", "notes", view)
    assert url_for("notes", **values) == url


@pytest.mark.parametrize(("values", "url"), [({}, "/shelf/"), ({"page": 1}, "/shelf/"), ({"page": 2}, "/shelf/page/2")])
def test_a_default_has_the_url_without_it(app, url_for, values, url):
    app.add_url_rule("/shelf/", "shelf", view, defaults={"page": 1})
    app.add_url_rule("/shelf/page/<int:page>", "shelf", view)
    assert url_for("shelf", **values) == url


@pytest.mark.parametrize(("method", "url"), [("GET", "/list"), ("POST", "/add"), ("HEAD", "/list"), (None, "/list")])
def test_the_method_chooses_among_the_rules_of_an_endpoint(app, url_for, method, url):
    app.add_url_rule("/list", "notes", view, methods=["GET"])
    app.add_url_rule("/add", "notes", view, methods=["POST"])
    assert url_for("notes", _method=method) == url


@pytest.mark.parametrize(("method", "urls"), [("GET", ["/list", "/add"]), ("POST", ["/add", "/add"])])
def test_unless_told_otherwise_the_method_is_that_of_the_request(app, method, urls):
    from dram import url_for

    app.add_url_rule("/list", "notes", view, methods=["GET"])
    app.add_url_rule("/add", "notes", view, methods=["POST"])
    with app.test_request_context("/", method=method):
        assert [url_for("notes"), url_for("notes", _method="POST")] == urls
        assert url_for("essays") == "/essays/"


def test_a_rule_put_into_the_map_by_hand_has_its_url_too(app, url_for):
    app.url_map.add(Rule("/by/hand/<int:number>", endpoint="by_hand"))
    assert url_for("by_hand", number=7) == "/by/hand/7"


def test_an_application_may_make_its_urls_its_own_way():
    from dram import Dram, url_for

    class Dated(Dram):
        def url_for(self, endpoint, **values):
            return super().url_for(endpoint, v="3", **values)

    app = Dated("tests")
    app.add_url_rule("/", "index", view)
    with app.test_request_context("/"):
        assert url_for("index", q="sea", _anchor="end") == "/?v=3&q=sea#end"
