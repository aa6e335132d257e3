"""A context processor gives values to every template that is rendered."""

import jinja2
import pytest

from dram import Dram


@pytest.mark.parametrize("kind", ["file", "text", "template"])
def test_its_values_are_known_however_a_template_is_rendered(app, render, render_string, write, kind):
    write({"page.html": "{{ user }}"})
    app.context_processor(lambda: {"user": "Ada"})
    if kind == "text":
        assert render_string("{{ user }}") == "Ada"
    else:
        assert render("page.html" if kind == "file" else jinja2.Template("{{ user }}")) == "Ada"


def test_it_is_given_back_as_it_was(app):
    def user():
        return {}

    assert app.context_processor(user) is user


def test_of_two_with_one_name_the_later_wins(app, render_string):
    app.context_processor(lambda: {"user": "first", "one": 1})
    app.context_processor(lambda: {"user": "second", "two": 2})
    assert render_string("{{ user }} {{ one }} {{ two }}") == "second 1 2"


@pytest.mark.parametrize("value", ["Bob", "", None, 0])
def test_what_is_passed_wins(app, render_string, value):
    app.context_processor(lambda: {"user": "Ada", "page": 1})
    assert render_string("{{ user }} {{ page }}", user=value) == f"{value} 1"


@pytest.mark.parametrize("name", ["range", "request", "g", "config", "url_for", "registered"])
def test_it_wins_over_what_all_templates_know(app, name):
    from dram import render_template_string

    app.add_template_global(lambda: "", "registered")
    app.context_processor(lambda: {name: "mine"})
    with app.test_request_context("/"):
        assert render_template_string(f"{{{{ {name} }}}}") == "mine"


def test_it_sees_the_request_and_g(app, client):
    from dram import g, render_template_string, request

    app.before_request(lambda: setattr(g, "user", "Ada"))
    app.context_processor(lambda: {"who": f"{g.user} at {request.path}"})
    app.get("/here")(lambda: render_template_string("{{ who }}"))
    assert client.get("/here").text == "Ada at /here"


def test_it_is_called_once_for_each_page(app, render, write):
    calls = []
    app.context_processor(lambda: calls.append(1) or {"calls": len(calls)})
    write(
        {
            "base.html": "{{ calls }} {% block body %}{% endblock %}",
            "part.html": "{{ calls }}",
            "page.html": "{% extends 'base.html' %}{% block body %}{% include 'part.html' %}{% endblock %}",
        }
    )
    assert (render("page.html"), render("page.html")) == ("1 1", "2 2")


@pytest.mark.parametrize(("tag", "text"), [("", "[]"), (" with context", "[Ada]")])
def test_an_imported_template_has_its_values_only_with_context(app, render, write, tag, text):
    write(
        {
            "macros.html": "{% macro show() %}[{{ user }}]{% endmacro %}",
            "page.html": "{% import 'macros.html' as macros" + tag + " %}{{ macros.show() }}",
        }
    )
    app.context_processor(lambda: {"user": "Ada"})
    assert render("page.html") == text


@pytest.mark.parametrize("value", [None, 5])
def test_one_that_does_not_return_a_dict_is_refused(app, render_string, value):
    app.context_processor(lambda: value)
    with pytest.raises(TypeError):
        render_string("")


def test_it_belongs_to_its_application(app, render_string):
    from dram import render_template_string

    app.context_processor(lambda: {"user": "Ada"})
    with Dram("other").app_context():
        assert render_template_string("[{{ user }}]") == "[]"
    assert render_string("[{{ user }}]") == "[Ada]"
