"""An application makes a client that sends requests to it without a server."""

import threading

import pytest

from dram import request


def test_the_client_gets_what_the_view_returns(app):
    app.get("/")(lambda: "Hello")
    response = app.test_client().get("/")
    assert (response.status_code, response.text) == (200, "Hello")


def test_it_is_a_client_of_werkzeugs(app):
    from werkzeug.test import Client

    from dram.testing import DramClient

    client = app.test_client()
    assert type(client) is DramClient
    assert isinstance(client, Client)
    assert client.application is app


def test_a_middleware_around_wsgi_app_is_passed_through(app):
    app.get("/")(lambda: request.environ.get("passed", "by"))
    inner = app.wsgi_app

    def middleware(environ, start_response):
        return inner({**environ, "passed": "through"}, start_response)

    app.wsgi_app = middleware
    assert app.test_client().get("/").text == "through"


def test_the_response_is_one_of_the_applications_class(app):
    class Loud(app.response_class):
        def shout(self):
            return self.text.upper()

    app.response_class = Loud
    app.get("/")(lambda: "hello")
    response = app.test_client().get("/")
    assert isinstance(response, Loud)
    assert response.shout() == "HELLO"


def test_an_application_may_have_its_own_class_of_clients(app):
    from dram.testing import DramClient

    class Reader(DramClient):
        def read(self, number):
            return self.get(f"/essays/{number}").text

    app.get("/essays/<number>")(lambda number: f"Essay {number}")
    app.test_client_class = Reader
    assert app.test_client().read(7) == "Essay 7"


def test_further_arguments_go_to_the_class(app):
    from dram.testing import DramClient

    class Member(DramClient):
        def __init__(self, *args, name, **kwargs):
            super().__init__(*args, **kwargs)
            self.environ_base["HTTP_X_MEMBER"] = name

    app.get("/")(lambda: request.headers.get("X-Member", "nobody"))
    app.test_client_class = Member
    assert app.test_client(name="Ada").get("/").text == "Ada"


def test_an_argument_that_the_class_does_not_know_is_refused(app):
    make_client = app.test_client
    with pytest.raises(TypeError, match="nonsense"):
        make_client(nonsense=1)


def test_making_a_client_changes_nothing_in_the_application(app):
    before = dict(app.config)
    app.test_client()
    assert dict(app.config) == before
    assert app.testing is False


def test_an_error_of_a_view_is_a_500_unless_testing(app):
    app.get("/")(lambda: 1 / 0)
    assert app.test_client().get("/").status_code == 500


def test_while_testing_an_error_of_a_view_reaches_the_test(app):
    app.get("/")(lambda: 1 / 0)
    app.config["TESTING"] = True
    client = app.test_client()
    with pytest.raises(ZeroDivisionError):
        client.get("/")


def test_the_response_knows_its_request(app):
    app.post("/essays")(lambda: "")
    response = app.test_client().post("/essays?q=sea")
    assert (response.request.method, response.request.path, response.request.args["q"]) == ("POST", "/essays", "sea")


def test_json_is_read_from_the_response(app):
    app.get("/")(lambda: {"essays": [1, 2]})
    response = app.test_client().get("/")
    assert response.json == response.get_json() == {"essays": [1, 2]}


def test_a_buffered_response_has_been_read_to_its_end(app):
    steps = []

    @app.get("/")
    def view():
        def body():
            yield "one"
            steps.append("done")

        return body()

    response = app.test_client().get("/", buffered=True)
    assert steps == ["done"]
    assert response.text == "one"


def test_a_response_that_is_not_buffered_is_read_as_the_test_reads_it(app):
    steps = []

    @app.get("/")
    def view():
        def body():
            yield "one"
            steps.append("done")
            yield "two"

        return body()

    response = app.test_client().get("/")
    assert steps == []
    assert response.text == "onetwo"
    assert steps == ["done"]


def test_clients_of_two_applications_do_not_mix(app):
    other = type(app)("other")
    app.get("/")(lambda: "one")
    other.get("/")(lambda: "other")
    one, two = app.test_client(), other.test_client()
    assert [one.get("/").text, two.get("/").text, one.get("/").text] == ["one", "other", "one"]


def test_two_clients_may_be_at_work_at_once(app):
    both_are_in = threading.Barrier(2, timeout=5)

    @app.get("/<name>")
    def view(name):
        both_are_in.wait()
        return f"{name} {request.path} {request.cookies.get('name')}"

    answers = []
    clients = {name: app.test_client() for name in ("one", "two")}

    def ask(name, client):
        client.set_cookie("name", name)
        answers.append(client.get(f"/{name}").text)

    threads = [threading.Thread(target=ask, args=item) for item in clients.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(answers) == ["one /one one", "two /two two"]


def test_a_view_may_ask_its_own_application(app):
    app.get("/inner", endpoint="inner")(lambda: request.path)

    @app.get("/outer")
    def outer():
        return [app.test_client().get("/inner").text, request.path]

    assert app.test_client().get("/outer").json == ["/inner", "/outer"]
