"""An application gives its templates filters, tests and functions of its own."""

import pytest
from markupsafe import Markup

from dram import Dram

each_kind = pytest.mark.parametrize(
    ("kind", "source", "text"),
    [
        ("filter", "{{ 'x'|NAME }}", "x!"),
        ("test", "{{ 'yes' if 'x' is NAME }}", "yes"),
        ("global", "{{ NAME('x') }}", "x!"),
    ],
    ids=["filter", "test", "global"],
)


def loud(value):
    """Returns what is true."""
    return f"{value}!"


@each_kind
def test_it_has_the_name_of_the_function(app, render_string, kind, source, text):
    getattr(app, f"template_{kind}")()(loud)
    assert render_string(source.replace("NAME", "loud")) == text


@each_kind
@pytest.mark.parametrize(("arguments", "options"), [(["strong"], {}), ([], {"name": "strong"})])
def test_it_may_have_another(app, render_string, kind, source, text, arguments, options):
    getattr(app, f"template_{kind}")(*arguments, **options)(loud)
    assert render_string(source.replace("NAME", "strong")) == text
    assert "loud" not in getattr(app.jinja_env, f"{kind}s")


@each_kind
@pytest.mark.parametrize("arguments", [[], ["strong"]])
def test_the_function_is_given_back_as_it_was(app, kind, source, text, arguments):
    assert getattr(app, f"template_{kind}")(*arguments)(loud) is loud


@each_kind
@pytest.mark.parametrize(
    ("arguments", "options", "name"), [([], {}, "loud"), (["strong"], {}, "strong"), ([], {"name": "strong"}, "strong")]
)
def test_it_may_be_added_without_a_decorator(app, render_string, kind, source, text, arguments, options, name):
    getattr(app, f"add_template_{kind}")(loud, *arguments, **options)
    assert render_string(source.replace("NAME", name)) == text


@each_kind
def test_it_may_be_added_when_the_environment_is_made_already(app, render_string, kind, source, text):
    assert app.jinja_env is not None
    getattr(app, f"add_template_{kind}")(loud)
    assert render_string(source.replace("NAME", "loud")) == text


@pytest.mark.parametrize(("kind", "source"), [("filter", "{{ 'x'|upper }}"), ("global", "{{ range('x') }}")])
def test_it_may_take_the_place_of_one_of_jinjas(app, render_string, kind, source):
    getattr(app, f"add_template_{kind}")(loud, "upper" if kind == "filter" else "range")
    assert render_string(source) == "x!"


@each_kind
def test_it_belongs_to_its_application(app, kind, source, text):
    getattr(app, f"add_template_{kind}")(loud)
    assert "loud" not in getattr(Dram("other").jinja_env, f"{kind}s")


@each_kind
@pytest.mark.parametrize("tag", ["{% include 'part.html' %}", "{% import 'part.html' as part %}{{ part.show() }}"])
def test_all_templates_of_a_page_have_it(app, render, write, kind, source, text, tag):
    getattr(app, f"add_template_{kind}")(loud)
    part = source.replace("NAME", "loud")
    if "import" in tag:
        part = "{% macro show() %}" + part + "{% endmacro %}"
    write({"part.html": part, "page.html": tag})
    assert render("page.html") == text


def test_what_a_filter_returns_is_escaped_unless_it_is_markup(app, render_string):
    app.add_template_filter(lambda text: f"<b>{text}</b>", "bold")
    app.add_template_filter(lambda text: Markup("<b>{}</b>").format(text), "strong")
    assert render_string("{{ '<'|bold }} {{ '<'|strong }}") == "&lt;b&gt;&lt;&lt;/b&gt; <b>&lt;</b>"


@pytest.mark.differs("Flask 3.1 registers nothing, and does not say so")
@each_kind
def test_a_decorator_without_brackets_is_refused(app, kind, source, text):
    with pytest.raises(TypeError, match=r"'loud' must be called"):
        getattr(app, f"template_{kind}")(loud)
