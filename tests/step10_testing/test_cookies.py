"""A client keeps the cookies it is given, and sends them back."""

import pytest

from dram import make_response, request


@pytest.fixture
def client(app):
    @app.get("/")
    def read():
        return dict(request.cookies)

    @app.get("/sign-in/<name>")
    def sign_in(name):
        response = make_response("")
        response.set_cookie("reader", name, httponly=True)
        return response

    @app.get("/sign-out")
    def sign_out():
        response = make_response("")
        response.delete_cookie("reader")
        return response

    @app.get("/shelf/")
    def shelf():
        response = make_response(dict(request.cookies))
        response.set_cookie("shelf", "7", path="/shelf/")
        return response

    return app.test_client()


def test_a_cookie_comes_back_with_the_next_request(client):
    client.get("/sign-in/Ada")
    assert client.get("/").json == client.get("/").json == {"reader": "Ada"}


def test_a_cookie_that_the_application_deletes_is_gone(client):
    client.get("/sign-in/Ada")
    client.get("/sign-out")
    assert client.get("/").json == {}


def test_a_cookie_is_sent_to_its_host_only(client):
    client.get("/sign-in/Ada")
    assert client.get("/", base_url="http://elsewhere.example/").json == {}


def test_clients_do_not_share_cookies(app, client):
    client.get("/sign-in/Ada")
    assert app.test_client().get("/").json == {}


def test_get_cookie_tells_what_the_client_keeps(client):
    client.get("/sign-in/Ada")
    cookie = client.get_cookie("reader")
    assert (cookie.value, cookie.http_only) == ("Ada", True)
    assert client.get_cookie("nothing") is None


def test_set_cookie_puts_one_in(client):
    client.set_cookie("reader", "Ada")
    assert client.get("/").json == {"reader": "Ada"}
    assert client.get_cookie("reader").value == "Ada"


def test_delete_cookie_takes_one_out(client):
    client.set_cookie("reader", "Ada")
    client.set_cookie("theme", "dark")
    client.delete_cookie("reader")
    client.delete_cookie("nothing")
    assert client.get("/").json == {"theme": "dark"}


def test_a_client_may_go_without_cookies(app, client):
    without = app.test_client(use_cookies=False)
    without.get("/sign-in/Ada")
    assert without.get("/").json == {}


@pytest.mark.parametrize("name", ["get_cookie", "set_cookie", "delete_cookie"])
def test_a_client_without_cookies_says_so(app, name):
    ask = getattr(app.test_client(use_cookies=False), name)
    with pytest.raises(TypeError, match="use_cookies=True"):
        ask("reader")


def test_cookies_of_a_client_are_kept_through_its_blocks(client):
    with client:
        client.get("/sign-in/Ada")
    with client:
        assert client.get("/").json == {"reader": "Ada"}
