"""`get_template_attribute` takes a macro or a variable out of a template."""

import pytest

SOURCE = """{% macro hello(name) %}Hello {{ name }}{% endmacro %}
{% macro where() %}{{ request.path }} {{ g.user }} {{ config.NAME }}{% endmacro %}
{% set answer = 42 %}"""


@pytest.fixture
def take(app, write):
    """`get_template_attribute` of that template, in an application context of its own."""
    from dram import get_template_attribute

    write({"macros.html": SOURCE})

    def take(attribute, name="macros.html"):
        with app.app_context():
            return get_template_attribute(name, attribute)

    return take


def test_a_macro_is_a_function(take):
    assert take("hello")("World") == "Hello World"


def test_a_macro_escapes_its_arguments(take):
    hello = take("hello")("<World>")
    assert hello == "Hello &lt;World&gt;"
    assert hello.__html__() == hello


def test_a_variable_is_its_value(take):
    assert take("answer") == 42


def test_a_macro_knows_what_all_templates_know(app, write):
    from dram import g, get_template_attribute

    write({"macros.html": SOURCE})
    app.config["NAME"] = "Marginalia"
    for user in ("ada", "bob"):
        with app.test_request_context(f"/{user}"):
            g.user = user
            assert get_template_attribute("macros.html", "where")() == f"/{user} {user} Marginalia"


def test_context_processors_are_not_asked(app, take):
    calls = []
    app.context_processor(lambda: calls.append(1) or {})
    assert take("hello")("World") == "Hello World"
    assert calls == []


def test_what_the_template_does_not_have_is_named_in_the_error(take):
    with pytest.raises(AttributeError, match="nothing"):
        take("nothing")
