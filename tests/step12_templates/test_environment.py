"""The Jinja environment is made when first asked for, and can be changed in all of its parts."""

import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

import dram
from dram import Dram


def rendered(app, source, **values):
    from dram import render_template_string

    with app.app_context():
        return render_template_string(source, **values)


def test_it_is_jinjas(app):
    assert isinstance(app.jinja_env, jinja2.Environment)
    assert app.jinja_env is app.jinja_env


@pytest.fixture
def counting(tmp_path):
    """An application that counts the environments it makes, in `made`."""

    class Counting(Dram):
        def create_jinja_environment(self):
            made.append(self)
            return super().create_jinja_environment()

    made = []
    app = Counting("tests", root_path=str(tmp_path))
    app.made = made
    return app


def test_it_is_made_when_first_asked_for_and_once(counting):
    from dram import render_template_string

    counting.get("/plain", endpoint="plain")(lambda: "plain")
    counting.get("/page", endpoint="page")(lambda: render_template_string("page"))
    client = counting.test_client()
    assert (client.get("/plain").text, counting.made) == ("plain", [])
    assert (client.get("/page").text, counting.made) == ("page", [counting])
    assert (client.get("/page").text, counting.made) == ("page", [counting])


@pytest.mark.differs("Flask loads Jinja whether there are templates or not")
def test_an_application_without_templates_does_not_load_jinja():
    script = """
import sys
from dram import Dram, render_template_string

app = Dram("tests")
app.context_processor(lambda: {"x": 1})
app.get("/", endpoint="plain")(lambda: "plain")
app.get("/page", endpoint="page")(lambda: render_template_string("{{ x }}"))
client = app.test_client()
print(client.get("/").text, "jinja2" in sys.modules, client.get("/page").text, "jinja2" in sys.modules)
"""
    folder = Path(dram.__file__ or "").parent.parent
    finished = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert finished.stdout == "plain False 1 True\n", finished.stderr


@pytest.mark.parametrize(
    ("options", "source", "text"),
    [
        ({"trim_blocks": True}, "{% if true %}\nyes{% endif %}", "yes"),
        ({"extensions": ["jinja2.ext.do"]}, "{% do [].append(1) %}done", "done"),
        ({"variable_start_string": "[[", "variable_end_string": "]]"}, "[[ 1 + 1 ]]", "2"),
        ({"autoescape": False}, "{{ '<' }}", "<"),
    ],
)
@pytest.mark.parametrize("place", ["class", "application"])
def test_it_takes_options(options, source, text, place):
    class Mine(Dram):
        jinja_options = options if place == "class" else {}

    app = Mine("tests")
    if place == "application":
        app.jinja_options = options
    assert rendered(app, source) == text


def test_options_belong_to_their_application(app):
    app.jinja_options = {"autoescape": False}
    assert rendered(app, "{{ '<' }}") == "<"
    assert rendered(Dram("other"), "{{ '<' }}") == "&lt;"


def test_it_may_be_changed_after_it_was_made(app):
    app.jinja_env.trim_blocks = True
    app.jinja_env.globals["answer"] = 42
    app.jinja_env.filters["loud"] = str.upper
    assert rendered(app, "{% if true %}\n{{ answer }}{{ 'x'|loud }}{% endif %}") == "42X"


def test_its_class_may_be_another(app):
    from dram.templating import Environment

    class Mine(Environment):
        def __init__(self, app, **options):
            super().__init__(app, **options)
            self.globals["owner"] = app.import_name

    app.jinja_environment = Mine
    app.jinja_options = {"trim_blocks": True}
    assert type(app.jinja_env) is Mine
    assert rendered(app, "{% if true %}\n{{ owner }} {{ '<' }} {{ config.DEBUG }}{% endif %}") == "tests &lt; False"


def test_a_subclass_of_the_application_may_make_it(tmp_path):
    class Mine(Dram):
        def create_jinja_environment(self):
            environment = super().create_jinja_environment()
            environment.globals["answer"] = 42
            return environment

    assert rendered(Mine("tests", root_path=str(tmp_path)), "{{ answer }} {{ '<' }}") == "42 &lt;"


def test_the_loader_searches_the_template_folder(app, tmp_path):
    assert isinstance(app.jinja_loader, jinja2.FileSystemLoader)
    assert app.jinja_loader.searchpath == [str(tmp_path / "templates")]
    assert app.jinja_loader is app.jinja_loader


@pytest.mark.parametrize("place", ["class", "application", "environment made"])
def test_the_loader_may_be_another(place, tmp_path):
    from dram import render_template

    loader = jinja2.DictLoader({"page.html": "{{ x }}", "mail.txt": "{{ x }}"})
    app = type("Mine", (Dram,), {"jinja_loader": loader} if place == "class" else {})("tests", root_path=str(tmp_path))
    if place == "environment made":
        app.add_template_filter(str.upper, "loud")
    if place != "class":
        app.jinja_loader = loader
    with app.app_context():
        assert (render_template("page.html", x="<"), render_template("mail.txt", x="<")) == ("&lt;", "<")
        with pytest.raises(jinja2.TemplateNotFound):
            render_template("nowhere.html")


def test_a_loader_may_be_put_behind_that_of_the_application(app, write):
    from dram import render_template

    write({"page.html": "from the folder"})
    behind = jinja2.DictLoader({"page.html": "from behind", "other.html": "from behind"})
    app.jinja_loader = jinja2.ChoiceLoader([app.jinja_loader, behind])
    with app.app_context():
        assert [render_template(name) for name in ("page.html", "other.html")] == ["from the folder", "from behind"]


def test_a_subclass_of_the_application_may_make_the_loader_of_all_templates():
    from dram import render_template

    class Mine(Dram):
        def create_global_jinja_loader(self):
            return jinja2.DictLoader({"page.html": "{{ x }}"})

    with Mine("tests").app_context():
        assert render_template("page.html", x="<") == "&lt;"
