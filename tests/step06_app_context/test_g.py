"""`g` remembers things for one piece of work, and forgets them."""

import threading

import pytest


def test_what_is_set_can_be_read(app):
    from dram import g

    with app.app_context():
        g.reader = "Ada"
        assert g.reader == "Ada"


def test_two_functions_of_one_request_share_it(app, client):
    from dram import g

    def load():
        g.essays = ["Walking"]

    @app.get("/")
    def view():
        load()
        return g.essays

    assert client.get("/").get_json() == ["Walking"]


def test_the_next_request_finds_it_empty(app, client):
    from dram import g

    @app.get("/")
    def view():
        before = list(g)
        g.reader = "Ada"
        return [before, list(g)]

    assert client.get("/").get_json() == client.get("/").get_json() == [[], ["reader"]]


@pytest.mark.differs("in Flask a request within an application context shares its g, and so do two in a row")
def test_a_request_within_an_application_context_has_one_of_its_own(app, client):
    from dram import g

    @app.get("/")
    def view():
        before = list(g)
        g.reader = "Ada"
        return before

    with app.app_context():
        g.script = "nightly"
        assert client.get("/").get_json() == client.get("/").get_json() == []
        assert list(g) == ["script"]


def test_requests_at_the_same_time_have_their_own(app):
    from werkzeug.test import Client

    from dram import g

    both_are_in = threading.Barrier(2, timeout=5)

    @app.get("/<name>")
    def view(name):
        g.name = name
        both_are_in.wait()
        return g.name

    answers = {}

    def ask(name):
        answers[name] = Client(app).get(f"/{name}").text

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"one": "one", "two": "two"}


def test_what_is_missing_is_an_attribute_error(app):
    from dram import g

    with app.app_context(), pytest.raises(AttributeError):
        _ = g.nothing


def test_get_has_a_default(app):
    from dram import g

    with app.app_context():
        assert g.get("reader") is None
        assert g.get("reader", "nobody") == "nobody"
        g.reader = "Ada"
        assert g.get("reader", "nobody") == "Ada"


def test_pop_takes_away(app):
    from dram import g

    with app.app_context():
        g.reader = "Ada"
        assert g.pop("reader") == "Ada"
        assert g.pop("reader", None) is None
        assert g.pop("reader", default="nobody") == "nobody"
        with pytest.raises(KeyError):
            g.pop("reader")


def test_setdefault_sets_once(app):
    from dram import g

    with app.app_context():
        assert g.setdefault("essays", []) is g.setdefault("essays", ["other"])
        assert g.essays == []


def test_in_and_iteration_and_deletion(app):
    from dram import g

    with app.app_context():
        g.a, g.b = 1, 2
        assert "a" in g
        assert sorted(g) == ["a", "b"]
        del g.a
        assert "a" not in g


def test_a_context_that_is_used_again_finds_it_empty(app):
    from dram import g

    context = app.test_request_context()
    with context:
        g.reader = "Ada"
        with context:
            assert g.reader == "Ada"
    with context:
        assert list(g) == []


def test_it_is_itself_and_no_other(app):
    from dram.globals import app_ctx

    with app.app_context():
        one = app_ctx.g
        with app.app_context():
            assert {one: "one"}.get(app_ctx.g) is None


def test_its_repr_says_nothing_about_values(app):
    from dram import g

    with app.app_context():
        g.password = "swordfish"
        assert "swordfish" not in repr(g)


def test_an_application_may_have_its_own_class(app):
    from dram import g

    class Counting:
        count = 41

    app.app_ctx_globals_class = Counting
    with app.app_context():
        g.count += 1
        assert g.count == 42
