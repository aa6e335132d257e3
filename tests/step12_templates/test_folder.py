"""Templates are in one folder, and nothing outside of it is a template."""

import importlib
import os

import jinja2
import pytest
from werkzeug.test import create_environ, run_wsgi_app

from dram import Dram


def folder_of(path, text):
    """Make a folder with a page in it."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "page.html").write_text(text, encoding="utf-8")
    return path


def rendered(app, name="page.html"):
    from dram import render_template

    with app.app_context():
        return render_template(name)


def test_it_is_called_templates(app, tmp_path):
    folder_of(tmp_path / "templates", "found")
    assert app.template_folder == "templates"
    assert rendered(app) == "found"


def test_it_is_beside_the_module_that_makes_the_application(monkeypatch, tmp_path):
    (tmp_path / "marginalia_of_step12.py").write_text("import dram\napp = dram.Dram(__name__)\n", encoding="utf-8")
    folder_of(tmp_path / "templates", "beside")
    monkeypatch.syspath_prepend(tmp_path)
    assert rendered(importlib.import_module("marginalia_of_step12").app) == "beside"


@pytest.mark.parametrize("folder", ["pages", "pages/", "deep/pages"])
def test_it_may_have_another_name(tmp_path, folder):
    folder_of(tmp_path / folder, "found")
    app = Dram("tests", root_path=str(tmp_path), template_folder=folder)
    assert app.template_folder == folder
    assert rendered(app) == "found"


@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["str", "Path"])
def test_it_may_be_anywhere(tmp_path, kind):
    folder = folder_of(tmp_path / "elsewhere", "found")
    app = Dram("tests", root_path=str(tmp_path / "here"), template_folder=kind(folder))
    assert os.fspath(app.template_folder) == str(folder)
    assert rendered(app) == "found"


def test_the_working_directory_does_not_matter(app, monkeypatch, tmp_path):
    folder_of(tmp_path / "templates", "the application's")
    folder_of(tmp_path / "elsewhere" / "templates", "another")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert rendered(app) == "the application's"


def test_it_need_not_exist(tmp_path):
    from dram import render_template_string

    app = Dram("tests", root_path=str(tmp_path), template_folder="nowhere")
    with app.app_context():
        assert render_template_string("{{ 1 + 1 }}") == "2"
    with pytest.raises(jinja2.TemplateNotFound):
        rendered(app)


def test_there_need_not_be_one(tmp_path):
    from dram import render_template_string

    folder_of(tmp_path / "templates", "not asked for")
    app = Dram("tests", root_path=str(tmp_path), template_folder=None)
    assert app.template_folder is None
    assert app.jinja_loader is None
    with app.app_context():
        assert render_template_string("{{ 1 + 1 }}") == "2"
    with pytest.raises(jinja2.TemplateNotFound):
        rendered(app)


OUTSIDE = ["../page.html", "deep/../../page.html", "deep/../page.html", "..\\page.html", "..", "\0page.html", ""]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_does_not_lead_out_of_it(app, tmp_path, name):
    folder_of(tmp_path, "a secret")
    folder_of(tmp_path / "templates" / "deep", "deep")
    with pytest.raises(jinja2.TemplateNotFound):
        rendered(app, name)


def test_an_absolute_name_does_not_lead_out_of_it(app, tmp_path):
    path = folder_of(tmp_path, "a secret") / "page.html"
    with pytest.raises(jinja2.TemplateNotFound):
        rendered(app, str(path))


@pytest.mark.parametrize("tag", ["{% include name %}", "{% extends name %}", "{% import name as m %}{{ m.secret }}"])
def test_a_template_does_not_lead_out_of_it(app, tmp_path, tag):
    from dram import render_template_string

    folder_of(tmp_path, "a secret{% set secret = 'a secret' %}")
    with app.app_context(), pytest.raises(jinja2.TemplateNotFound):
        render_template_string(tag, name="../page.html")


@pytest.mark.parametrize("name", ["../page.html", "deep/../../page.html", "..\\page.html"])
def test_a_request_does_not_lead_out_of_it(app, tmp_path, name):
    from dram import render_template

    folder_of(tmp_path, "a secret")
    folder_of(tmp_path / "templates", "public")
    folder_of(tmp_path / "templates" / "deep", "deep")
    app.get("/pages/<path:name>")(lambda name: render_template(name))
    app.register_error_handler(jinja2.TemplateNotFound, lambda error: ("no such page", 404))
    answers = []
    for path in ("page.html", name):
        environ = {**create_environ(), "PATH_INFO": f"/pages/{path}"}
        body, status, _ = run_wsgi_app(app, environ, buffered=True)
        answers.append((status[:3], b"".join(body)))
    assert answers == [("200", b"public"), ("404", b"no such page")]
