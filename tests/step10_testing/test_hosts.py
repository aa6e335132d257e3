"""The configuration says which host a request is for; the test may say otherwise."""

import pytest

from dram import Dram, request


@pytest.fixture
def client(app):
    app.get("/", endpoint="url")(lambda: request.url)
    return app.test_client()


def test_the_host_is_localhost_unless_told_otherwise(client):
    assert client.get("/").text == "http://localhost/"


@pytest.mark.parametrize("name", ["books.example", "books.example:8080"])
def test_server_name_is_the_host(app, client, name):
    app.config["SERVER_NAME"] = name
    assert client.get("/").text == f"http://{name}/"


@pytest.mark.parametrize("root", ["/shop", "shop"])
def test_application_root_comes_before_the_path(app, client, root):
    app.config["APPLICATION_ROOT"] = root
    assert client.get("/").text == "http://localhost/shop/"


def test_preferred_url_scheme_is_the_scheme(app, client):
    app.config["PREFERRED_URL_SCHEME"] = "https"
    assert client.get("/").text == "https://localhost/"


def test_url_scheme_beats_the_preferred_one(app, client):
    app.config["PREFERRED_URL_SCHEME"] = "https"
    assert client.get("/", url_scheme="http").text == "http://localhost/"


@pytest.mark.parametrize(("name", "host"), [(None, "localhost"), ("books.example:8080", "books.example:8080")])
def test_subdomain_comes_before_the_host(app, client, name, host):
    app.config["SERVER_NAME"] = name
    assert client.get("/", subdomain="api").text == f"http://api.{host}/"


def test_a_rule_for_a_subdomain_can_be_asked():
    app = Dram("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "books.example"
    app.get("/")(lambda: "main")
    app.get("/", subdomain="api", endpoint="api")(lambda: "api")
    client = app.test_client()
    assert [client.get("/").text, client.get("/", subdomain="api").text] == ["main", "api"]


def test_base_url_names_scheme_host_and_root(app, client):
    app.config.update(SERVER_NAME="books.example", APPLICATION_ROOT="/shop", PREFERRED_URL_SCHEME="https")
    assert client.get("/", base_url="http://other.example/root").text == "http://other.example/root/"


@pytest.mark.parametrize("name", ["subdomain", "url_scheme"])
def test_base_url_is_refused_together_with_a_part_of_it(client, name):
    with pytest.raises((TypeError, AssertionError), match=f"(?s)^(?=.*'?base_url)(?=.*{name})"):
        client.get("/", base_url="http://books.example/", **{name: "https"})


def test_a_whole_url_may_stand_for_the_path(client):
    assert client.get("https://books.example:8080/?q=sea").text == "https://books.example:8080/?q=sea"


def test_the_scheme_of_a_whole_url_has_the_last_word(client):
    assert client.get("http://books.example/", url_scheme="https").text == "http://books.example/"


def test_a_builder_can_be_sent_more_than_once(app, client):
    from dram.testing import EnvironBuilder

    builder = EnvironBuilder(app, "/", base_url="http://books.example/")
    assert client.open(builder).text == client.open(builder).text == "http://books.example/"


def test_a_builder_writes_json_with_sorted_keys(app):
    from dram.testing import EnvironBuilder

    assert EnvironBuilder(app).json_dumps({"b": 1, "a": 2}) == '{"a": 2, "b": 1}'
    with EnvironBuilder(app, json={"b": 1, "a": 2}).get_request() as sent:
        assert sent.get_data() == b'{"a": 2, "b": 1}'
