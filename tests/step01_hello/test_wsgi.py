"""The application is what PEP 3333 calls an application."""

from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator


def call(app, path="/"):
    """Call a WSGI application as a server does; return its status, its headers and its body."""
    environ, said = {"SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": ""}, []
    setup_testing_defaults(environ)

    def start_response(status, headers, exc_info=None):
        said.extend([status, headers])
        return said.append

    parts = app(environ, start_response)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return said[0], said[1], body


def test_a_server_gets_status_headers_and_bytes(app):
    app.route("/")(lambda: "Hello")
    status, headers, body = call(app)
    assert status == "200 OK"
    assert ("Content-Type", "text/html; charset=utf-8") in headers
    assert body == b"Hello"


def test_the_standard_librarys_validator_has_no_complaint(app):
    app.route("/")(lambda: "Hello")
    assert call(validator(app))[2] == b"Hello"
    assert call(validator(app), "/nowhere")[0] == "404 NOT FOUND"


def test_wsgi_app_can_be_wrapped(app):
    app.route("/")(lambda: "Hello")
    inner = app.wsgi_app
    app.wsgi_app = lambda environ, start_response: [part.upper() for part in inner(environ, start_response)]
    assert call(app)[2] == b"HELLO"


def test_the_application_may_be_mounted_below_a_path(app):
    app.route("/hello")(lambda: "Hello")

    def mounted(environ, start_response):
        return app({**environ, "SCRIPT_NAME": "/below"}, start_response)

    assert call(mounted, "/hello")[2] == b"Hello"
