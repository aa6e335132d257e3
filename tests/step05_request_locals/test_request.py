"""`request` stands for the request that is being answered."""

import io

import pytest


def test_a_view_sees_the_query(app, client):
    from dram import request

    app.get("/essays/")(lambda: request.args.get("q", "nothing"))
    assert client.get("/essays/?q=sea%20and%20sand").text == "sea and sand"
    assert client.get("/essays/").text == "nothing"


def test_a_view_sees_the_form(app, client):
    from dram import request

    app.post("/notes")(lambda: request.form["text"])
    assert client.post("/notes", data={"text": "so true"}).text == "so true"


def test_a_view_sees_method_path_and_headers(app, client):
    from dram import request

    app.get("/where")(lambda: [request.method, request.path, request.headers["X-Reader"]])
    assert client.get("/where?q=1", headers={"X-Reader": "Ada"}).get_json() == ["GET", "/where", "Ada"]


def test_a_view_sees_json(app, client):
    from dram import request

    app.post("/notes")(lambda: {"said": request.get_json()["text"]})
    assert client.post("/notes", json={"text": "so true"}).get_json() == {"said": "so true"}


def test_a_missing_field_is_a_bad_request(app, client):
    from dram import request

    app.get("/")(lambda: request.args["q"])
    assert client.get("/").status_code == 400


def test_a_function_that_the_view_calls_sees_it_too(app, client):
    from dram import request

    def shout():
        return request.args["q"].upper()

    app.get("/")(lambda: shout())
    assert client.get("/?q=sea").text == "SEA"


def test_the_request_knows_what_it_was_matched_to(app, client):
    from dram import request

    app.get("/essays/<int:number>", endpoint="essay")(
        lambda number: [request.endpoint, request.url_rule.rule, request.view_args]
    )
    assert client.get("/essays/7").get_json() == ["essay", "/essays/<int:number>", {"number": 7}]


def test_an_error_handler_sees_it(app, client):
    from dram import request

    app.errorhandler(404)(lambda error: (f"no {request.path}", 404))
    assert client.get("/nowhere").text == "no /nowhere"


def test_an_unmatched_request_knows_why(app, client):
    from dram import request

    app.get("/")(lambda: "")
    app.errorhandler(405)(lambda error: [request.routing_exception is error, request.endpoint, request.view_args])
    assert client.post("/").get_json() == [True, None, None]


def test_the_handler_for_500_sees_it(app, client):
    from dram import request

    app.get("/divide")(lambda: 1 / 0)
    app.errorhandler(500)(lambda error: (request.path, 500))
    assert client.get("/divide").text == "/divide"


def test_a_wsgi_application_that_is_returned_sees_it(app, client):
    from dram import request

    def inner(environ, start_response):
        start_response("200 OK", [])
        return [request.path.encode()]

    app.get("/inner")(lambda: inner)
    assert client.get("/inner").text == "/inner"


def test_an_application_may_have_its_own_class_of_requests(client):
    from dram import Dram, Request, request

    class Polite(Request):
        @property
        def reader(self):
            return self.args.get("reader", "dear reader")

    app = Dram("suite")
    app.request_class = Polite
    app.get("/")(lambda: request.reader)
    with app.test_request_context("/?reader=Ada"):
        assert request.reader == "Ada"
        assert type(request._get_current_object()) is Polite


def test_the_message_of_a_mistake_names_the_endpoint_without_being_told(app):
    with app.test_request_context("/"), pytest.raises(TypeError, match="returned None"):
        app.make_response(None)


def test_a_wsgi_application_needs_no_more_than_the_current_request(app):
    def inner(environ, start_response):
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    with app.test_request_context("/here"):
        assert app.make_response(inner).get_data() == b"/here"


def test_uploaded_files_are_closed_at_the_end(app, client):
    from dram import request

    uploaded = []

    @app.post("/")
    def view():
        uploaded.append(request.files["essay"])
        return [uploaded[0].closed]

    assert client.post("/", data={"essay": (io.BytesIO(b"text"), "walking.txt")}).get_json() == [False]
    assert uploaded[0].closed


def test_it_can_be_imported_before_there_is_any():
    from dram import request

    assert not request
    assert "unbound" in repr(request)


def test_outside_of_a_request_the_error_says_so():
    from dram import request

    with pytest.raises(RuntimeError, match=r"^Working outside of request context"):
        _ = request.args


@pytest.mark.differs("Flask does not say which name was used, and refers to its documentation")
@pytest.mark.parametrize("says", ["'request' needs the request", "there is none", "test_request_context"])
def test_the_error_says_which_name_why_and_what_to_do(says):
    from dram import request

    with pytest.raises(RuntimeError, match=says):
        _ = request.args
