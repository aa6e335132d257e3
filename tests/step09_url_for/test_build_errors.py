"""What has no URL says why not, unless somebody else knows one."""

import pytest
from werkzeug.routing import BuildError


@pytest.fixture
def app(app):
    app.add_url_rule("/", "index", lambda: "")
    app.add_url_rule("/essays/<int:number>", "essay", lambda number: "")
    return app


@pytest.fixture
def url_for(app):
    """`url_for`, within a request for the root."""
    from dram import url_for

    with app.test_request_context("/"):
        yield url_for


def test_an_unknown_endpoint_is_a_build_error_that_knows_what_was_asked(url_for):
    with pytest.raises(BuildError, match="'nowhere'") as caught:
        url_for("nowhere", number=7)
    assert (caught.value.endpoint, caught.value.values.get("number")) == ("nowhere", 7)


def test_it_names_the_endpoint_that_was_meant(url_for):
    with pytest.raises(BuildError, match=r"'esay'.*Did you mean 'essay'"):
        url_for("esay", number=7)


@pytest.mark.parametrize("values", [{}, {"number": None}, {"nunber": 7}])
def test_it_names_the_values_that_are_missing(url_for, values):
    with pytest.raises(BuildError, match=r"forget to specify values \['number'\]"):
        url_for("essay", **values)


def test_it_names_the_methods_that_there_are(url_for):
    with pytest.raises(BuildError, match=r"'POST'.*methods \['GET'"):
        url_for("essay", number=7, _method="POST")


def test_in_a_view_it_is_an_error_like_any_other(app, client):
    from dram import url_for

    app.get("/view")(lambda: url_for("nowhere"))
    app.errorhandler(BuildError)(lambda error: (f"no {error.endpoint}", 500))
    response = client.get("/view")
    assert (response.status_code, response.text) == (500, "no nowhere")


def test_a_handler_may_know_the_url(app, url_for):
    app.url_build_error_handlers.append(lambda error, endpoint, values: f"https://{endpoint}.example/")
    assert url_for("nowhere", q="sea", _anchor="end", _scheme="ftp") == "https://nowhere.example/"
    assert url_for("essay") == "https://essay.example/"


@pytest.mark.parametrize(
    ("given", "rest"),
    [
        ({}, {"_anchor": None, "_method": None, "_scheme": None, "_external": False}),
        ({"_anchor": "end"}, {"_anchor": "end", "_method": None, "_scheme": None, "_external": False}),
        (
            {"_scheme": "https", "_method": "POST"},
            {"_anchor": None, "_method": "POST", "_scheme": "https", "_external": True},
        ),
    ],
)
def test_it_is_told_the_error_the_endpoint_and_all_that_was_asked(app, url_for, given, rest):
    asked = []
    app.url_build_error_handlers.append(lambda *arguments: asked.append(arguments) or "/")
    url_for("nowhere", number=7, q=None, **given)
    error, endpoint, values = asked[0]
    assert isinstance(error, BuildError)
    assert (endpoint, values) == ("nowhere", {"number": 7, "q": None, **rest})


@pytest.mark.parametrize("url", ["/second", ""])
def test_of_several_the_first_that_returns_something_is_taken(app, url_for, url):
    asked = []

    def handler(name, returns):
        app.url_build_error_handlers.append(lambda error, endpoint, values: asked.append(name) or returns)

    handler("first", None)
    handler("second", url)
    handler("third", "/third")
    assert url_for("nowhere") == url
    assert asked == ["first", "second"]


def test_a_handler_may_raise_the_error_again_and_the_next_is_asked(app, url_for):
    def refuses(error, endpoint, values):
        raise error

    app.url_build_error_handlers += [refuses, lambda *arguments: "/second"]
    assert url_for("nowhere") == "/second"


def test_when_none_knows_the_error_is_raised(app, url_for):
    errors = []
    app.url_build_error_handlers += [lambda error, *_: errors.append(error), lambda error, *_: errors.append(error)]
    with pytest.raises(BuildError, match="'nowhere'") as caught:
        url_for("nowhere")
    assert errors == [caught.value, caught.value]


def test_another_error_of_a_handler_is_raised(app, url_for):
    app.url_build_error_handlers += [lambda *arguments: 1 / 0, lambda *arguments: "/second"]
    with pytest.raises(ZeroDivisionError):
        url_for("nowhere")


def test_an_error_of_a_converter_is_none_of_its_business(app, url_for):
    app.url_build_error_handlers.append(lambda *arguments: "/second")
    with pytest.raises(ValueError, match="seven"):
        url_for("essay", number="seven")


def test_a_subclass_may_know_the_url():
    from dram import Dram, url_for

    class Elsewhere(Dram):
        def handle_url_build_error(self, error, endpoint, values):
            return f"https://{endpoint}.example/"

    with Elsewhere("tests").test_request_context("/"):
        assert url_for("docs") == "https://docs.example/"


def test_a_build_error_can_be_handled_by_hand(app):
    error = BuildError("nowhere", {}, None)
    with pytest.raises(BuildError) as caught:
        app.handle_url_build_error(error, "nowhere", {})
    assert caught.value is error
    app.url_build_error_handlers.append(lambda error, endpoint, values: f"/{endpoint}/{values['number']}")
    assert app.handle_url_build_error(error, "nowhere", {"number": 7}) == "/nowhere/7"
