"""The application: it knows which function answers which path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from .typing import View, ViewT


class Dram:
    """A WSGI application, made of functions that each answer one path.

    `import_name` is the name of the module that makes the application, as a rule `__name__`.
    Calling the application follows PEP 3333.
    """

    def __init__(self, import_name: str) -> None:
        self.import_name = import_name
        self.debug = False
        self.view_functions: dict[str, View] = {}

    def route(self, rule: str) -> Callable[[ViewT], ViewT]:
        """Decorate the function that answers the path `rule`.

        Raises `ValueError` when the rule does not start with a slash, because no path could match it.
        """
        if not rule.startswith("/"):
            raise ValueError(f"The rule {rule!r} must start with a slash.")

        def register(view: ViewT) -> ViewT:
            self.view_functions[rule] = view
            return view

        return register

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request: what a server calls. To wrap the application, wrap `wsgi_app`."""
        return self.wsgi_app(environ, start_response)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request: call `start_response` with status and headers, return the body (PEP 3333)."""
        request = Request(environ)
        try:
            response = self.dispatch_request(request)
        except HTTPException as error:
            response = error.get_response(environ)
        return response(environ, start_response)

    def dispatch_request(self, request: Request) -> Response:
        """Call the view for the request's path. Raises `NotFound` when there is none."""
        view = self.view_functions.get(request.path)
        if view is None:
            raise NotFound
        return Response(view(), mimetype="text/html")

    def run(self, host: str | None = None, port: int | None = None, debug: bool | None = None, **options: Any) -> None:
        """Serve the application for development on `host` (127.0.0.1) and `port` (5000).

        `debug` sets the attribute of that name; it switches on the reloader and the debugger.
        `options` go to `werkzeug.serving.run_simple`.
        """
        # Imported here, because in production another server calls the application.
        from werkzeug.serving import run_simple

        if debug is not None:
            self.debug = debug
        options = {"use_reloader": self.debug, "use_debugger": self.debug, "threaded": True, **options}
        run_simple(host or "127.0.0.1", 5000 if port is None else port, self, **options)
