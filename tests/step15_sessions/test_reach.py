"""The session is there wherever the request is, and nowhere else."""

import asyncio
import threading

import pytest
from werkzeug.routing import BaseConverter

from dram import copy_current_request_context


def test_converters_have_it(app, session, client):
    class Own(BaseConverter):
        def to_python(self, value):
            return value if value != "me" else session["reader"]

    app.url_map.converters["reader"] = Own
    app.get("/readers/<reader:name>")(lambda name: name)
    client.get("/sign-in/Ada")
    assert [client.get("/readers/Bo").text, client.get("/readers/me").text] == ["Bo", "Ada"]


def test_templates_have_it(app, client):
    from dram import render_template_string

    app.get("/hello")(lambda: render_template_string("Hello {{ session.reader }}, {{ session['reader'] }}!"))
    client.get("/sign-in/Ada")
    assert client.get("/hello").text == "Hello Ada, Ada!"


def test_a_test_request_may_bring_a_cookie(app, session, signed):
    with app.test_request_context("/", headers={"Cookie": signed(app)}):
        assert session["reader"] == "Ada"
    with app.test_request_context("/"):
        assert "reader" not in session


def test_in_the_block_of_a_client_it_is_there_though_the_view_did_not_look(app, session):
    with app.test_client() as client:
        client.get("/sign-in/Ada")
        client.get("/")
        assert session["reader"] == "Ada"


def test_what_is_changed_after_the_response_was_made_is_lost(app, session):
    with app.test_client() as client:
        client.get("/sign-in/Ada")
        session["reader"] = "Bo"
        assert client.get("/reader").text == "Ada"


def test_a_request_within_a_request_has_its_own(app, session, signed):
    with app.test_request_context("/", headers={"Cookie": signed(app)}):
        assert session["reader"] == "Ada"
        with app.test_request_context("/"):
            assert "reader" not in session
            session["reader"] = "Bo"
        assert session["reader"] == "Ada"


@pytest.mark.parametrize("where", ["nowhere", "app_context"])
def test_without_a_request_there_is_none(app, session, where):
    def look():
        with pytest.raises(RuntimeError, match="Working outside of request context"):
            session.get("reader")
        with pytest.raises(RuntimeError, match="Working outside of request context"):
            session["reader"] = "Ada"

    if where == "nowhere":
        look()
    else:
        with app.app_context():
            look()


@pytest.mark.differs("Flask does not say which name was used, and refers to its documentation")
def test_the_error_says_which_name_was_used(session):
    with pytest.raises(RuntimeError, match="'session' needs the request"):
        session.get("reader")


def test_threads_do_not_share_it(app, session):
    both_are_in = threading.Barrier(2, timeout=5)

    @app.get("/meet/<name>")
    def meet(name):
        session["reader"] = name
        both_are_in.wait()
        return session["reader"]

    answers = {}

    def visit(name):
        client = app.test_client()
        answers[name] = [client.get(f"/meet/{name}").text, client.get("/reader").text]

    threads = [threading.Thread(target=visit, args=(name,)) for name in ("Ada", "Bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {"Ada": ["Ada", "Ada"], "Bo": ["Bo", "Bo"]}


def test_tasks_do_not_share_it(app, session):
    async def visit(name, both_are_in):
        with app.test_request_context("/"):
            session["reader"] = name
            await both_are_in.wait()
            return session["reader"]

    async def meet():
        both_are_in = asyncio.Barrier(2)
        return await asyncio.wait_for(asyncio.gather(*(visit(name, both_are_in) for name in ("Ada", "Bo"))), 5)

    assert asyncio.run(meet()) == ["Ada", "Bo"]


@pytest.mark.parametrize("view_looked", [True, False], ids=["the view looked first", "the thread looks first"])
def test_a_thread_with_a_copied_context_shares_it(app, session, client, view_looked):
    @app.get("/work")
    def work():
        if view_looked:
            assert session["reader"] == "Ada"

        @copy_current_request_context
        def remember():
            session["done"] = session["reader"]

        thread = threading.Thread(target=remember)
        thread.start()
        thread.join(10)
        return session.get("done", "nothing")

    app.get("/done", endpoint="done")(lambda: session.get("done", "nothing"))
    client.get("/sign-in/Ada")
    assert client.get("/work").text == "Ada"
    assert client.get("/done").text == "Ada"
