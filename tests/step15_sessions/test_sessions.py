"""A session remembers who a visitor is, from one request to the next."""

import pytest


def test_what_one_request_puts_in_is_there_for_the_next(client):
    client.get("/sign-in/Ada")
    assert client.get("/reader").text == "Ada"
    assert client.get("/reader").text == "Ada"


def test_two_visitors_have_nothing_in_common(app, client):
    client.get("/sign-in/Ada")
    other = app.test_client()
    assert other.get("/reader").text == "nobody"
    other.get("/sign-in/Bo")
    assert [client.get("/reader").text, other.get("/reader").text] == ["Ada", "Bo"]


def test_it_is_a_dict(app, session):
    with app.test_request_context("/"):
        session.update(reader="Ada", theme="dark")
        assert isinstance(session, dict)
        assert session == {"reader": "Ada", "theme": "dark"}
        assert (session["reader"], session.pop("theme"), session.setdefault("page", 7)) == ("Ada", "dark", 7)
        del session["page"]
        assert ("reader" in session, len(session), list(session.items())) == (True, 1, [("reader", "Ada")])


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.pop("theme"),
        lambda session: session.__delitem__("theme"),
        lambda session: session.update(page=7),
        lambda session: session.setdefault("page", 7),
        lambda session: session.__ior__({"page": 7}),
        lambda session: session.clear(),
        lambda session: session.popitem(),
    ],
    ids=["pop", "del", "update", "setdefault", "|=", "clear", "popitem"],
)
def test_each_way_to_change_a_dict_is_remembered(app, session, client, change):
    @app.get("/change")
    def view():
        change(session._get_current_object())
        return dict(session)

    app.get("/all", endpoint="all")(lambda: dict(session))
    app.get("/begin", endpoint="begin")(lambda: session.update(reader="Ada", theme="dark") or "")
    client.get("/begin")
    assert client.get("/change").json == client.get("/all").json != {"reader": "Ada", "theme": "dark"}


def nested(app, session, tell):
    @app.get("/note/<text>")
    def note(text):
        session["notes"].append(text)
        if tell:
            session.modified = True
        return ""

    app.get("/begin", endpoint="begin")(lambda: session.update(notes=[]) or "")
    app.get("/notes", endpoint="notes")(lambda: session["notes"])


def test_a_change_within_a_value_is_remembered_when_the_view_says_so(app, session, client):
    nested(app, session, tell=True)
    client.get("/begin")
    client.get("/note/one")
    client.get("/note/two")
    assert client.get("/notes").json == ["one", "two"]


def test_a_change_within_a_value_is_not_noticed_otherwise(app, session, client):
    nested(app, session, tell=False)
    client.get("/begin")
    assert client.get("/note/one").headers.get("Set-Cookie") is None
    assert client.get("/notes").json == []


def test_what_was_only_read_is_not_sent_again(client):
    assert client.get("/sign-in/Ada").headers.get("Set-Cookie")
    assert client.get("/reader").headers.get("Set-Cookie") is None


def test_a_session_that_lost_all_it_had_is_over(app, client):
    client = app.test_client()
    client.get("/sign-in/Ada")
    assert client.get_cookie("session")
    client.get("/sign-out")
    assert client.get_cookie("session") is None
    assert client.get("/reader").text == "nobody"


def test_a_session_that_has_something_left_goes_on(app, session):
    app.get("/forget", endpoint="forget")(lambda: session.pop("reader"))
    app.get("/theme", endpoint="theme")(lambda: session.setdefault("theme", "dark"))
    client = app.test_client()
    client.get("/sign-in/Ada")
    client.get("/theme")
    client.get("/forget")
    assert [client.get("/reader").text, client.get("/theme").text] == ["nobody", "dark"]
    assert client.get_cookie("session")


def test_it_holds_what_json_cannot(app, session, client):
    app.get("/begin", endpoint="begin")(lambda: session.update(place=(7, b"\xff")) or "")
    app.get("/place", endpoint="place")(lambda: repr(session["place"]))
    client.get("/begin")
    assert client.get("/place").text == r"(7, b'\xff')"
