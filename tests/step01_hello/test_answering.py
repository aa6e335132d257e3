"""A function that is registered for a path answers it; everything else is not found."""

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.test import EnvironBuilder


def test_a_view_answers_its_path(app, client):
    app.route("/")(lambda: "Hello")
    response = client.get("/")
    assert (response.status, response.text) == ("200 OK", "Hello")


def test_a_page_is_html_in_utf_8(app, client):
    app.route("/")(lambda: "früh")
    response = client.get("/")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.data == "früh".encode()


def test_a_page_says_how_long_it_is(app, client):
    app.route("/")(lambda: "früh")
    assert client.get("/").headers["Content-Length"] == "5"


def test_a_path_without_a_view_is_not_found(app, client):
    app.route("/here")(lambda: "here")
    response = client.get("/there")
    assert response.status == "404 NOT FOUND"
    assert response.mimetype == "text/html"


@pytest.mark.parametrize("path", ["/her", "/here/", "/heres", "/here/there", "/HERE"])
def test_a_rule_matches_the_whole_path(app, client, path):
    app.route("/here")(lambda: "here")
    assert client.get(path).status_code == 404


def test_the_query_is_not_part_of_the_path(app, client):
    app.route("/here")(lambda: "here")
    assert client.get("/here?q=there").text == "here"


def test_a_percent_encoded_path_is_decoded(app, client):
    app.route("/früh am morgen")(lambda: "early")
    assert client.get("/fr%C3%BCh%20am%20morgen").text == "early"


def test_a_path_that_is_not_utf_8_is_not_found(app, client):
    app.route("/")(lambda: "Hello")
    environ = EnvironBuilder().get_environ()
    environ["PATH_INFO"] = "/\xff"  # PEP 3333: bytes, each in the place of a character
    assert client.open(environ).status_code == 404


def test_head_is_answered_without_a_body(app, client):
    app.route("/")(lambda: "Hello")
    response = client.head("/")
    assert response.status_code == 200
    assert response.headers["Content-Length"] == "5"
    assert response.data == b""


@pytest.mark.until(2, reason="a rule answers the methods it names, and GET unless it names any")
def test_a_view_answers_every_method(app, client):
    app.route("/")(lambda: "Hello")
    assert [client.open("/", method=method).status_code for method in ("GET", "POST", "BREW")] == [200, 200, 200]


def test_a_view_may_raise_not_found(app, client):
    @app.route("/essay")
    def essay():
        raise NotFound

    assert client.get("/essay").status_code == 404


def test_route_gives_the_function_back(app):
    def view():
        return "Hello"

    assert app.route("/")(view) is view


def test_one_function_may_answer_two_paths(app, client):
    @app.route("/")
    @app.route("/index")
    def index():
        return "Hello"

    assert client.get("/").text == client.get("/index").text == "Hello"


def test_a_rule_without_a_leading_slash_is_refused(app):
    with pytest.raises(ValueError, match="slash"):
        app.route("hello")(lambda: "Hello")


def test_two_applications_share_nothing():
    from dram import Dram

    one, other = Dram("one"), Dram("other")
    one.route("/")(lambda: "one")
    assert one.view_functions
    assert not any(view() == "one" for name, view in other.view_functions.items() if name != "static")


def test_the_application_remembers_who_made_it():
    from dram import Dram

    assert Dram("marginalia").import_name == "marginalia"
