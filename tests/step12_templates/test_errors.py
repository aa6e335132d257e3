"""Errors say where: in which folders a template was searched, and in which line of which file something is wrong."""

import io
import logging
import traceback
from pathlib import Path

import jinja2
import pytest

from dram import Dram


@pytest.fixture
def log(app):
    """What the application's logger writes."""
    stream = io.StringIO()
    app.logger = logging.Logger("tests")
    app.logger.addHandler(logging.StreamHandler(stream))
    return stream


def places(error):
    """Files and lines on the way to an error, without those of Jinja."""
    inside = Path(jinja2.__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    return [(Path(frame.filename), frame.lineno) for frame in frames if inside not in Path(frame.filename).parents]


@pytest.mark.parametrize("name", ["nowhere.html", "deep/nowhere.html"])
def test_a_template_that_does_not_exist_is_named(render, name):
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        render(name)
    assert caught.value.name == name
    assert name in str(caught.value)


def test_all_names_that_do_not_exist_are_named(render):
    with pytest.raises(jinja2.TemplatesNotFound) as caught:
        render(["first.html", "second.html"])
    assert caught.value.templates == ["first.html", "second.html"]
    assert "first.html, second.html" in str(caught.value)


def test_of_no_names_none_exists(render):
    with pytest.raises(jinja2.TemplateNotFound, match="empty"):
        render([])


@pytest.mark.differs("Flask does not say where a template was searched")
def test_the_error_says_where_it_was_searched(render, tmp_path):
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        render("nowhere.html")
    assert str(caught.value).count(str(tmp_path / "templates")) == 1


@pytest.mark.differs("Flask does not say where a template was searched")
@pytest.mark.parametrize(
    "page",
    [
        "{% include 'nowhere.html' %}",
        "{% extends 'nowhere.html' %}",
        "{% import 'nowhere.html' as m %}",
        "{% from 'nowhere.html' import m %}",
    ],
)
def test_the_error_says_where_one_was_searched_that_another_asks_for(render, write, tmp_path, page):
    write({"page.html": page})
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        render("page.html")
    assert str(caught.value).count(str(tmp_path / "templates")) == 1


@pytest.mark.differs("Flask does not say where a template was searched")
def test_the_error_says_where_one_was_searched_for_its_attribute(app, tmp_path):
    from dram import get_template_attribute

    with app.app_context(), pytest.raises(jinja2.TemplateNotFound) as caught:
        get_template_attribute("nowhere.html", "x")
    assert str(caught.value).count(str(tmp_path / "templates")) == 1


@pytest.mark.differs("Flask does not say where a template was searched")
def test_the_error_names_the_folder_that_was_configured(tmp_path):
    from dram import render_template

    app = Dram("tests", root_path=str(tmp_path), template_folder="pages")
    with app.app_context(), pytest.raises(jinja2.TemplateNotFound) as caught:
        render_template("nowhere.html")
    assert str(tmp_path / "pages") in str(caught.value)


@pytest.mark.differs("Flask does not say where a template was searched")
def test_the_error_names_all_folders_of_a_loader(app, render, tmp_path):
    app.jinja_loader = jinja2.FileSystemLoader([tmp_path / "mine", tmp_path / "theirs"])
    with pytest.raises(jinja2.TemplateNotFound) as caught:
        render("nowhere.html")
    assert all(str(tmp_path / folder) in str(caught.value) for folder in ("mine", "theirs"))


def test_where_there_is_no_folder_a_template_is_missing_all_the_same(app, render):
    app.jinja_loader = jinja2.DictLoader({})
    with pytest.raises(jinja2.TemplateNotFound, match=r"nowhere\.html"):
        render("nowhere.html")


@pytest.mark.differs("Flask does not say where a template was searched")
def test_the_log_says_where_a_template_was_searched(app, client, log, tmp_path):
    from dram import render_template

    app.get("/")(lambda: render_template("nowhere.html"))
    assert client.get("/").status_code == 500
    assert "nowhere.html" in log.getvalue()
    assert str(tmp_path / "templates") in log.getvalue()


def test_visitors_are_not_told_where_templates_are(app, client, tmp_path):
    from dram import render_template

    app.get("/")(lambda: render_template("nowhere.html"))
    response = client.get("/")
    assert response.status_code == 500
    assert str(tmp_path) not in response.text
    assert "nowhere" not in response.text


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("{% if %}", "Expected an expression"),
        ("{{ x", "unexpected end of template"),
        ("{% endif %}", "unknown tag 'endif'"),
        ("{{ x|nothing }}", "No filter named 'nothing'"),
        ("{{ x is nothing }}", "No test named 'nothing'"),
    ],
)
def test_wrong_syntax_is_found_by_file_and_line(render, write, mistake, message):
    path = write({"page.html": f"\n\n{mistake}"})
    with pytest.raises(jinja2.TemplateSyntaxError, match=message) as caught:
        render("page.html")
    assert (Path(caught.value.filename), caught.value.lineno, caught.value.name) == (path, 3, "page.html")
    assert places(caught.value)[-1] == (path, 3)


@pytest.mark.parametrize("tag", ["{% include 'part.html' %}", "{% extends 'part.html' %}"])
def test_wrong_syntax_in_another_file_is_found_there(render, write, tag):
    path = write({"page.html": tag, "part.html": "\n{% if %}"})
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        render("page.html")
    assert (Path(caught.value.filename), caught.value.lineno) == (path, 2)


def test_wrong_syntax_in_a_text_is_found_by_its_line(render_string):
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        render_string("\n{% if %}")
    assert (caught.value.filename, caught.value.lineno) == (None, 2)


OPERATIONS = ["nope + 1", "-nope", "nope > 1", "nope.x", "nope['x']", "nope()", "nope|int", "g.nope.x", "{}.nope.x"]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_done_with_nothing_is_found_by_file_and_line(app, render, write, operation, debug):
    app.debug = debug
    path = write({"page.html": f"\n\n{{{{ {operation} }}}}"})
    with pytest.raises(jinja2.UndefinedError, match="nope") as caught:
        render("page.html")
    assert places(caught.value)[-1] == (path, 3)


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("\n{% include 'part.html' %}", 2),
        ("{% extends 'base.html' %}\n{% block body %}{% include 'part.html' %}{% endblock %}", 2),
        ("{% from 'part.html' import show %}\n\n{{ show() }}", 3),
    ],
    ids=["include", "extends", "macro"],
)
def test_the_way_there_is_in_the_traceback(render, write, page, line):
    write({"base.html": "{% block body %}{% endblock %}"})
    part = write(
        {"part.html": "{% macro show() %}\n\n{{ nope.x }}{% endmacro %}" + "{{ show() }}" * ("import" not in page)}
    )
    path = write({"page.html": page})
    with pytest.raises(jinja2.UndefinedError) as caught:
        render("page.html")
    assert places(caught.value)[-1] == (part, 3)
    assert (path, line) in places(caught.value)


def test_an_error_of_a_function_comes_with_the_line_that_calls_it(render, write):
    path = write({"page.html": "\n\n{{ divide(1, 0) }}"})
    with pytest.raises(ZeroDivisionError) as caught:
        render("page.html", divide=lambda a, b: a / b)
    template, function = places(caught.value)[-2:]
    assert (template, function[0]) == ((path, 3), Path(__file__))


@pytest.mark.parametrize("mistake", ["{{ nope.x }}", "{% if %}", "{{ 1 / 0 }}"])
def test_the_log_has_file_and_line(app, client, log, write, mistake):
    from dram import render_template

    path = write({"page.html": f"\n\n{mistake}"})
    app.get("/")(lambda: render_template("page.html"))
    assert client.get("/").status_code == 500
    assert f'{path.name}", line 3' in log.getvalue()
    assert mistake in log.getvalue()


def test_nothing_is_sent_of_a_page_that_fails(app, client):
    from dram import render_template_string

    app.get("/")(lambda: render_template_string("the beginning {{ nope.x }}"))
    response = client.get("/")
    assert response.status_code == 500
    assert "the beginning" not in response.text
