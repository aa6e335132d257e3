"""A flashed message waits for the first page that asks for messages, and is shown there once."""

import threading

import pytest

from dram import abort, redirect, request


@pytest.fixture
def client(app):
    """Each of `say` in the query is flashed, then `/flash` shows nothing and `/show` the messages."""
    from dram import flash, get_flashed_messages

    def say():
        for message in request.args.getlist("say"):
            flash(message)

    @app.get("/flash")
    def flash_only():
        say()
        return "said"

    @app.get("/show")
    def show():
        say()
        return get_flashed_messages()

    app.secret_key = "for the tests"
    return app.test_client()


def test_a_message_is_shown_on_the_next_page(client):
    client.get("/flash?say=saved")
    assert client.get("/show").json == ["saved"]


def test_a_message_is_shown_once(client):
    client.get("/flash?say=saved")
    assert [client.get("/show").json, client.get("/show").json] == [["saved"], []]


def test_messages_come_in_the_order_in_which_they_were_flashed(client):
    client.get("/flash?say=b&say=c&say=a")
    assert client.get("/show").json == ["b", "c", "a"]


def test_a_message_survives_a_redirect(app, client):
    from dram import flash

    @app.post("/notes")
    def save():
        flash("saved")
        return redirect("/show", 303)

    response = client.post("/notes", follow_redirects=True)
    assert (response.request.path, response.json) == ("/show", ["saved"])
    assert client.get("/show").json == []


def test_messages_of_several_requests_are_kept_until_one_shows_them(client):
    client.get("/flash?say=one")
    client.get("/flash?say=two&say=three")
    client.get("/flash?say=four")
    assert client.get("/show").json == ["one", "two", "three", "four"]
    assert client.get("/show").json == []


def test_a_page_that_does_not_ask_leaves_the_messages_waiting(client):
    client.get("/flash?say=saved")
    client.get("/flash")
    client.get("/nowhere")
    assert client.get("/show").json == ["saved"]


def test_a_request_can_show_what_it_flashed_itself(client):
    client.get("/flash?say=before")
    assert client.get("/show?say=now").json == ["before", "now"]
    assert client.get("/show").json == []


def test_asking_again_in_the_same_request_gives_the_same_messages(app, client):
    from dram import get_flashed_messages

    app.get("/twice")(lambda: [get_flashed_messages(), get_flashed_messages()])
    client.get("/flash?say=one&say=two")
    assert client.get("/twice").json == [["one", "two"], ["one", "two"]]


@pytest.mark.parametrize("early", [["early"], []])
def test_what_is_flashed_after_the_page_has_asked_waits_for_the_next_page(app, client, early):
    from dram import flash, get_flashed_messages

    @app.get("/late")
    def late():
        get_flashed_messages()
        flash("late")
        return get_flashed_messages()

    client.get("/flash", query_string={"say": early})
    assert [client.get(path).json for path in ("/late", "/show", "/show")] == [early, ["late"], []]


def test_what_a_hook_flashes_before_the_view_is_shown_by_the_view(app, client):
    from dram import flash

    app.before_request(lambda: flash("from the hook"))
    assert client.get("/show?say=view").json == ["from the hook", "view"]


def test_what_a_hook_flashes_after_the_view_waits_for_the_next_page(app, client):
    from dram import flash

    @app.after_request
    def late(response):
        flash(f"after {request.path}")
        return response

    assert [client.get(path).json for path in ("/show", "/flash", "/show")] == [
        [],
        None,
        ["after /show", "after /flash"],
    ]


@pytest.mark.parametrize("fail", [lambda: abort(404), lambda: 1 / 0])
def test_a_message_outlives_the_failure_of_its_request(app, client, fail):
    from dram import flash

    @app.get("/fails")
    def fails():
        flash("tried")
        return fail()

    assert client.get("/fails").status_code in (404, 500)
    assert client.get("/show").json == ["tried"]


def test_an_error_page_can_show_messages(app, client):
    from dram import get_flashed_messages

    app.register_error_handler(404, lambda error: (get_flashed_messages(), 404))
    client.get("/flash?say=saved")
    assert [client.get("/nowhere").json, client.get("/show").json] == [["saved"], []]


def test_a_reader_does_not_see_the_messages_of_another(app, client):
    other = app.test_client()
    client.get("/flash?say=mine")
    other.get("/flash?say=yours")
    assert [client.get("/show").json, other.get("/show").json] == [["mine"], ["yours"]]


def test_requests_at_the_same_time_keep_their_messages_apart(app):
    from dram import flash, get_flashed_messages

    app.secret_key = "for the tests"
    asked = threading.Barrier(2, timeout=5)
    answers = {}

    @app.get("/both/<name>")
    def both(name):
        flash(name)
        first = get_flashed_messages()
        asked.wait()
        return [first, get_flashed_messages()]

    def ask(name):
        answers[name] = app.test_client().get(f"/both/{name}").json

    threads = [threading.Thread(target=ask, args=name) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {"a": [["a"], ["a"]], "b": [["b"], ["b"]]}


def test_a_request_made_inside_a_view_asks_for_itself(app, client):
    from dram import flash, get_flashed_messages

    @app.get("/outer")
    def outer():
        flash("outer")
        return [get_flashed_messages(), app.test_client().get("/show?say=inner").json, get_flashed_messages()]

    assert client.get("/outer").json == [["outer"], ["inner"], ["outer"]]


def test_a_test_can_ask_for_the_messages_of_the_request_it_sent(client):
    from dram import get_flashed_messages

    with client:
        client.get("/flash?say=saved")
        assert get_flashed_messages() == ["saved"]


def test_messages_can_be_flashed_and_asked_for_in_a_test_request_context(app):
    from dram import flash, get_flashed_messages

    app.secret_key = "for the tests"
    with app.test_request_context():
        assert get_flashed_messages() == []
    with app.test_request_context():
        flash(message="saved")
        assert get_flashed_messages() == get_flashed_messages() == ["saved"]
    with app.test_request_context():
        assert get_flashed_messages() == []


@pytest.mark.parametrize("name", ["flash", "get_flashed_messages"])
def test_without_a_request_there_is_nobody_to_tell(app, name):
    import dram

    call = getattr(dram, name)
    arguments = ["saved"] if name == "flash" else []
    with pytest.raises(RuntimeError, match="outside of request context"):
        call(*arguments)
    with app.app_context(), pytest.raises(RuntimeError, match="outside of request context"):
        call(*arguments)


@pytest.mark.differs("Flask gives a copied context a list of its own")
def test_a_copied_context_gives_the_same_messages(app, client):
    from dram import copy_current_request_context, flash, get_flashed_messages

    @app.get("/both")
    def both():
        flash("saved")
        elsewhere = copy_current_request_context(get_flashed_messages)
        return [elsewhere(), get_flashed_messages(), elsewhere()]

    assert client.get("/both").json == [["saved"]] * 3
