"""The cookie of a session goes where the settings say, and is taken back from there."""

import pytest

FLAGS = [
    ({}, {"HttpOnly", "Path=/"}),
    ({"SESSION_COOKIE_HTTPONLY": False}, {"Path=/"}),
    ({"SESSION_COOKIE_SECURE": True}, {"HttpOnly", "Path=/", "Secure"}),
    ({"SESSION_COOKIE_SAMESITE": "Lax"}, {"HttpOnly", "Path=/", "SameSite=Lax"}),
    ({"SESSION_COOKIE_SAMESITE": "Strict"}, {"HttpOnly", "Path=/", "SameSite=Strict"}),
    ({"SESSION_COOKIE_SAMESITE": "None"}, {"HttpOnly", "Path=/", "SameSite=None"}),
    ({"SESSION_COOKIE_PARTITIONED": True}, {"HttpOnly", "Path=/", "Secure", "Partitioned"}),
    ({"SESSION_COOKIE_PATH": "/shelf"}, {"HttpOnly", "Path=/shelf"}),
    ({"APPLICATION_ROOT": "/app"}, {"HttpOnly", "Path=/app"}),
    ({"APPLICATION_ROOT": "/app", "SESSION_COOKIE_PATH": "/"}, {"HttpOnly", "Path=/"}),
    ({"SESSION_COOKIE_DOMAIN": "books.example"}, {"HttpOnly", "Path=/", "Domain=books.example"}),
    ({"SERVER_NAME": "books.example"}, {"HttpOnly", "Path=/"}),
]
settings = pytest.mark.parametrize(("settings", "flags"), FLAGS, ids=lambda value: str(value)[1:-1])


def flags_of(response):
    return set(response.headers.get("Set-Cookie", "").split("; ")[1:])


@settings
def test_the_cookie_has_the_flags_of_the_settings(build, ask, settings, flags):
    assert flags_of(ask(build(**settings), "/sign-in/Ada")) == flags


@settings
def test_the_cookie_is_taken_back_with_the_same_flags(build, ask, forge, settings, flags):
    response = ask(build(**settings), "/sign-out", forge({"reader": "Ada"}))
    assert response.headers.get("Set-Cookie", "").startswith("session=; ")
    assert flags_of(response) == flags | {"Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Max-Age=0"}


def test_the_name_is_a_setting(build, ask, forge):
    app = build(SESSION_COOKIE_NAME="margin")
    assert ask(app, "/sign-in/Ada").headers.get("Set-Cookie", "").startswith("margin=")
    cookie = forge({"reader": "Ada"})
    assert ask(app, "/reader", cookie).text == "nobody"
    assert ask(app, "/reader", cookie.replace("session=", "margin=")).text == "Ada"


def test_a_host_does_not_tell_its_subdomains_unless_it_is_told_to(app, build):
    for each, reader in [(app, "nobody"), (build(SESSION_COOKIE_DOMAIN="books.example"), "Ada")]:
        client = each.test_client()
        client.get("/sign-in/Ada", base_url="http://books.example/")
        assert client.get("/reader", base_url="http://books.example/").text == "Ada"
        assert client.get("/reader", base_url="http://shop.books.example/").text == reader
        assert client.get("/reader", base_url="http://elsewhere.example/").text == "nobody"


@pytest.mark.guard(removes="sign_out.patch")
def test_one_signs_out_where_one_signed_in(build):
    app = build(SESSION_COOKIE_DOMAIN="books.example", SESSION_COOKIE_NAME="margin")
    client = app.test_client()
    client.get("/sign-in/Ada", base_url="http://books.example/")
    client.get("/sign-out", base_url="http://shop.books.example/")
    assert client.get("/reader", base_url="http://books.example/").text == "nobody"


@pytest.mark.guard(removes="httponly.patch")
def test_scripts_in_the_page_cannot_read_it(app, ask):
    assert "HttpOnly" in flags_of(ask(app, "/sign-in/Ada"))


@pytest.mark.guard(removes="secure.patch")
def test_it_travels_encrypted_only_when_the_settings_say_so(build, ask):
    assert "Secure" in flags_of(ask(build(SESSION_COOKIE_SECURE=True), "/sign-in/Ada"))


@pytest.mark.guard(removes="samesite.patch")
def test_other_sites_cannot_send_it_when_the_settings_say_so(build, ask):
    assert "SameSite=Strict" in flags_of(ask(build(SESSION_COOKIE_SAMESITE="Strict"), "/sign-in/Ada"))


@pytest.mark.guard(removes="path.patch")
def test_an_application_below_a_path_keeps_it_there(build, ask):
    assert "Path=/app" in flags_of(ask(build(APPLICATION_ROOT="/app"), "/sign-in/Ada"))


@pytest.mark.guard(removes="partitioned.patch")
def test_each_site_that_frames_the_page_has_its_own_when_the_settings_say_so(build, ask):
    assert "Partitioned" in flags_of(ask(build(SESSION_COOKIE_PARTITIONED=True), "/sign-in/Ada"))
