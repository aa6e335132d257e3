"""A test may look into the session of its client, and change it, without a request."""

import pytest

from dram import has_request_context, request


@pytest.fixture
def client(app):
    return app.test_client()


def test_what_a_test_puts_in_is_there_for_the_view(client):
    with client.session_transaction() as values:
        values["reader"] = "Ada"
    assert client.get("/reader").text == "Ada"


def test_what_a_view_put_in_is_there_for_the_test(client):
    client.get("/sign-in/Ada")
    with client.session_transaction() as values:
        assert values == {"reader": "Ada"}


def test_a_test_can_sign_a_reader_out(client):
    client.get("/sign-in/Ada")
    with client.session_transaction() as values:
        values.clear()
    assert client.get_cookie("session") is None
    assert client.get("/reader").text == "nobody"


def test_the_cookie_is_sent_as_a_view_would_send_it(app, client):
    app.config["SESSION_COOKIE_PATH"] = "/reader"
    with client.session_transaction("/reader") as values:
        values.permanent = True
    cookie = client.get_cookie("session", path="/reader")
    assert (cookie.path, cookie.http_only, cookie.expires is None) == ("/reader", True, False)


def test_an_error_in_the_block_gets_out_and_nothing_is_changed(client):
    client.get("/sign-in/Ada")

    def fail():
        with client.session_transaction() as values:
            values["reader"] = "Bo"
            raise LookupError("Bo")

    with pytest.raises(LookupError, match="Bo"):
        fail()
    assert client.get("/reader").text == "Ada"


def test_its_arguments_are_those_of_a_request(client):
    with client.session_transaction("/", base_url="http://books.example/") as values:
        values["reader"] = "Ada"
    assert client.get("/reader").text == "nobody"
    assert client.get("/reader", base_url="http://books.example/").text == "Ada"


def test_no_request_is_left_behind(client):
    with client.session_transaction() as values:
        values["reader"] = "Ada"
        assert not has_request_context()
    assert not has_request_context()


def test_within_the_client_s_block_the_last_request_stays(client, session):
    with client:
        client.get("/sign-in/Ada")
        with client.session_transaction() as values:
            values["reader"] = "Bo"
            assert (request.path, session["reader"]) == ("/sign-in/Ada", "Ada")
        assert (request.path, session["reader"]) == ("/sign-in/Ada", "Ada")
        assert client.get("/reader").text == "Bo"


def test_a_client_without_cookies_says_so(app):
    with pytest.raises(TypeError, match=r"Cookies are disabled\. Create a client with 'use_cookies=True'"):
        app.test_client(use_cookies=False).session_transaction().__enter__()


@pytest.mark.differs("Flask says that there is none, and not why")
def test_where_no_session_is_opened_it_says_why(app, client):
    app.secret_key = None
    with pytest.raises(RuntimeError, match="SECRET_KEY"):
        client.session_transaction().__enter__()
