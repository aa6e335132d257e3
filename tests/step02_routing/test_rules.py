"""A rule describes many URLs; what varies reaches the view as arguments."""

import uuid

import pytest
from werkzeug.routing import BaseConverter
from werkzeug.test import EnvironBuilder


def echo(**arguments):
    return repr(sorted(arguments.items()))


@pytest.mark.parametrize(
    ("rule", "path", "arguments"),
    [
        ("/essays/<title>", "/essays/walking", {"title": "walking"}),
        ("/essays/<string(length=2):code>", "/essays/en", {"code": "en"}),
        ("/essays/<int:number>", "/essays/7", {"number": 7}),
        ("/essays/<int(signed=True):number>", "/essays/-7", {"number": -7}),
        ("/at/<float:ratio>", "/at/0.5", {"ratio": 0.5}),
        ("/files/<path:name>", "/files/a/b.txt", {"name": "a/b.txt"}),
        ("/<any(old, new):which>", "/new", {"which": "new"}),
        ("/notes/<uuid:key>", f"/notes/{uuid.UUID(int=7)}", {"key": uuid.UUID(int=7)}),
        ("/<int:year>/<slug>", "/1862/walking", {"slug": "walking", "year": 1862}),
    ],
)
def test_a_variable_part_is_converted(app, client, rule, path, arguments):
    app.route(rule)(echo)
    assert client.get(path).text == repr(sorted(arguments.items()))


@pytest.mark.guard(removes="converter.patch")
@pytest.mark.parametrize("path", ["/essays/x", "/essays/7/8", "/essays/-7", "/essays/7.5"])
def test_what_a_converter_does_not_accept_is_not_found(app, client, path):
    app.route("/essays/<int:number>")(echo)
    assert client.get(path).status_code == 404


def test_a_variable_part_is_percent_decoded(app, client):
    app.route("/tags/<tag>")(lambda tag: tag)
    assert client.get("/tags/caf%C3%A9%20noir").text == "café noir"


def test_bytes_that_are_not_utf_8_do_not_reach_a_view_as_such(app, client):
    app.route("/tags/<tag>")(lambda tag: tag)
    environ = EnvironBuilder().get_environ()
    environ["PATH_INFO"] = "/tags/\xff"
    assert client.open(environ).text == "�"


def test_a_fixed_path_beats_a_variable_one_whatever_comes_first(app, client):
    app.route("/essays/<title>", endpoint="one")(lambda title: f"one: {title}")
    app.route("/essays/new", endpoint="form")(lambda: "form")
    assert client.get("/essays/new").text == "form"
    assert client.get("/essays/old").text == "one: old"


def test_a_rule_may_have_defaults(app, client):
    app.route("/essays/", defaults={"page": 1})(echo)
    assert client.get("/essays/").text == "[('page', 1)]"


def test_converters_of_ones_own(app, client):
    class Words(BaseConverter):
        def to_python(self, value):
            return value.split("+")

    app.url_map.converters["words"] = Words
    app.route("/tags/<words:tags>")(lambda tags: " and ".join(tags))
    assert client.get("/tags/old+wise").text == "old and wise"


def test_a_malformed_rule_is_refused(app):
    with pytest.raises((ValueError, LookupError)):
        app.route("/essays/<nothing:number>")(echo)


def test_a_missing_slash_is_redirected_and_the_query_kept(app, client):
    app.route("/essays/")(lambda: "all")
    response = client.get("/essays?q=sea&page=2")
    assert response.status_code == 308
    assert response.location == "http://localhost/essays/?q=sea&page=2"
    assert client.get("/essays?q=sea", follow_redirects=True).text == "all"


@pytest.mark.guard(removes="strict_slashes.patch")
def test_a_slash_too_many_is_not_found(app, client):
    app.route("/essays")(lambda: "all")
    assert client.get("/essays/").status_code == 404


def test_doubled_slashes_are_redirected_to_one(app, client):
    app.route("/essays/<int:number>")(echo)
    assert client.get("/essays//7").location == "http://localhost/essays/7"


def test_a_rule_may_accept_both_with_and_without_slash(app, client):
    app.route("/essays/", strict_slashes=False)(lambda: "all")
    assert client.get("/essays").text == "all"
