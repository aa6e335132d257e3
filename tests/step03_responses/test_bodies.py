"""What a view returns becomes a response: a ladder of types."""

import pytest
import werkzeug.wrappers
from werkzeug.exceptions import Gone


@pytest.fixture
def marked(app):
    """Have the application send responses of a class of its own, which can be told by a header."""
    from dram import Response

    class Marked(Response):
        def __call__(self, environ, start_response):
            self.headers["X-Marked"] = "yes"
            return super().__call__(environ, start_response)

    app.response_class = Marked


@pytest.mark.guard(removes="page_by_default.patch")
def test_text_is_a_page(app, client):
    app.get("/")(lambda: "früh")
    response = client.get("/")
    assert (response.mimetype, response.data) == ("text/html", "früh".encode())


@pytest.mark.guard(removes="bytes.patch")
@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_bytes_are_sent_as_they_are(app, client, kind):
    app.get("/")(lambda: kind(b"\x00\xff"))
    response = client.get("/")
    assert (response.mimetype, response.data) == ("text/html", b"\x00\xff")


def test_a_dict_is_json_sorted_compact_and_ascii(app, client):
    app.get("/")(lambda: {"title": "Früh", "author": None, "pages": [1, 2]})
    response = client.get("/")
    assert response.headers["Content-Type"] == "application/json"
    assert response.data == b'{"author":null,"pages":[1,2],"title":"Fr\\u00fch"}\n'


def test_a_list_is_json(app, client):
    app.get("/")(lambda: [{"number": 1}, 2])
    response = client.get("/")
    assert (response.mimetype, response.data) == ("application/json", b'[{"number":1},2]\n')


@pytest.mark.parametrize("empty", [{}, []])
def test_nothing_in_it_is_json_all_the_same(app, client, empty):
    app.get("/")(lambda: empty)
    assert client.get("/").get_json() == empty


def test_json_is_indented_in_debug_mode(app, client):
    app.debug = True
    app.get("/")(lambda: {"pages": [1]})
    assert client.get("/").data == b'{\n  "pages": [\n    1\n  ]\n}\n'


def test_a_response_is_left_alone(app, client):
    from dram import Response

    app.get("/")(lambda: Response("made", status=201, headers={"X-Made": "by hand"}))
    response = client.get("/")
    assert (response.status_code, response.headers["X-Made"], response.text) == (201, "by hand", "made")


def test_a_response_is_a_page_unless_it_says_otherwise():
    from dram import Response

    assert Response("x").headers["Content-Type"] == "text/html; charset=utf-8"
    assert Response("x", mimetype="text/plain").mimetype == "text/plain"


def test_werkzeugs_response_becomes_ours(app, client, marked):
    app.get("/")(lambda: werkzeug.wrappers.Response("x", status=202))
    response = client.get("/")
    assert (response.status_code, response.headers.get("X-Marked")) == (202, "yes")


def test_a_wsgi_application_is_called(app, client):
    def teapot(environ, start_response):
        start_response("418 I'm a teapot", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
        return [b"short ", b"and stout"]

    app.get("/pot")(lambda: teapot)
    response = client.get("/pot")
    assert (response.status, response.headers["X-Path"]) == ("418 I'm a teapot", "/pot")
    assert response.text == "short and stout"


def test_an_http_exception_may_be_returned_too(app, client):
    app.get("/")(lambda: Gone("The essay was withdrawn."))
    response = client.get("/")
    assert response.status_code == 410
    assert "withdrawn" in response.text


def test_an_application_may_have_its_own_class_of_responses(client):
    from dram import Dram, Response

    class Plain(Response):
        default_mimetype = "text/plain"

    app = Dram("suite")
    app.response_class = Plain
    app.get("/")(lambda: "Hello")
    made = app.make_response("Hello")
    assert type(made) is Plain
    assert made.mimetype == "text/plain"


def test_an_error_page_is_of_that_class_too(client, marked):
    assert client.get("/nowhere").headers.get("X-Marked") == "yes"
