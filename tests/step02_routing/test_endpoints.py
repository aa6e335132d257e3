"""Between the rule and the function stands a name, the endpoint."""

import pytest
from werkzeug.routing import Rule


def test_the_endpoint_is_the_functions_name(app):
    @app.route("/")
    def index():
        return ""

    assert app.view_functions.get("index") is index
    assert [rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/"] == ["index"]


def test_the_endpoint_can_be_chosen(app):
    app.route("/", endpoint="home")(lambda: "")
    assert "home" in app.view_functions


def test_a_rule_without_a_function_gets_one_later(app, client):
    app.add_url_rule("/", endpoint="home")
    app.endpoint("home")(lambda: "Hello")
    assert client.get("/").text == "Hello"


def test_endpoint_gives_the_function_back(app):
    def view():
        return ""

    assert app.endpoint("home")(view) is view


def test_add_url_rule_does_what_route_does(app, client):
    app.add_url_rule("/", "home", lambda: "Hello")
    assert client.get("/").text == "Hello"


def test_one_function_may_have_many_rules(app, client):
    @app.route("/")
    @app.route("/<name>")
    def hello(name="you"):
        return f"Hello {name}"

    assert client.get("/").text == "Hello you"
    assert client.get("/Ada").text == "Hello Ada"


def test_one_bound_method_may_have_many_rules(app, client):
    class Pages:
        def index(self):
            return "Hello"

    pages = Pages()
    app.add_url_rule("/", None, pages.index)
    app.add_url_rule("/index", None, pages.index)
    assert client.get("/").text == client.get("/index").text == "Hello"


def test_two_functions_of_one_name_are_refused(app, client):
    def view():
        return "first"

    first = view
    app.add_url_rule("/first", None, first)

    def view():
        return "second"

    with pytest.raises(AssertionError, match=r"'?view'?"):
        app.add_url_rule("/second", None, view)
    assert app.view_functions["view"] is first


@pytest.mark.differs("Flask keeps the rule of the refused function, which then leads to the first one")
def test_a_refused_function_leaves_no_rule_behind(app):
    app.add_url_rule("/first", "view", lambda: "first")
    with pytest.raises(AssertionError):
        app.add_url_rule("/second", "view", lambda: "second")
    assert "/second" not in [rule.rule for rule in app.url_map.iter_rules()]


def test_a_rule_with_neither_endpoint_nor_function_is_refused(app):
    from dram import Dram

    add_url_rule = Dram.add_url_rule
    with pytest.raises((TypeError, AssertionError), match="endpoint"):
        add_url_rule(app, "/")


@pytest.mark.differs("Flask raises a KeyError that holds the name alone")
def test_a_rule_whose_function_never_came_says_so(app, bare_client):
    app.testing = True
    app.add_url_rule("/", endpoint="home")
    with pytest.raises(LookupError, match=r"'home'.*no function"):
        bare_client.get("/")


def test_rules_may_be_put_into_the_map_by_hand(app, client):
    app.url_map.add(Rule("/", endpoint="home"))
    app.endpoint("home")(lambda: "Hello")
    assert client.get("/").text == "Hello"


def test_the_first_of_two_equal_rules_answers(app, client):
    app.add_url_rule("/", "one", lambda: "one")
    app.add_url_rule("/", "other", lambda: "other")
    assert client.get("/").text == "one"


def test_an_application_may_have_its_own_class_of_rules(client):
    from dram import Dram

    class Shouting(Dram.url_rule_class):
        def __init__(self, string, **options):
            super().__init__(string.upper(), **options)

    app = Dram("suite")
    app.url_rule_class = Shouting
    app.add_url_rule("/loud", "loud", lambda: "")
    assert "/LOUD" in [rule.rule for rule in app.url_map.iter_rules()]
