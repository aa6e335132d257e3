"""A name that a template was not given prints nothing; while debugging the log says which, and where."""

import logging
import re

import jinja2
import pytest


@pytest.fixture
def records(app):
    """What the application's logger is given, from now on."""
    handler = logging.Handler()
    records = []
    handler.emit = records.append
    app.logger = logging.Logger("tests")
    app.logger.addHandler(handler)
    return records


@pytest.fixture
def debugged(app, records):
    """The warnings of an application that is being debugged."""
    app.debug = True
    return records


def says(records, *words):
    """Whether there is one warning, with all of these words in it."""
    if [record.levelname for record in records] != ["WARNING"]:
        return False
    return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", records[0].getMessage()) for word in words)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("value", ["nope", "book.titel", "book['titel']", "g.nope", "nope ~ ''", "nope|upper"])
@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_it_prints_nothing(app, records, render, write, debug, value, name):
    app.debug = debug
    write({name: f"[{{{{ {value} }}}}]"})
    assert render(name, book={}) == "[]"


@pytest.mark.differs("Flask says nothing of a name that is missing")
@pytest.mark.parametrize("name", ["page.html", "page.txt", "deep/page.html"])
def test_while_debugging_a_warning_says_which_and_where(debugged, render, write, name):
    write({name: "\n\n[{{ nope }}]"})
    assert render(name) == "\n\n[]"
    assert says(debugged, "nope", name, "3")


@pytest.mark.differs("Flask says nothing of a name that is missing")
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{{ book.titel }}", "titel"),
        ("{{ book['titel'] }}", "titel"),
        ("{{ book['100% wool'] }}", "100% wool"),
        ("{{ g.nope }}", "nope"),
        ("{{ nope|upper }}", "nope"),
        ("{{ nope|length }}", "nope"),
        ("{{ 'a' ~ nope }}", "nope"),
        ("{% autoescape false %}{{ nope }}{% endautoescape %}", "nope"),
        ("{% for x in [1] %}{{ nope }}{% endfor %}", "nope"),
        ("<a title='{{ nope }}'>", "nope"),
    ],
)
def test_it_does_not_matter_how_it_comes_to_be_printed(debugged, render, write, source, name):
    write({"page.html": f"\n\n{source}"})
    render("page.html", book={})
    assert says(debugged, name, "page.html", "3")


@pytest.mark.differs("Flask says nothing of a name that is missing")
@pytest.mark.parametrize(
    ("page", "culprit"),
    [
        ("{% include 'part.html' %}", "part.html"),
        ("{% extends 'part.html' %}", "part.html"),
        ("{% extends 'base.html' %}\n\n{% block body %}{{ nope }}{% endblock %}", "page.html"),
        ("{% from 'macros.html' import show %}{{ show() }}", "macros.html"),
        ("{% from 'macros.html' import frame %}{% call frame() %}\n\n{{ nope }}{% endcall %}", "page.html"),
    ],
    ids=["include", "extends", "block", "macro", "call"],
)
def test_the_file_is_the_one_in_which_it_is_printed(debugged, render, write, page, culprit):
    write(
        {
            "part.html": "\n\n{{ nope }}",
            "base.html": "{% block body %}{% endblock %}",
            "macros.html": "{% macro show() %}\n\n{{ nope }}{% endmacro %}"
            "{% macro frame() %}[{{ caller() }}]{% endmacro %}",
            "page.html": page,
        }
    )
    render("page.html")
    assert says(debugged, "nope", culprit, "3")


@pytest.mark.differs("Flask says nothing of a name that is missing")
def test_a_text_has_no_file_but_a_line(debugged, render_string):
    assert render_string("\n\n{{ nope }}") == "\n\n"
    assert says(debugged, "nope", "3")
    assert "None" not in debugged[0].getMessage()


@pytest.mark.differs("Flask says nothing of a name that is missing")
def test_each_name_has_a_warning(debugged, render_string):
    render_string("{{ one }}\n{{ two }}")
    assert [says([record], name) for record, name in zip(debugged, ["one", "two"], strict=False)] == [True, True]


@pytest.mark.differs("Flask says nothing of a name that is missing")
def test_the_environment_alone_says_it_too(app, debugged):
    assert app.jinja_env.from_string("[{{ nope }}]").render() == "[]"
    assert says(debugged, "nope", "1")


@pytest.mark.differs("Flask says nothing of a name that is missing")
def test_it_is_said_from_when_debugging_begins(app, records, render_string):
    render_string("{{ nope }}")
    assert records == []
    app.debug = True
    render_string("{{ nope }}")
    assert says(records, "nope", "1")


@pytest.mark.parametrize("source", ["{{ nope }}", "{{ book.titel }}", "{{ nope|upper }}"])
def test_without_debugging_nothing_is_said(records, render_string, source):
    render_string(source, book={})
    assert records == []


def test_nothing_is_said_when_debugging_has_ended(app, debugged, render_string):
    assert app.jinja_env is not None
    app.debug = False
    render_string("{{ nope }}")
    assert debugged == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ nope is defined }}", "False"),
        ("{{ nope is undefined }}", "True"),
        ("{{ nope|default('so') }}", "so"),
        ("{{ book.titel|d('so') }}", "so"),
        ("{{ nope or 'so' }}", "so"),
        ("{{ 'so' if nope else 'not' }}", "not"),
        ("{% if not nope %}not{% endif %}", "not"),
        ("{{ none }} {{ '' }}", "None "),
        ("{{ g.get('nope', 'so') }}", "so"),
    ],
)
def test_to_ask_whether_there_is_one_is_no_mistake(debugged, render_string, source, text):
    assert render_string(source, book={}) == text
    assert debugged == []


@pytest.mark.parametrize("debug", [False, True])
def test_an_application_may_be_strict(app, records, render_string, debug):
    app.jinja_options = {"undefined": jinja2.StrictUndefined}
    app.debug = debug
    with pytest.raises(jinja2.UndefinedError, match="nope"):
        render_string("{{ nope }}")
    assert records == []
