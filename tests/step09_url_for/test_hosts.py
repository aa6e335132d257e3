"""A host may have a name in the configuration, and a part in the rules."""

import inspect

import pytest
from werkzeug.test import Client


def view(**values):
    """Answers for all endpoints here; the tests are about their URLs."""
    return values


def an_app(**options):
    """An application without static files, as far as it knows of such: Flask would want a host for them."""
    from dram import Dram

    if "static_folder" in inspect.signature(Dram).parameters:
        options["static_folder"] = None
    return Dram("tests", **options)


@pytest.fixture
def by_host():
    """An application whose rules say for which host they are."""
    app = an_app(host_matching=True)
    app.add_url_rule("/", "index", lambda: "index", host="example.org")
    app.add_url_rule("/", "admin", lambda: "admin", host="admin.example:8080")
    app.add_url_rule("/", "reader", lambda name: f"reader {name}", host="<name>.example.net")
    return app


@pytest.fixture
def by_subdomain():
    """An application whose rules say for which subdomain of its server name they are."""
    app = an_app(subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.org"
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/", "docs", lambda: "docs", subdomain="docs")
    app.add_url_rule("/", "reader", lambda name: f"reader {name}", subdomain="<name>")
    return app


ANY_HOST = ["http://example.org", "http://docs.example.org", "http://example.org:8080", "http://localhost"]


@pytest.mark.parametrize("base", ANY_HOST)
def test_a_server_name_is_what_links_say_and_shuts_nobody_out(app, client, base):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org"
    app.get("/", endpoint="index")(lambda: url_for("index", _external=True))
    response = client.get("/", base_url=base)
    assert (response.status_code, response.text) == (200, "http://example.org/")


def test_the_scheme_and_the_root_of_a_link_are_those_of_the_request(app, client):
    from dram import url_for

    app.config.update(SERVER_NAME="example.org", PREFERRED_URL_SCHEME="ftp", APPLICATION_ROOT="/configured")
    app.get("/", endpoint="index")(lambda: url_for("index", _external=True))
    assert client.get("/", base_url="https://localhost/library").text == "https://example.org/library/"


def test_where_no_subdomains_are_matched_the_default_one_is_taken(app, client):
    app.config["SERVER_NAME"] = "example.org"
    app.url_map.default_subdomain = "www"
    app.get("/essays/")(lambda: "Essays")
    assert client.get("/essays/", base_url="http://localhost").text == "Essays"
    assert client.get("/essays", base_url="http://localhost").headers.get("Location") == (
        "http://www.example.org/essays/"
    )


@pytest.mark.parametrize("name", ["example.org", "example.org:8080"])
def test_a_slash_redirect_leads_to_the_server_name(app, client, name):
    app.config["SERVER_NAME"] = name
    app.get("/essays/")(lambda: "")
    location = client.get("/essays?q=sea", base_url="http://localhost/library").headers.get("Location")
    assert location == f"http://{name}/library/essays/?q=sea"


@pytest.mark.parametrize(
    ("base", "answer"),
    [
        ("http://example.org", "index"),
        ("https://EXAMPLE.org", "index"),
        ("http://admin.example:8080", "admin"),
        ("http://ada.example.net", "reader ada"),
    ],
)
def test_the_host_chooses_the_rule(by_host, base, answer):
    assert Client(by_host).get("/", base_url=base).text == answer


@pytest.mark.parametrize("base", ["http://localhost", "http://example.org:81", "http://admin.example"])
def test_a_host_that_no_rule_has_is_not_found(by_host, base):
    assert Client(by_host).get("/", base_url=base).status_code == 404


def test_the_server_name_does_not_choose_the_rule(by_host):
    by_host.config["SERVER_NAME"] = "example.org"
    assert Client(by_host).get("/", base_url="http://ada.example.net").text == "reader ada"
    assert Client(by_host).get("/", base_url="http://localhost").status_code == 404


def test_a_link_to_another_host_is_external_though_nobody_asked(by_host):
    from dram import url_for

    with by_host.test_request_context("/", base_url="http://example.org/library"):
        assert url_for("index") == "/library/"
        assert url_for("admin") == url_for("admin", _external=False) == "http://admin.example:8080/library/"
        assert url_for("reader", name="ada") == "http://ada.example.net/library/"


def test_without_a_request_each_rule_has_its_host(by_host):
    from dram import url_for

    by_host.config["SERVER_NAME"] = "example.org"
    with by_host.app_context():
        assert url_for("index") == "http://example.org/"
        assert url_for("admin") == "http://admin.example:8080/"
        assert url_for("index", _external=False) == "/"


@pytest.mark.parametrize(
    ("base", "answer"),
    [
        ("http://example.org:8080", "index"),
        ("http://docs.example.org:8080", "docs"),
        ("http://DOCS.example.org:8080", "docs"),
        ("http://ada.example.org:8080", "reader ada"),
    ],
)
def test_the_subdomain_chooses_the_rule(by_subdomain, base, answer):
    by_subdomain.config["SERVER_NAME"] = "example.org:8080"
    assert Client(by_subdomain).get("/", base_url=base).text == answer


@pytest.mark.filterwarnings("ignore:Current server name")
@pytest.mark.parametrize("base", ["http://localhost", "http://docs.localhost", "http://docs.example.org:81"])
def test_a_host_outside_of_the_server_name_has_none_of_its_rules(base):
    app = an_app(subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.org"
    app.add_url_rule("/", "index", view)
    app.add_url_rule("/", "docs", view, subdomain="docs")
    assert Client(app).get("/", base_url=base).status_code == 404


def test_without_a_server_name_there_are_no_subdomains():
    app = an_app(subdomain_matching=True)
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/", "docs", lambda: "docs", subdomain="docs")
    assert Client(app).get("/", base_url="http://docs.example.org").text == "index"


def test_a_link_to_another_subdomain_is_external_though_nobody_asked(by_subdomain):
    from dram import url_for

    with by_subdomain.test_request_context("/", base_url="https://docs.example.org"):
        assert url_for("docs") == "/"
        assert url_for("index") == url_for("index", _external=False) == "https://example.org/"
        assert url_for("reader", name="ada") == "https://ada.example.org/"


def test_without_a_request_each_rule_has_its_subdomain(by_subdomain):
    from dram import url_for

    with by_subdomain.app_context():
        assert url_for("index") == "http://example.org/"
        assert url_for("docs") == "http://docs.example.org/"
        assert url_for("reader", name="ada") == "http://ada.example.org/"


def test_a_redirect_stays_on_its_subdomain(by_subdomain):
    by_subdomain.add_url_rule("/guide/", "guide", view, subdomain="docs")
    response = Client(by_subdomain).get("/guide", base_url="http://docs.example.org")
    assert response.headers.get("Location") == "http://docs.example.org/guide/"


def test_links_to_subdomains_can_be_made_where_none_are_matched(app, client):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org"
    app.add_url_rule("/guide", "guide", view, subdomain="docs")
    app.get("/", endpoint="index")(lambda: [url_for("index"), url_for("guide")])
    assert client.get("/", base_url="http://docs.example.org").get_json() == ["/", "http://docs.example.org/guide"]
