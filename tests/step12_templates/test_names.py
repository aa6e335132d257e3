"""Every template knows `request`, `g`, `config` and `url_for`."""

import asyncio
import threading

import pytest

from dram import Dram

SHOW = "{{ request.path }} {{ g.user }} {{ config.NAME }} {{ url_for('essay', number=7) }}"
MACROS = "{% macro show() %}" + SHOW + "{% endmacro %}"


@pytest.fixture
def app(app):
    app.add_url_rule("/essays/<int:number>", "essay", lambda number: "")
    app.config["NAME"] = "Marginalia"
    return app


@pytest.mark.parametrize(
    "page",
    [
        SHOW,
        "{% include 'show.html' %}",
        "{% extends 'show.html' %}",
        "{% import 'macros.html' as m %}{{ m.show() }}",
        "{% import 'macros.html' as m with context %}{{ m.show() }}",
        "{% from 'macros.html' import show %}{{ show() }}",
        "{% from 'macros.html' import show with context %}{{ show() }}",
    ],
    ids=["itself", "include", "extends", "import", "import with context", "from", "from with context"],
)
@pytest.mark.parametrize("kind", ["file", "text"])
def test_they_are_known_however_a_template_is_reached(app, write, page, kind):
    from dram import g, render_template, render_template_string

    write({"show.html": SHOW, "macros.html": MACROS, "page.html": page})
    with app.test_request_context("/here"):
        g.user = "Ada"
        text = render_template("page.html") if kind == "file" else render_template_string(page)
    assert text == "/here Ada Marginalia /essays/7"


@pytest.mark.parametrize("page", ["{% from 'macros.html' import show %}{{ show() }}", MACROS + "{{ show() }}"])
def test_they_are_those_of_this_request_and_not_of_the_first(app, client, write, page):
    from dram import g, render_template

    write({"macros.html": MACROS, "page.html": page})

    @app.get("/<user>")
    def view(user):
        g.user = user
        return render_template("page.html")

    assert client.get("/ada").text == "/ada ada Marginalia /essays/7"
    assert client.get("/bob").text == "/bob bob Marginalia /essays/7"


def test_two_threads_see_each_its_own(app, write):
    from dram import g, render_template

    write({"macros.html": MACROS, "page.html": "{% from 'macros.html' import show %}{{ wait() }}{{ show() }}"})
    both_are_in, texts = threading.Barrier(2, timeout=5), {}

    def wait():
        both_are_in.wait()
        return ""

    def ask(user):
        with app.test_request_context(f"/{user}"):
            g.user = user
            texts[user] = render_template("page.html", wait=wait)

    threads = [threading.Thread(target=ask, args=(user,)) for user in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert texts == {user: f"/{user} {user} Marginalia /essays/7" for user in ("ada", "bob")}


def test_two_tasks_see_each_its_own(app, write):
    from dram import g, render_template

    write({"macros.html": MACROS, "page.html": "{% from 'macros.html' import show %}{{ show() }}"})

    async def ask(user, both_are_in):
        with app.test_request_context(f"/{user}"):
            g.user = user
            await both_are_in.wait()
            return render_template("page.html")

    async def ask_both():
        both_are_in = asyncio.Barrier(2)
        return await asyncio.wait_for(asyncio.gather(ask("ada", both_are_in), ask("bob", both_are_in)), 5)

    assert asyncio.run(ask_both()) == [f"/{user} {user} Marginalia /essays/7" for user in ("ada", "bob")]


def test_without_a_request_the_rest_is_known(app):
    from dram import g, render_template_string

    app.config["SERVER_NAME"] = "example.org"
    with app.app_context():
        g.user = "Ada"
        text = render_template_string("{{ g.user }} {{ config.NAME }} {{ url_for('essay', number=7) }}")
    assert text == "Ada Marginalia http://example.org/essays/7"


def test_a_template_may_ask_whether_there_is_a_request(app, render_string):
    from dram import render_template_string

    source = "{{ 'a request' if request else 'a script' }}"
    assert render_string(source) == "a script"
    with app.test_request_context("/"):
        assert render_template_string(source) == "a request"


@pytest.mark.parametrize("source", ["{{ request }}", "{{ request.path }}"])
def test_a_template_that_needs_a_request_says_so(render_string, source):
    with pytest.raises(RuntimeError, match="Working outside of request context"):
        render_string(source)


def test_the_environment_alone_renders_without_a_context(app):
    assert app.jinja_env.from_string("{{ config.NAME }} {{ x }}").render(x="<") == "Marginalia &lt;"


def test_what_g_does_not_have_is_nothing(render_string):
    assert render_string("[{{ g.user }}] [{{ g.get('user', 'nobody') }}] [{{ 'user' in g }}]") == "[] [nobody] [False]"


def test_the_configuration_is_that_of_now(app, render_string):
    source = "{{ config.NAME }} {{ config['NAME'] }}"
    assert render_string(source) == "Marginalia Marginalia"
    app.config["NAME"] = "Glosses"
    assert render_string(source) == "Glosses Glosses"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("url_for('essay', number=7)", "/library/essays/7"),
        ("url_for('essay', number=7, q='x', _anchor='end')", "/library/essays/7?q=x#end"),
        ("url_for('essay', number=7, _external=true)", "http://localhost/library/essays/7"),
        ("url_for('essay', number=7, _scheme='https')", "https://localhost/library/essays/7"),
    ],
)
def test_links_are_made_as_in_a_view(app, link, url):
    from dram import render_template_string

    with app.test_request_context("/", base_url="http://localhost/library"):
        assert render_template_string(f"{{{{ {link} }}}}") == url


def test_links_are_made_by_the_applications_own_function():
    from dram import render_template_string

    class Mine(Dram):
        def url_for(self, endpoint, **values):
            return f"my {endpoint}"

    with Mine("tests").app_context():
        assert render_template_string("{{ url_for('index') }}") == "my index"


@pytest.mark.parametrize("name", ["request", "g", "config", "url_for"])
@pytest.mark.parametrize("value", ["mine", None])
def test_a_value_that_is_passed_hides_them(app, name, value):
    from dram import render_template_string

    with app.test_request_context("/"):
        assert render_template_string(f"{{{{ {name} }}}}", **{name: value}) == str(value)
