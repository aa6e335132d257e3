"""A rule answers the methods it names; HEAD and OPTIONS come by themselves."""

import pytest


def allowed(response):
    return sorted(response.headers.get("Allow", "").replace(" ", "").split(","))


def test_another_method_is_refused_with_what_is_allowed(app, client):
    app.route("/")(lambda: "Hello")
    response = client.post("/")
    assert response.status == "405 METHOD NOT ALLOWED"
    assert allowed(response) == ["GET", "HEAD", "OPTIONS"]


def test_a_rule_names_its_methods(app, client):
    app.route("/", methods=["PUT", "post"])(lambda: "done")
    assert [client.open("/", method=method).status_code for method in ("PUT", "POST", "GET")] == [200, 200, 405]


def test_two_views_may_share_a_path_by_method(app, client):
    app.route("/notes", endpoint="read")(lambda: "read")
    app.route("/notes", endpoint="write", methods=["POST"])(lambda: "written")
    assert client.get("/notes").text == "read"
    assert client.post("/notes").text == "written"
    assert allowed(client.delete("/notes")) == ["GET", "HEAD", "OPTIONS", "POST"]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_each_common_method_has_a_decorator(app, client, method):
    getattr(app, method)("/")(lambda: "done")
    assert client.open("/", method=method.upper()).text == "done"
    assert client.open("/", method="BREW").status_code == 405


def test_such_a_decorator_takes_no_list_of_methods(app):
    with pytest.raises(TypeError, match="route"):
        app.get("/", methods=["POST"])(lambda: "")


def test_methods_in_one_string_are_refused(app):
    with pytest.raises(TypeError, match=r"methods=\['POST'\]|list of strings"):
        app.route("/", methods="POST")(lambda: "")


def test_a_rule_for_get_answers_head(app, client):
    app.get("/")(lambda: "Hello")
    response = client.head("/")
    assert (response.status_code, response.data, response.headers["Content-Length"]) == (200, b"", "5")


def test_a_rule_without_get_does_not_answer_head(app, client):
    app.post("/")(lambda: "done")
    assert client.head("/").status_code == 405


def test_options_says_what_is_allowed(app, client):
    app.route("/", methods=["GET", "POST"])(lambda: "Hello")
    response = client.options("/")
    assert (response.status_code, response.data) == (200, b"")
    assert allowed(response) == ["GET", "HEAD", "OPTIONS", "POST"]


def test_options_of_an_unknown_path_is_not_found(app, client):
    app.get("/")(lambda: "Hello")
    assert client.options("/nowhere").status_code == 404
    assert client.options("/").headers.get("Allow")


@pytest.mark.guard(removes="asking_the_methods.patch")
def test_a_view_that_names_options_answers_it(app, client):
    app.add_url_rule("/", "index", lambda: "mine", methods=["GET", "OPTIONS"])
    assert client.options("/").text == "mine"


def test_automatic_options_can_be_refused(app, client):
    app.add_url_rule("/", "index", lambda: "Hello", provide_automatic_options=False)
    assert client.options("/").status_code == 405


def test_a_function_may_carry_its_methods(app, client):
    def view():
        return "done"

    view.methods = ["PUT"]
    view.required_methods = ["DELETE"]
    app.add_url_rule("/", None, view)
    assert allowed(client.get("/")) == ["DELETE", "OPTIONS", "PUT"]


def test_a_function_may_refuse_automatic_options(app, client):
    def view():
        return "mine"

    view.methods = ["GET", "OPTIONS"]
    view.provide_automatic_options = False
    app.add_url_rule("/", None, view)
    assert client.options("/").text == "mine"


def test_a_function_may_leave_automatic_options_open(app, client):
    def view():
        return "mine"

    view.provide_automatic_options = None
    app.add_url_rule("/", None, view)
    assert "OPTIONS" in allowed(client.options("/"))
