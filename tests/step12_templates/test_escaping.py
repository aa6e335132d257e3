"""What a page prints is escaped, unless it says that it is HTML already."""

import pytest
from markupsafe import Markup

from dram import Dram

EVIL = "<b>&\"'</b>"
ESCAPED = "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;"


class Picture:
    """Knows how it is shown in HTML."""

    def __html__(self):
        return "<img>"

    def __str__(self):
        return "<nothing>"


class Title:
    """Does not."""

    def __str__(self):
        return "<title>"


@pytest.mark.parametrize("suffix", ["html", "htm", "xml", "xhtml", "svg"])
def test_what_these_files_print_is_escaped(render, write, suffix):
    write({f"page.{suffix}": "{{ x }}"})
    assert render(f"page.{suffix}", x=EVIL) == ESCAPED


@pytest.mark.parametrize("name", ["mail.txt", "page.html.txt", "script.js", "html", "data.json", "page.md"])
def test_what_other_files_print_is_not(render, write, name):
    write({name: "{{ x }}"})
    assert render(name, x=EVIL) == EVIL


def test_what_a_text_prints_is_escaped(render_string):
    assert render_string("{{ x }}", x=EVIL) == ESCAPED


@pytest.mark.parametrize(
    ("filename", "escaped"), [("page.html", True), ("deep/page.svg", True), (None, True), ("mail.txt", False)]
)
def test_the_application_says_what_is_escaped(app, filename, escaped):
    assert app.select_jinja_autoescape(filename) is escaped


def test_an_application_may_say_otherwise(tmp_path, write):
    from dram import render_template

    class Mine(Dram):
        def select_jinja_autoescape(self, filename):
            return filename == "page.md"

    write({"page.md": "{{ x }}", "page.html": "{{ x }}"})
    with Mine("tests", root_path=str(tmp_path)).app_context():
        assert render_template("page.md", x="<") == "&lt;"
        assert render_template("page.html", x="<") == "<"


def test_a_script_in_a_query_does_not_run(app, client):
    from dram import render_template_string

    app.get("/")(lambda: render_template_string("You asked for {{ request.args.q }}"))
    text = client.get("/", query_string={"q": "<script>alert(1)</script>"}).text
    assert text == "You asked for &lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_value_does_not_end_its_attribute(render_string, quote):
    text = render_string(f"<a title={quote}{{{{ x }}}}{quote}>", x="\"'><script>")
    assert text == f"<a title={quote}&#34;&#39;&gt;&lt;script&gt;{quote}>"


def test_a_link_is_escaped(app):
    from dram import render_template_string

    app.add_url_rule("/search", "search", lambda: "")
    with app.test_request_context("/"):
        text = render_template_string("{{ url_for('search', q=q, page=2) }}", q='"><script>')
    assert text == "/search?q=%22%3E%3Cscript%3E&amp;page=2"


@pytest.mark.parametrize("value", ["g.x", "config.X", "processed", "made()", "''|filtered"])
def test_it_does_not_matter_where_a_value_comes_from(app, value):
    from dram import g, render_template_string

    app.config["X"] = EVIL
    app.context_processor(lambda: {"processed": EVIL})
    app.add_template_global(lambda: EVIL, "made")
    app.add_template_filter(lambda value: EVIL, "filtered")
    with app.app_context():
        g.x = EVIL
        assert render_template_string(f"{{{{ {value} }}}}") == ESCAPED


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ x|safe }}", "<b>", "<b>"),
        ("{{ x }}", Markup("<b>"), "<b>"),
        ("{{ x }}", Picture(), "<img>"),
        ("{{ x }}", Title(), "&lt;title&gt;"),
        ("{{ x|e }}", "<b>", "&lt;b&gt;"),
        ("{{ x|e }}", Markup("<b>"), "<b>"),
        ("{% autoescape false %}{{ x }}{% endautoescape %}{{ x }}", "<", "<&lt;"),
        ("{{ '<b>' }}", None, "&lt;b&gt;"),
    ],
)
def test_a_template_may_say_what_is_html(render_string, source, value, text):
    assert render_string(source, x=value) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ '<b>'|safe ~ x }}", "<b>&lt;"),
        ("{{ '<b>%s'|safe|format(x) }}", "<b>&lt;"),
        ("{{ [x, '<br>'|safe]|join(' ') }}", "&lt; <br>"),
        ("{% set y %}<b>{{ x }}{% endset %}{{ y }}", "<b>&lt;"),
        ("{% macro m(y) %}<b>{{ y }}{% endmacro %}{{ m(x) }}", "<b>&lt;"),
        ("{% filter upper %}<b>{{ x }}{% endfilter %}", "<B>&LT;"),
    ],
)
def test_what_is_joined_to_html_is_escaped_once(render_string, source, text):
    assert render_string(source, x="<") == text


@pytest.mark.parametrize(
    ("outer", "inner", "text"), [("page.html", "part.txt", "&lt; <"), ("page.txt", "part.html", "< &lt;")]
)
def test_a_file_that_is_included_goes_by_its_own_name(render, write, outer, inner, text):
    write({outer: "{{ x }} {% include '" + inner + "' %}", inner: "{{ x }}"})
    assert render(outer, x="<") == text


def test_a_page_within_a_page_is_escaped_unless_it_is_said_to_be_html(render_string):
    inner = render_string("<b>{{ x }}</b>", x="<")
    assert render_string("{{ inner }}", inner=inner) == "&lt;b&gt;&amp;lt;&lt;/b&gt;"
    assert render_string("{{ inner|safe }}", inner=inner) == "<b>&lt;</b>"
