"""A template is read once, or again whenever its file has changed: so while debugging, or where it is configured."""

import os

import jinja2
import pytest

READ_ONCE, READ_AGAIN = ["one", "one"], ["one", "two"]


@pytest.fixture
def change(write):
    """Write a template, with a time that no other had before."""
    times = iter(range(1_000_000, 2_000_000, 1000))

    def change(name, text):
        os.utime(write({name: text}), (time := next(times), time))

    return change


@pytest.fixture
def both(change, render):
    """What a template is before and after a change."""

    def both():
        change("page.html", "one")
        texts = [render("page.html")]
        change("page.html", "two")
        return [*texts, render("page.html")]

    return both


def test_it_is_a_setting_that_says_nothing_at_first(app):
    assert app.config.get("TEMPLATES_AUTO_RELOAD", "no such setting") is None


@pytest.mark.parametrize(
    ("setting", "debug", "texts"),
    [
        (None, False, READ_ONCE),
        (None, True, READ_AGAIN),
        (False, False, READ_ONCE),
        (False, True, READ_ONCE),
        (True, False, READ_AGAIN),
        (True, True, READ_AGAIN),
    ],
)
def test_it_is_read_again_where_configured_and_otherwise_while_debugging(app, both, setting, debug, texts):
    app.config["TEMPLATES_AUTO_RELOAD"] = setting
    app.debug = debug
    assert both() == texts


@pytest.mark.parametrize(("before", "after", "texts"), [(False, True, READ_AGAIN), (True, False, READ_ONCE)])
def test_debugging_may_begin_and_end_when_the_environment_is_made_already(app, both, before, after, texts):
    app.debug = before
    assert app.jinja_env is not None
    app.debug = after
    assert both() == texts


@pytest.mark.parametrize(("setting", "texts"), [(False, READ_ONCE), (True, READ_AGAIN)])
@pytest.mark.parametrize("debug", [False, True])
def test_what_is_configured_stays_when_debugging_begins_or_ends(app, both, setting, texts, debug):
    app.config["TEMPLATES_AUTO_RELOAD"] = setting
    app.debug = not debug
    assert app.jinja_env is not None
    app.debug = debug
    assert both() == texts


@pytest.mark.parametrize(
    "page",
    [
        "{% include 'part.html' %}",
        "{% extends 'part.html' %}",
        "{% import 'part.html' as part %}{{ part }}",
        "{% import 'part.html' as part with context %}{{ part }}",
    ],
    ids=["include", "extends", "import", "import with context"],
)
def test_a_change_is_seen_however_a_template_is_reached(app, change, render, page):
    app.debug = True
    change("page.html", page)
    change("part.html", "one")
    assert render("page.html") == "one"
    change("part.html", "two")
    assert render("page.html") == "two"


def test_what_is_gone_is_gone(app, change, render, tmp_path):
    app.debug = True
    change("page.html", "one")
    assert render("page.html") == "one"
    (tmp_path / "templates" / "page.html").unlink()
    with pytest.raises(jinja2.TemplateNotFound):
        render("page.html")


def test_what_is_read_once_needs_its_file_no_longer(change, render, tmp_path):
    change("page.html", "one")
    assert render("page.html") == "one"
    (tmp_path / "templates" / "page.html").unlink()
    assert render("page.html") == "one"
