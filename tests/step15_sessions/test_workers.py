"""The session is with the visitor: workers share it, a restart does not end it, applications can keep apart."""

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client


def test_two_workers_with_one_key_know_the_same_readers(build):
    workers = [build(), build()]
    client = Client(lambda environ, start_response: workers[0](environ, start_response))
    client.get("/sign-in/Ada")
    workers.reverse()
    assert client.get("/reader").text == "Ada"
    client.get("/sign-in/Bo")
    workers.reverse()
    assert client.get("/reader").text == "Bo"


def test_a_cookie_of_flask_s_is_understood(app, ask, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_700_000_100)
    cookie = "session=eyJyZWFkZXIiOiJBZGEifQ.ZVPxAA.LnDPD5AyI921hwLwGYglFxKraQI"
    assert ask(app, "/reader", cookie).text == "Ada"


def test_a_cookie_is_the_one_that_flask_would_send(app, signed, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_700_000_000)
    assert signed(app) == "session=eyJyZWFkZXIiOiJBZGEifQ.ZVPxAA.LnDPD5AyI921hwLwGYglFxKraQI"


def test_applications_with_cookies_of_different_names_keep_apart(build):
    shop, forum = build(SESSION_COOKIE_NAME="shop"), build(SESSION_COOKIE_NAME="forum")
    client = Client(DispatcherMiddleware(shop, {"/forum": forum}))
    client.get("/sign-in/Ada")
    client.get("/forum/sign-in/Bo")
    assert [client.get("/reader").text, client.get("/forum/reader").text] == ["Ada", "Bo"]
    client.get("/forum/sign-out")
    assert [client.get("/reader").text, client.get("/forum/reader").text] == ["Ada", "nobody"]
