"""`render_template` makes a page of a file, `render_template_string` one of a text."""

import jinja2
import pytest

from dram import Dram


def test_a_view_returns_a_page_made_of_a_file(app, client, write):
    from dram import render_template

    write({"essay.html": "<h1>{{ title }}</h1>"})
    app.get("/")(lambda: render_template("essay.html", title="On Margins"))
    response = client.get("/")
    assert (response.status, response.text) == ("200 OK", "<h1>On Margins</h1>")
    assert response.headers.get("Content-Type") == "text/html; charset=utf-8"


def test_a_view_returns_a_page_made_of_a_text(app, client):
    from dram import render_template_string

    app.get("/<title>")(lambda title: render_template_string("<h1>{{ title }}</h1>", title=title))
    assert client.get("/Margins").text == "<h1>Margins</h1>"


def test_a_script_needs_no_request(render, write):
    write({"mail.txt": "Dear {{ name }},"})
    assert render("mail.txt", name="Ada") == "Dear Ada,"


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("render_template", ["page.html"]),
        ("render_template_string", ["text"]),
        ("get_template_attribute", ["page.html", "x"]),
    ],
)
def test_without_a_context_it_is_refused(function, arguments):
    import dram

    with pytest.raises(RuntimeError, match="Working outside of application context"):
        getattr(dram, function)(*arguments)


@pytest.mark.parametrize("name", ["page.html", "admin/page.html", "admin/deep/page.html"])
def test_a_name_may_lead_into_folders(render, write, name):
    write({name: "found"})
    assert render(name) == "found"


def test_files_are_read_as_utf_8(render, write):
    write({"page.html": "Bücher — 本"})
    assert render("page.html") == "Bücher — 本"


def test_of_several_names_the_first_that_exists_is_rendered(render, write):
    write({"second.html": "second", "third.html": "third"})
    assert render(["first.html", "second.html", "third.html"]) == "second"
    assert render(("first.html", "third.html", "second.html")) == "third"


def test_a_template_that_was_loaded_already_may_stand_for_a_name(app, render, write):
    write({"page.html": "{{ x }}"})
    assert render(app.jinja_env.get_template("page.html"), x=1) == "1"
    assert render(["nowhere.html", app.jinja_env.from_string("string {{ x }}")], x=1) == "string 1"


def test_a_template_may_come_from_elsewhere(app, render):
    app.context_processor(lambda: {"y": 2})
    assert render(jinja2.Template("{{ x }} {{ y }}"), x=1) == "1 2"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("{% extends 'base.html' %}{% block body %}{{ x }}{% endblock %}", "<html>1</html>"),
        ("[{% include 'part.html' %}]", "[part 1]"),
        ("{% import 'macros.html' as m %}{{ m.twice(x) }}", "1 1"),
        ("{% from 'macros.html' import twice %}{{ twice(x) }}", "1 1"),
    ],
    ids=["extends", "include", "import", "from"],
)
def test_templates_are_made_of_others(render, write, page, text):
    write(
        {
            "base.html": "<html>{% block body %}{% endblock %}</html>",
            "part.html": "part {{ x }}",
            "macros.html": "{% macro twice(y) %}{{ y }} {{ y }}{% endmacro %}",
            "page.html": page,
        }
    )
    assert render("page.html", x=1) == text


def test_what_was_rendered_is_plain_text(render, render_string, write):
    from markupsafe import Markup

    write({"page.html": "{{ x }}"})
    assert type(render("page.html", x=Markup("x"))) is str
    assert type(render_string("{{ x }}", x=Markup("x"))) is str


@pytest.mark.parametrize("name", ["app", "config", "context", "ctx", "environment", "name", "template", "values"])
def test_a_value_may_have_any_name(render, render_string, write, name):
    write({"page.html": f"{{{{ {name} }}}}"})
    assert render("page.html", **{name: "mine"}) == render_string(f"{{{{ {name} }}}}", **{name: "mine"}) == "mine"


def test_a_value_is_not_taken_for_a_template(render_string):
    assert render_string("{{ x }}", x="{{ 7 * 7 }}{% include 'x' %}") == "{{ 7 * 7 }}{% include &#39;x&#39; %}"


def test_error_pages_may_be_rendered(app, client, write):
    from dram import render_template

    write({"404.html": "Nothing at {{ request.path }}: {{ error.description }}"})
    app.errorhandler(404)(lambda error: (render_template("404.html", error=error), 404))
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert response.text.startswith("Nothing at /nowhere: The requested URL was not found")


def test_a_request_within_another_has_its_own_templates(app, client, write, tmp_path):
    from dram import render_template

    write({"page.html": "one {{ config.NAME }}"})
    (tmp_path / "other" / "templates").mkdir(parents=True)
    (tmp_path / "other" / "templates" / "page.html").write_text("other {{ config.NAME }}", encoding="utf-8")
    other = Dram("other", root_path=str(tmp_path / "other"))
    app.config["NAME"], other.config["NAME"] = "a", "b"
    app.get("/")(lambda: render_template("page.html"))
    with other.test_request_context("/"):
        assert (render_template("page.html"), client.get("/").text) == ("other b", "one a")
        assert render_template("page.html") == "other b"


@pytest.mark.parametrize(
    ("function", "wrong"), [("render_template", 5), ("render_template_string", 5), ("render_template_string", None)]
)
def test_what_is_no_template_is_refused(app, function, wrong):
    import dram

    with app.app_context(), pytest.raises(TypeError):
        getattr(dram, function)(wrong)
