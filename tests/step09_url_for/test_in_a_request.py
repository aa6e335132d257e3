"""Within a request a link says as little as it can, and as much as it is asked to."""

import asyncio
import threading

import pytest
from werkzeug.test import create_environ, run_wsgi_app


def view(**values):
    """Answers for all endpoints here; the tests are about their URLs."""
    return values


@pytest.fixture
def app(app):
    app.add_url_rule("/", "index", view)
    app.add_url_rule("/essays/<int:number>", "essay", view)
    return app


@pytest.mark.parametrize("base", ["http://localhost", "https://example.org:8443"])
def test_a_link_has_neither_scheme_nor_host(app, base):
    from dram import url_for

    with app.test_request_context("/", base_url=base):
        assert url_for("essay", number=7) == url_for("essay", number=7, _external=False) == "/essays/7"


@pytest.mark.parametrize("options", [{}, {"_external": True}])
def test_a_link_begins_where_the_application_is_mounted(app, options):
    from dram import url_for

    host = "http://localhost" if options else ""
    with app.test_request_context("/", base_url="http://localhost/library"):
        assert url_for("essay", number=7, **options) == f"{host}/library/essays/7"


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://localhost", "http://localhost/essays/7"),
        ("https://example.org", "https://example.org/essays/7"),
        ("http://example.org:8080", "http://example.org:8080/essays/7"),
        ("http://example.org:80", "http://example.org/essays/7"),
        ("https://example.org:443", "https://example.org/essays/7"),
        ("http://bücher.example", "http://xn--bcher-kva.example/essays/7"),
    ],
)
def test_an_external_link_has_the_scheme_host_and_port_of_the_request(app, base, url):
    from dram import url_for

    with app.test_request_context("/", base_url=base):
        assert url_for("essay", number=7, _external=True) == url


@pytest.mark.parametrize("options", [{"_external": True}, {}])
@pytest.mark.parametrize(("scheme", "url"), [("https", "https://localhost/"), ("", "//localhost/")])
def test_a_scheme_makes_the_link_external(app, options, scheme, url):
    from dram import url_for

    with app.test_request_context("/"):
        assert url_for("index", _scheme=scheme, **options) == url


def test_the_scheme_of_one_link_is_not_that_of_the_next(app):
    from dram import url_for

    with app.test_request_context("/"):
        url_for("index", _scheme="https")
        with pytest.raises(LookupError):
            url_for("nowhere", _scheme="https")
        assert url_for("index", _external=True) == "http://localhost/"
        assert url_for("index") == "/"


@pytest.mark.parametrize("place", ["in a request", "outside of it"])
def test_a_scheme_in_a_link_that_is_not_external_is_refused(app, place):
    from dram import url_for

    app.config["SERVER_NAME"] = "localhost"
    context = app.test_request_context("/") if place == "in a request" else app.app_context()
    with context, pytest.raises(ValueError, match=r"_scheme.*_external"):
        url_for("index", _scheme="https", _external=False)


def test_hooks_may_link(app, client):
    from dram import g, url_for

    app.before_request(lambda: setattr(g, "before", url_for("index")))
    app.get("/view", endpoint="view")(lambda: g.before + url_for("essay", number=7))

    @app.after_request
    def after(response):
        response.headers["Link"] = url_for("view", _external=True)
        return response

    response = client.get("/view")
    assert (response.text, response.headers.get("Link")) == ("//essays/7", "http://localhost/view")


def test_error_handlers_may_link(app, client):
    from dram import url_for

    app.get("/divide")(lambda: 1 / 0)
    app.errorhandler(404)(lambda error: (url_for("index"), 404))
    app.errorhandler(500)(lambda error: (url_for("essay", number=7), 500))
    assert (client.get("/nowhere").text, client.get("/divide").text) == ("/", "/essays/7")


def test_a_request_within_another_links_by_its_own_rules(app, client):
    from dram import Dram, url_for

    other = Dram("other")
    other.add_url_rule("/elsewhere", "index", view)
    with other.test_request_context("/", base_url="https://other.example/mounted"):
        app.get("/here")(lambda: url_for("index", _external=True))
        assert client.get("/here").text == "http://localhost/"
        assert url_for("index", _external=True) == "https://other.example/mounted/elsewhere"


@pytest.mark.differs("in Flask the request stays visible below an application context, and links stay short")
def test_an_application_context_within_a_request_hides_the_request(app):
    from dram import url_for

    app.config["SERVER_NAME"] = "example.org"
    with app.test_request_context("/", base_url="https://localhost/library"), app.app_context():
        assert url_for("index") == "http://example.org/"


def test_a_thread_with_a_copy_of_the_request_links_like_it(app):
    from dram import copy_current_request_context, url_for

    urls = []
    with app.test_request_context("/", base_url="https://example.org/library"):
        work = copy_current_request_context(lambda: urls.extend([url_for("index"), url_for("index", _external=True)]))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)
    assert urls == ["/library/", "https://example.org/library/"]


def test_two_threads_link_each_to_the_host_it_was_asked_at(app):
    from dram import url_for

    both_are_in, urls = threading.Barrier(2, timeout=5), {}

    def ask(base):
        with app.test_request_context("/", base_url=base):
            both_are_in.wait()
            urls[base] = url_for("index", _external=True)
            both_are_in.wait()

    threads = [threading.Thread(target=ask, args=(base,)) for base in ("http://one.example", "https://two.example")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert urls == {"http://one.example": "http://one.example/", "https://two.example": "https://two.example/"}


def test_two_tasks_link_each_to_the_host_it_was_asked_at(app):
    from dram import url_for

    async def ask(base, both_are_in):
        with app.test_request_context("/", base_url=base):
            await both_are_in.wait()
            return url_for("index", _external=True)

    async def ask_both():
        both_are_in = asyncio.Barrier(2)
        asking = [ask(base, both_are_in) for base in ("http://one.example", "https://two.example")]
        return await asyncio.wait_for(asyncio.gather(*asking), 5)

    assert asyncio.run(ask_both()) == ["http://one.example/", "https://two.example/"]


@pytest.mark.differs("Flask asks the handler, whose links fail")
@pytest.mark.parametrize("hook", ["errorhandler", "before_request"])
def test_a_host_that_is_none_is_answered_without_links(app, client, hook):
    if hook == "errorhandler":
        app.errorhandler(400)(lambda error: app.url_for("index"))
    else:
        app.before_request(lambda: app.url_for("index"))
    assert client.get("/", headers={"Host": "x" * 64}).status_code == 400


@pytest.mark.differs("Flask's view fails when it asks for the URL")
@pytest.mark.parametrize("host", ["xn--a", "XN--a", "notes.xn--a"])
def test_a_host_that_cannot_be_decoded_is_a_bad_request(app, client, host):
    from dram import request

    app.add_url_rule("/where", "where", lambda: request.url)
    # Werkzeug's client cannot read such a host either.
    assert run_wsgi_app(app, {**create_environ("/where"), "HTTP_HOST": host})[1] == "400 BAD REQUEST"
    assert client.get("/where", headers={"Host": "xn--bcher-kva.example"}).text == "http://bücher.example/where"
