"""A client goes where a response sends it, when asked to."""

import pytest

from dram import make_response, redirect, request


@pytest.fixture
def client(app):
    @app.route("/", methods=["GET", "POST"])
    def index():
        return [request.method, request.form.to_dict(), dict(request.cookies), request.args.to_dict()]

    @app.route("/go/<int:code>", methods=["GET", "POST"])
    def go(code):
        return redirect("/?q=sea", code)

    @app.get("/twice")
    def twice():
        response = make_response(redirect("/go/302"))
        response.set_cookie("reader", "Ada")
        return response

    app.get("/loop", endpoint="loop")(lambda: redirect("/loop"))
    app.get("/away", endpoint="away")(lambda: redirect("http://elsewhere.example/"))
    return app.test_client()


def test_a_redirect_is_not_followed_unless_asked(client):
    response = client.get("/go/302")
    assert (response.status_code, response.location, response.history) == (302, "/?q=sea", ())


def test_a_redirect_is_followed_to_its_end(client):
    response = client.get("/twice", follow_redirects=True)
    assert (response.status_code, response.request.path, response.request.args["q"]) == (200, "/", "sea")


def test_history_has_the_responses_on_the_way(client):
    response = client.get("/twice", follow_redirects=True)
    assert [(step.request.path, step.status_code) for step in response.history] == [("/twice", 302), ("/go/302", 302)]


def test_a_cookie_that_is_set_on_the_way_is_sent_on(client):
    assert client.get("/twice", follow_redirects=True).json[2] == {"reader": "Ada"}


@pytest.mark.parametrize(
    ("code", "method", "form"),
    [
        (301, "GET", {}),
        (302, "GET", {}),
        (303, "GET", {}),
        (307, "POST", {"text": "true"}),
        (308, "POST", {"text": "true"}),
    ],
)
def test_the_status_says_whether_the_form_is_sent_on(client, code, method, form):
    response = client.post(f"/go/{code}", data={"text": "true"}, follow_redirects=True)
    assert response.json[:2] == [method, form]


def test_what_the_client_says_of_itself_is_sent_on(app, client):
    app.get("/where", endpoint="where")(lambda: redirect("/who"))
    app.get("/who", endpoint="who")(lambda: request.remote_addr)
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert client.get("/where", follow_redirects=True).text == "192.0.2.7"


def test_a_loop_is_noticed(client):
    from werkzeug.test import ClientRedirectError

    with pytest.raises(ClientRedirectError, match="/loop"):
        client.get("/loop", follow_redirects=True)


def test_another_host_is_not_followed_to(client):
    assert client.get("/away").location == "http://elsewhere.example/"
    with pytest.raises(RuntimeError, match="external"):
        client.get("/away", follow_redirects=True)
