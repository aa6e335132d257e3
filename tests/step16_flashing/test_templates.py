"""Templates ask for the messages themselves, and a message is text there unless it says that it is HTML."""

import pytest
from markupsafe import Markup

from dram import Dram, render_template, render_template_string

PLAIN = "{% for message in get_flashed_messages() %}[{{ message }}]{% endfor %}"


@pytest.fixture
def render(app):
    """What a template shows to the page after the one that flashed these messages."""
    from dram import flash

    app.secret_key = "for the tests"

    def render(template, *flashes):
        client = app.test_client()
        app.view_functions |= {"say": lambda: [flash(*parts) for parts in flashes]}
        app.view_functions |= {"show": lambda: render_template_string(template)}
        client.get("/say")
        return client.get("/show").text

    app.add_url_rule("/say", endpoint="say")
    app.add_url_rule("/show", endpoint="show")
    return render


def test_a_template_shows_the_messages(render):
    assert render(PLAIN, ["saved"], ["sent"]) == "[saved][sent]"


def test_a_template_shows_nothing_when_there_are_none(render):
    assert render(f"<{PLAIN}>") == "<>"


def test_a_template_can_ask_for_categories(render):
    template = "{% for c, m in get_flashed_messages(with_categories=true) %}{{ c }}:{{ m }} {% endfor %}"
    assert render(template, ["saved"], ["too long", "error"]) == "message:saved error:too long "


def test_a_template_can_filter_by_category(render):
    template = "{{ get_flashed_messages(category_filter=['error']) | join }}|{{ get_flashed_messages() | join }}"
    assert render(template, ["saved"], ["bad", "error"]) == "bad|savedbad"


def test_html_in_a_message_is_escaped(render):
    assert render(PLAIN, ["<script>alert('&')</script>"]) == "[&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;]"


def test_markup_stays_markup_and_what_was_put_into_it_stays_escaped(render):
    message = Markup('Saved. <a href="/notes/{}">Read it</a>').format('"1>')
    assert render(PLAIN, [message]) == '[Saved. <a href="/notes/&#34;1&gt;">Read it</a>]'


def test_a_template_of_an_application_without_a_key_shows_no_messages(app):
    app.get("/")(lambda: render_template_string(f"<{PLAIN}>"))
    assert app.test_client().get("/").text == "<>"


def test_layouts_and_macros_of_other_files_can_ask(tmp_path):
    from dram import flash

    (tmp_path / "layout.html").write_text(f"{PLAIN}{{% block body %}}{{% endblock %}}")
    (tmp_path / "macros.html").write_text(f"{{% macro messages() %}}{PLAIN}{{% endmacro %}}")
    body = "{% from 'macros.html' import messages %} {{ messages() }}"
    (tmp_path / "page.html").write_text(f"{{% extends 'layout.html' %}}{{% block body %}}{body}{{% endblock %}}")
    app = Dram("tests", template_folder=str(tmp_path))
    app.secret_key = "for the tests"
    with app.test_request_context():
        flash("saved")
        assert render_template("page.html") == "[saved] [saved]"
