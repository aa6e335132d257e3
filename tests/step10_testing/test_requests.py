"""What a client can send: methods, queries, headers, forms, files and JSON."""

from io import BytesIO

import pytest

from dram import request


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_there_is_a_function_for_each_method(app, client, method):
    app.route("/", methods=[method])(lambda: request.method)
    assert getattr(client, method.lower())("/").text == method


def test_open_takes_any_method(app, client):
    app.route("/", methods=["PURGE"])(lambda: request.method)
    assert client.open("/", method="PURGE").text == "PURGE"


def test_it_is_a_get_of_the_root_unless_told_otherwise(app, client):
    app.get("/")(lambda: f"{request.method} {request.path}")
    assert client.open().text == client.get().text == "GET /"


@pytest.mark.parametrize("query", ["q=sea&q=land", {"q": ["sea", "land"]}])
def test_a_query_is_text_or_a_dict(app, client, query):
    app.get("/")(lambda: request.args.getlist("q"))
    assert client.get("/", query_string=query).json == ["sea", "land"]


@pytest.mark.parametrize("headers", [{"X-Reader": "Ada"}, [("X-Reader", "Ada")]])
def test_headers_are_a_dict_or_pairs(app, client, headers):
    app.get("/")(lambda: request.headers.get("X-Reader", "nobody"))
    assert client.get("/", headers=headers).text == "Ada"


def test_bytes_are_sent_as_they_are(app, client):
    app.post("/")(lambda: [request.get_data(as_text=True), request.content_type])
    assert client.post("/", data=b"Hello", content_type="text/plain").json == ["Hello", "text/plain"]


def test_a_dict_is_sent_as_a_form(app, client):
    app.post("/")(lambda: [request.mimetype, request.form.to_dict(flat=False)])
    response = client.post("/", data={"text": "true & new", "tag": ["sea", "land"]})
    assert response.json == ["application/x-www-form-urlencoded", {"text": ["true & new"], "tag": ["sea", "land"]}]


def test_a_stream_with_a_name_is_sent_as_a_file(app, client):
    @app.post("/")
    def view():
        file = request.files["scan"]
        return [request.mimetype, request.form["title"], file.filename, file.mimetype, file.read().decode()]

    response = client.post("/", data={"title": "Walking", "scan": (BytesIO(b"pages"), "walking.txt")})
    assert response.json == ["multipart/form-data", "Walking", "walking.txt", "text/plain", "pages"]


def test_uploaded_files_are_closed_when_the_request_is_over(app, client):
    streams = []
    app.post("/")(lambda: str(streams.append(request.files["scan"].stream)))
    client.post("/", data={"scan": (BytesIO(b"pages"), "walking.txt")})
    assert [stream.closed for stream in streams] == [True]


@pytest.mark.parametrize("value", [{"title": "Walking", "é": None}, ["sea", 7], [], "text", 0, False])
def test_json_is_sent_as_json(app, client, value):
    app.post("/")(lambda: [request.mimetype, request.get_json()])
    assert client.post("/", json=value).json == ["application/json", value]


def test_a_request_comes_from_this_machine(app, client):
    app.get("/")(lambda: request.remote_addr or "nowhere")
    assert client.get("/").text == "127.0.0.1"


def test_a_request_says_that_werkzeug_sent_it(app, client):
    from importlib.metadata import version

    app.get("/")(lambda: request.headers.get("User-Agent", "nobody"))
    assert client.get("/").text == f"Werkzeug/{version('werkzeug')}"


def test_a_header_beats_what_the_client_says_of_itself(app, client):
    app.get("/")(lambda: request.headers.get("User-Agent", "nobody"))
    assert client.get("/", headers={"User-Agent": "Reader/1"}).text == "Reader/1"


def test_environ_base_is_for_all_requests_of_one_client(app, client):
    app.get("/")(lambda: [request.remote_addr, request.headers.get("X-Reader")])
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    client.environ_base["HTTP_X_READER"] = "Ada"
    assert client.get("/").json == client.get("/").json == ["192.0.2.7", "Ada"]
    assert app.test_client().get("/").json == ["127.0.0.1", None]


def test_environ_base_of_one_request_adds_to_it(app, client):
    app.get("/")(lambda: [request.remote_addr, request.environ.get("tests.note")])
    assert client.get("/", environ_base={"tests.note": "here"}).json == ["127.0.0.1", "here"]
    assert client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"}).json == ["192.0.2.7", None]
    assert client.get("/").json == ["127.0.0.1", None]


def test_environ_overrides_have_the_last_word(app, client):
    app.get("/")(lambda: [request.remote_addr, request.headers.get("X-Reader")])
    overrides = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_READER": "Ada"}
    assert client.get("/", headers={"X-Reader": "Bob"}, environ_overrides=overrides).json == ["192.0.2.7", "Ada"]


def of_werkzeug(kind):
    from werkzeug.test import EnvironBuilder

    builder = EnvironBuilder("/here?q=sea", method="POST", data={"text": "true"}, headers={"X-Reader": "Ada"})
    return {"builder": builder, "environ": builder.get_environ(), "request": builder.get_request()}[kind]


@pytest.mark.parametrize("kind", ["builder", "environ", "request"])
def test_a_builder_an_environ_or_a_request_can_be_sent(app, client, kind):
    @app.post("/here")
    def view():
        return [request.args["q"], request.form["text"], request.headers["X-Reader"], request.remote_addr]

    assert client.open(of_werkzeug(kind)).json == ["sea", "true", "Ada", "127.0.0.1"]


def test_what_a_builder_says_beats_what_the_client_says_of_itself(app, client):
    from werkzeug.test import EnvironBuilder

    app.get("/")(lambda: request.remote_addr)
    assert client.open(EnvironBuilder("/", environ_base={"REMOTE_ADDR": "192.0.2.7"})).text == "192.0.2.7"


def test_an_environ_that_is_sent_is_not_written_to(app, client):
    app.post("/here")(lambda: "")
    environ = of_werkzeug("environ")
    before = dict(environ)
    client.set_cookie("name", "Ada")
    with client:
        client.open(environ)
    assert environ == before


def test_the_request_of_a_response_can_be_sent_again(app, client):
    app.get("/")(lambda: request.args["q"])
    response = client.get("/?q=sea")
    assert client.open(response.request).text == "sea"
