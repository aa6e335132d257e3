"""What many URLs have in common is read in one place, and written in one place."""

import pytest


@pytest.fixture
def app(app):
    app.add_url_rule("/", "index", lambda **values: values)
    app.add_url_rule("/<lang>/essays/<int:number>", "essay", lambda **values: values)
    return app


@pytest.fixture
def url_for(app):
    """`url_for`, within a request for the root."""
    from dram import url_for

    with app.test_request_context("/"):
        yield url_for


def test_a_default_fills_in_what_was_not_given(app, url_for):
    app.url_defaults(lambda endpoint, values: values.setdefault("lang", "en"))
    assert url_for("essay", number=7) == "/en/essays/7"
    assert url_for("essay", number=7, lang="de") == "/de/essays/7"


def test_it_is_called_with_the_endpoint_and_the_values(app, url_for):
    calls = []
    app.url_defaults(lambda endpoint, values: calls.append((endpoint, dict(values))) or {"returned": "ignored"})
    options = {"_anchor": "end", "_method": "GET", "_external": True}
    assert url_for("essay", number=7, lang="en", q=None, **options) == "http://localhost/en/essays/7#end"
    assert calls == [("essay", {"number": 7, "lang": "en", "q": None})]


def test_of_several_each_sees_what_the_one_before_has_done(app, url_for):
    app.url_defaults(lambda endpoint, values: values.update(seen="first"))
    app.url_defaults(lambda endpoint, values: values.update(seen=values["seen"] + "-second"))
    assert url_for("index") == "/?seen=first-second"


def test_the_callers_values_are_left_alone(app, url_for):
    app.url_defaults(lambda endpoint, values: values.update(lang="en", number=8))
    values = {"number": 7}
    assert url_for("essay", **values) == "/en/essays/8"
    assert values == {"number": 7}


def test_it_works_without_a_request(app):
    app.config["SERVER_NAME"] = "example.org"
    app.url_defaults(lambda endpoint, values: values.setdefault("lang", "en"))
    assert app.url_for("essay", number=7) == "http://example.org/en/essays/7"


def test_inject_url_defaults_fills_in_by_hand(app):
    app.url_defaults(lambda endpoint, values: values.setdefault("lang", "en"))
    app.url_defaults(lambda endpoint, values: values.update(of=endpoint))
    values = {"number": 7}
    assert app.inject_url_defaults("essay", values) is None
    assert values == {"number": 7, "lang": "en", "of": "essay"}


def test_a_subclass_may_inject_its_own():
    from dram import Dram, url_for

    class Versioned(Dram):
        def inject_url_defaults(self, endpoint, values):
            super().inject_url_defaults(endpoint, values)
            values["v"] = 3

    app = Versioned("tests")
    app.add_url_rule("/", "index", lambda: "")
    with app.test_request_context("/"):
        assert url_for("index") == "/?v=3"


@pytest.mark.parametrize("name", ["url_defaults", "url_value_preprocessor"])
def test_the_decorator_gives_back_the_function(app, name):
    def function(endpoint, values):
        """What is decorated."""

    assert getattr(app, name)(function) is function


def test_a_preprocessor_takes_a_value_before_the_view_sees_it(app, client):
    from dram import g

    @app.url_value_preprocessor
    def take_language(endpoint, values):
        g.lang = values.pop("lang")

    app.add_url_rule("/<lang>/notes/<int:number>", "notes", lambda **values: [g.lang, values])
    assert client.get("/de/notes/7").get_json() == ["de", {"number": 7}]


def test_a_preprocessor_is_called_with_the_endpoint_and_the_values(app, client):
    calls = []
    app.url_value_preprocessor(lambda endpoint, values: calls.append((endpoint, values)) or "ignored")
    assert client.get("/en/essays/7").get_json() == {"lang": "en", "number": 7}
    client.options("/")
    assert calls == [("essay", {"lang": "en", "number": 7}), ("index", {})]


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("POST", "/"), ("GET", "/en/essays/seven")])
def test_of_a_request_that_matched_nothing_it_is_called_with_nothing(app, client, method, path):
    calls = []
    app.url_value_preprocessor(lambda endpoint, values: calls.append((endpoint, values)))
    assert client.open(path, method=method).status_code in (404, 405)
    assert calls == [(None, None)]


def test_preprocessors_come_in_order_and_before_the_hooks(app, client):
    from dram import request

    seen = []
    app.before_request(lambda: seen.append(request.view_args["number"]))
    app.url_value_preprocessor(lambda endpoint, values: values.update(number=values["number"] * 10))
    app.url_value_preprocessor(lambda endpoint, values: values.update(number=values["number"] + 1, page=2))
    assert client.get("/en/essays/7").get_json() == {"lang": "en", "number": 71, "page": 2}
    assert seen == [71]


def test_a_preprocessor_sees_the_request(app, client):
    from dram import g, request, url_for

    app.get("/view", endpoint="view")(lambda: g.seen)
    app.url_value_preprocessor(lambda endpoint, values: setattr(g, "seen", [request.path, url_for("view")]))
    assert client.get("/view?q=sea").get_json() == ["/view", "/view"]


def test_an_error_of_a_preprocessor_is_handled_like_one_of_the_view(app, client):
    order = []
    app.url_value_preprocessor(lambda endpoint, values: 1 / 0)
    app.url_value_preprocessor(lambda endpoint, values: order.append("second"))
    app.before_request(lambda: order.append("before"))
    app.after_request(lambda response: order.append("after") or response)
    app.teardown_request(lambda error: order.append("teardown"))
    app.errorhandler(ZeroDivisionError)(lambda error: ("cannot", 500))
    response = client.get("/")
    assert (response.status_code, response.text) == (500, "cannot")
    assert order == ["after", "teardown"]


def test_a_test_request_context_calls_no_preprocessor(app):
    from dram import request

    calls = []
    app.url_value_preprocessor(lambda endpoint, values: calls.append(endpoint))
    with app.test_request_context("/en/essays/7"):
        assert request.view_args == {"lang": "en", "number": 7}
    assert calls == []


def test_the_two_together_keep_the_language_of_the_page(app, client):
    from dram import g, url_for

    @app.url_value_preprocessor
    def take_language(endpoint, values):
        g.lang = values.pop("lang", None)

    @app.url_defaults
    def add_language(endpoint, values):
        if "lang" not in values and g.lang and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = g.lang

    app.add_url_rule("/<lang>/about", "about", lambda: [url_for("about"), url_for("essay", number=7), url_for("index")])
    assert client.get("/de/about").get_json() == ["/de/about", "/de/essays/7", "/"]


def test_each_application_has_its_own_processors(app, client):
    from dram import Dram, url_for

    other = Dram("other")
    other.url_defaults(lambda endpoint, values: values.update(q="sea"))
    other.url_value_preprocessor(lambda endpoint, values: values.clear())
    assert client.get("/en/essays/7").get_json() == {"lang": "en", "number": 7}
    with app.test_request_context("/"):
        assert url_for("index") == "/"
