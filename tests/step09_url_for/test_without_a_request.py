"""Where there is no request, the configuration says what a URL begins with."""

import pytest


@pytest.fixture
def app(app):
    app.add_url_rule("/", "index", lambda: "")
    app.add_url_rule("/essays/<int:number>", "essay", lambda number: "")
    return app


@pytest.mark.parametrize("options", [{}, {"_external": True}, {"_external": None}])
def test_a_link_is_external_unless_told_otherwise(app, options):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org:8080"
    with app.app_context():
        assert url_for("essay", number=7, **options) == "http://example.org:8080/essays/7"
        assert url_for("essay", number=7, _external=False) == "/essays/7"


@pytest.mark.parametrize(
    ("scheme", "url"), [(None, "https://example.org/"), ("http", "http://example.org/"), ("", "//example.org/")]
)
def test_the_preferred_scheme_is_taken_unless_one_is_given(app, scheme, url):
    from dram import url_for

    app.config.update(SERVER_NAME="example.org", PREFERRED_URL_SCHEME="https")
    with app.app_context():
        assert url_for("index", _scheme=scheme) == url


@pytest.mark.parametrize("root", ["/library", "/library/"])
def test_the_application_root_comes_first(app, root):
    from dram import url_for

    app.config.update(SERVER_NAME="example.org", APPLICATION_ROOT=root)
    with app.app_context():
        assert url_for("index") == "http://example.org/library/"
        assert url_for("essay", number=7, _external=False) == "/library/essays/7"


def test_query_and_anchor_are_as_ever(app):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org"
    with app.app_context():
        assert url_for("index", q="sea & sand", _anchor="end") == "http://example.org/?q=sea+%26+sand#end"


@pytest.mark.parametrize(("method", "url"), [(None, "/list"), ("POST", "/add")])
def test_without_a_request_the_method_is_get(app, method, url):
    from dram import url_for

    app.add_url_rule("/add", "notes", methods=["POST"])
    app.add_url_rule("/list", "notes", methods=["GET"])
    app.config["SERVER_NAME"] = "example.org"
    with app.app_context():
        assert url_for("notes", _method=method, _external=False) == url


def test_the_application_itself_needs_no_context(app):
    app.config["SERVER_NAME"] = "example.org"
    assert app.url_for("essay", number=7) == "http://example.org/essays/7"
    assert app.url_for("essay", number=7, _external=False) == "/essays/7"


@pytest.mark.parametrize("external", [None, True, False])
def test_without_a_server_name_it_is_refused_and_says_what_to_configure(app, external):
    from dram import url_for

    says = "(?s)SERVER_NAME.*APPLICATION_ROOT.*PREFERRED_URL_SCHEME"
    with app.app_context(), pytest.raises(RuntimeError, match=says):
        url_for("index", _external=external)
    with pytest.raises(RuntimeError, match=says):
        app.url_for("index", _external=external)


def test_without_any_context_it_says_that_one_is_missing(app):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org"
    with pytest.raises(RuntimeError, match=r"^Working outside of application context"):
        url_for("index")


def test_applications_link_each_by_its_own_configuration(app):
    from dram import Dram, url_for

    other = Dram("other")
    other.add_url_rule("/other/", "index", lambda: "")
    app.config["SERVER_NAME"], other.config["SERVER_NAME"] = "example.org", "other.example"
    with app.app_context():
        with other.app_context():
            assert url_for("index") == "http://other.example/other/"
        assert url_for("index") == "http://example.org/"


def test_an_application_may_bind_its_urls_its_own_way():
    from dram import Dram, url_for

    class Bound(Dram):
        def create_url_adapter(self, request):
            host = "script.example" if request is None else f"{request.method.lower()}.example"
            return self.url_map.bind(host)

    app = Bound("tests")
    app.add_url_rule("/", "index", lambda: "")
    with app.app_context():
        assert url_for("index") == "http://script.example/"
    with app.test_request_context("/"):
        assert url_for("index", _external=True) == "http://get.example/"
