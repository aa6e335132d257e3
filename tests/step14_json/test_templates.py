"""`tojson` in a template is the provider's JSON, and safe where a browser reads HTML."""

from datetime import date
from decimal import Decimal

import pytest
from markupsafe import escape

from dram import render_template_string

PUBLISHED = date(2024, 2, 3)
WRITTEN = "Sat, 03 Feb 2024 00:00:00 GMT"

DANGEROUS = [
    ("</script><script>alert(1)</script>", r"\u003c/script\u003e\u003cscript\u003ealert(1)\u003c/script\u003e"),
    ("<!--<script>", r"\u003c!--\u003cscript\u003e"),
    ("]]>", r"]]\u003e"),
    ("&lt;", r"\u0026lt;"),
    ("' onclick='alert(1)", r"\u0027 onclick=\u0027alert(1)"),
]


@pytest.fixture
def page(app, client):
    """Renders a template in a view, and returns what the client gets to see."""

    def render(source, **values):
        app.add_url_rule("/", "page", lambda: render_template_string(source, **values))
        return client.get("/").text

    return render


def test_it_writes_what_the_provider_can_write(page):
    assert page("{{ value|tojson }}", value={"when": PUBLISHED, "price": Decimal("1.10")}) == (
        f'{{"price": "1.10", "when": "{WRITTEN}"}}'
    )


def test_it_writes_as_the_applications_own_provider_does(app, page):
    from dram.json.provider import DefaultJSONProvider

    class Iso(DefaultJSONProvider):
        ensure_ascii = False

        def default(self, o):
            return o.isoformat() if isinstance(o, date) else super().default(o)

    app.json = Iso(app)
    assert page("{{ value|tojson }}", value=[PUBLISHED, "Zoë"]) == '["2024-02-03", "Zoë"]'


@pytest.mark.differs("in templates Flask sorts the keys whatever the provider says")
def test_its_keys_may_stay_in_the_views_own_order(app, page):
    app.json.sort_keys = False
    assert page("{{ value|tojson }}", value={"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_it_may_be_indented(page):
    assert page("{{ value|tojson(indent=2) }}", value=[PUBLISHED]) == f'[\n  "{WRITTEN}"\n]'


@pytest.mark.guard(removes="unescaped.patch")
@pytest.mark.parametrize(("text", "written"), DANGEROUS)
def test_nothing_in_it_ends_a_script(page, text, written):
    assert page("<script>let x = {{ x|tojson }}</script>", x={text: [text]}) == (
        f'<script>let x = {{"{written}": ["{written}"]}}</script>'
    )


@pytest.mark.parametrize(("text", "written"), DANGEROUS)
def test_nothing_that_an_own_provider_writes_ends_a_script_either(app, page, text, written):
    from dram.json.provider import JSONProvider

    class Raw(JSONProvider):
        def dumps(self, obj, **kwargs):
            return f'"{obj}"'

    app.json = Raw(app)
    assert page("<script>let x = {{ x|tojson }}</script>", x=text) == f'<script>let x = "{written}"</script>'


@pytest.mark.guard(removes="unescaped.patch")
def test_nothing_in_it_ends_an_attribute_in_single_quotes(page):
    assert page("<a data-x='{{ x|tojson }}'>", x=["'>"]) == r"""<a data-x='["\u0027\u003e"]'>"""


def test_it_is_not_escaped_a_second_time(page):
    assert page("{{ x|tojson }}", x=[PUBLISHED, '"']) == f'["{WRITTEN}", "\\""]'


def test_in_double_quotes_it_has_to_be(page):
    written = page("{{ x|tojson|forceescape }}", x=[PUBLISHED])
    assert written == escape(f'["{WRITTEN}"]')


def test_it_is_as_safe_where_nothing_is_escaped(page):
    template = "{% autoescape false %}{{ x|tojson }}{% endautoescape %}"
    assert page(template, x=[PUBLISHED, "</script>"]) == f'["{WRITTEN}", "\\u003c/script\\u003e"]'


def test_of_what_cannot_be_written_the_error_names_the_type(app):
    assert app.json
    with app.app_context(), pytest.raises(TypeError, match="set"):
        render_template_string("{{ x|tojson }}", x={1})
