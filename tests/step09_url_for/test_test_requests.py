"""A request that no server sent comes from where the configuration says."""

import pytest
from werkzeug.test import EnvironBuilder


@pytest.fixture
def asked(app):
    """What a request of `test_request_context` says of itself; arguments it does not know fail the test."""
    from dram import request

    def asked(*args, **options):
        try:
            context = app.test_request_context(*args, **options)
        except TypeError as error:
            pytest.fail(str(error))
        with context:
            return request.url, request.script_root, request.path

    return asked


@pytest.mark.parametrize("root", ["/library", "/library/"])
def test_it_is_mounted_at_the_application_root(app, asked, root):
    app.config["APPLICATION_ROOT"] = root
    assert asked("/essays/") == ("http://localhost/library/essays/", "/library", "/essays/")


def test_it_has_the_preferred_scheme(app, asked):
    app.config["PREFERRED_URL_SCHEME"] = "https"
    assert asked("/") == ("https://localhost/", "", "/")


@pytest.mark.parametrize("path", ["/", "/essays/", "/library/"])
def test_it_is_sent_to_where_the_application_is(app, asked, path):
    app.config.update(SERVER_NAME="example.org:8080", APPLICATION_ROOT="/library", PREFERRED_URL_SCHEME="https")
    assert asked(f"{path}?q=sea") == (f"https://example.org:8080/library{path}?q=sea", "/library", path)


@pytest.mark.parametrize("options", [{}, {"path": "/"}, {"path": ""}])
def test_it_is_for_the_root_unless_told_otherwise(app, asked, options):
    app.config["SERVER_NAME"] = "example.org"
    assert asked(**options) == ("http://example.org/", "", "/")


@pytest.mark.parametrize("server_name", [None, "example.org"])
def test_it_may_be_for_a_subdomain(app, asked, server_name):
    app.config["SERVER_NAME"] = server_name
    assert asked("/", subdomain="docs")[0] == f"http://docs.{server_name or 'localhost'}/"


def test_it_may_have_a_scheme_of_its_own(app, asked):
    app.config["PREFERRED_URL_SCHEME"] = "ftp"
    assert asked("/", url_scheme="https")[0] == "https://localhost/"


def test_a_base_url_is_preferred_to_the_configuration(app):
    from dram import request, url_for

    app.config.update(SERVER_NAME=None, APPLICATION_ROOT="/configured", PREFERRED_URL_SCHEME="ftp")
    app.add_url_rule("/essays/", "essays", lambda: "")
    with app.test_request_context("/essays/", base_url="https://example.net:8443/mounted"):
        assert request.url == url_for("essays", _external=True) == "https://example.net:8443/mounted/essays/"


@pytest.mark.parametrize("option", ["subdomain", "url_scheme"])
def test_a_base_url_with_a_part_of_one_is_refused(app, option):
    with pytest.raises((AssertionError, TypeError, ValueError), match="base_url"):
        app.test_request_context("/", base_url="http://example.org", **{option: "docs"})


def test_a_whole_url_brings_scheme_host_and_query(app, asked):
    app.config.update(SERVER_NAME="example.org", APPLICATION_ROOT="/library", PREFERRED_URL_SCHEME="ftp")
    assert asked("https://example.net:8443/essays/?q=sea") == (
        "https://example.net:8443/library/essays/?q=sea",
        "/library",
        "/essays/",
    )


def test_a_whole_url_without_a_scheme_has_the_preferred_one(app, asked):
    app.config["PREFERRED_URL_SCHEME"] = "https"
    assert asked("//example.net/essays/")[0] == "https://example.net/essays/"


def test_it_finds_the_rule_of_its_subdomain():
    from dram import Dram, request

    app = Dram("tests", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.org"
    app.add_url_rule("/", "index", lambda: "")
    app.add_url_rule("/", "docs", lambda: "", subdomain="docs")
    with app.test_request_context("/", subdomain="docs"):
        assert request.endpoint == "docs"
    with app.test_request_context("/"):
        assert request.endpoint == "index"


def test_a_request_made_by_hand_is_left_as_it_is(app):
    from dram import request, url_for

    app.config.update(APPLICATION_ROOT="/configured", PREFERRED_URL_SCHEME="ftp")
    app.add_url_rule("/", "index", lambda: "")
    with app.request_context(EnvironBuilder("/", base_url="https://example.net/mounted").get_environ()):
        assert request.url == url_for("index", _external=True) == "https://example.net/mounted/"
