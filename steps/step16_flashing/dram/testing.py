"""Requests without a server, for tests and shells."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import werkzeug.test
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request

from .app import Dram
from .ctx import KEEP_CONTEXT, Context
from .sessions import SessionMixin
from .wrappers import Response


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Makes the environ of a request, which is for the host that the application's configuration names.

    Unless `base_url` is given, it is made of `url_scheme` or PREFERRED_URL_SCHEME, of `subdomain` and SERVER_NAME or
    localhost, and of APPLICATION_ROOT; a `path` that names a scheme and a host has the last word. All other arguments
    are those of `werkzeug.test.EnvironBuilder`. Raises `TypeError` for a `base_url` with a `subdomain` or `url_scheme`.
    """

    def __init__(
        self,
        app: Dram,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.app = app
        if base_url is None:
            url = urlsplit(path)
            scheme = url.scheme or url_scheme or app.config["PREFERRED_URL_SCHEME"]
            host = url.netloc or ".".join(filter(None, [subdomain, app.config["SERVER_NAME"] or "localhost"]))
            base_url = f"{scheme}://{host}/{app.config['APPLICATION_ROOT'].lstrip('/')}"
            path = f"{url.path}?{url.query}" if url.query else url.path
        elif subdomain or url_scheme:
            raise TypeError("'base_url' names scheme and host. Give it alone, or 'subdomain' and 'url_scheme' instead.")
        super().__init__(path, base_url, *args, **kwargs)

    def json_dumps(self, obj: Any, **kwargs: Any) -> str:
        """The text of what is passed as `json`, written like the application's own JSON."""
        return self.app.json.dumps(obj, **kwargs)


class DramClient(Client):
    """Sends requests to an application and keeps its cookies, as `werkzeug.test.Client` does.

    In a `with` block the context of the last request is kept until the next request, or the end of the block: there
    `request`, `g` and `current_app` are still those of the view. Functions that tear down are called when it goes.
    """

    application: Dram

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What is in the environ of each request that does not say otherwise.
        self.environ_base: WSGIEnvironment = {
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": f"Werkzeug/{importlib.metadata.version('werkzeug')}",
        }
        self._in_block = False
        self._kept: list[Context] = []

    def open(self, *args: Any, buffered: bool = False, follow_redirects: bool = False, **kwargs: Any) -> TestResponse:
        """Send a request and return the response.

        The arguments are those of `EnvironBuilder`, without the application; or one: a builder, an environ or a
        request of Werkzeug's. `buffered` reads the whole body at once. `follow_redirects` goes where the response
        says, and puts the responses on the way into `history`.
        """
        environ = self._environ_of(*args, **kwargs)
        self._release()
        if self._in_block:
            environ[KEEP_CONTEXT] = self._keep
        request = Request(environ, populate_request=False)
        response = super().open(request, buffered=buffered, follow_redirects=follow_redirects)
        response.json_module = self.application.json  # type: ignore[assignment]  # Werkzeug asks only for `loads`
        return response

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[SessionMixin]:
        """Open the session that a request would have, for the block to change, and save it in the client's cookies.

        The arguments are those of `open`. Raises `TypeError` when the client has no cookies, `RuntimeError` when no
        session is opened.
        """
        app, environ = self.application, self._environ_of(*args, **kwargs)
        self.get_cookie("")  # Raises the `TypeError`.
        context = app.request_context(self._exchange(environ, app.response_class()))
        with context:
            session = app.session_interface.open_session(app, context.request)
        if session is None:
            raise RuntimeError("No session was opened. Is there a SECRET_KEY? Without one there are no sessions.")
        yield session
        if not app.session_interface.is_null_session(session):
            response = app.response_class()
            with context:
                app.session_interface.save_session(app, session, response)
            self._exchange(environ, response)

    def _exchange(self, environ: WSGIEnvironment, response: Response) -> WSGIEnvironment:
        """Send a request that this response answers; return its environ, with the cookies that the client has."""
        seen: list[WSGIEnvironment] = []

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            seen.append(environ)
            return response(environ, start_response)

        application = self.application
        self.application = answer  # type: ignore[assignment]  # for the time of one request
        try:
            self.run_wsgi_app(environ)
        finally:
            self.application = application
        return seen[0]

    def __enter__(self) -> Self:
        if self._in_block:
            raise RuntimeError("The client is in a 'with' block already. Use another: 'app.test_client()'.")
        self._in_block = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._in_block = False
        self._release()
        if self._kept and error is None:
            raise RuntimeError(
                "A context that was pushed within the client's block is still there. Pop it in the block."
            )

    def _environ_of(self, *args: Any, **kwargs: Any) -> WSGIEnvironment:
        source = args[0] if args else "/"
        if isinstance(source, Request):
            environ = source.environ
        elif isinstance(source, werkzeug.test.EnvironBuilder):
            environ = source.get_environ()
        elif isinstance(source, dict):
            environ = source
        else:
            builder = EnvironBuilder(self.application, *args, **kwargs)
            try:
                environ = builder.get_environ()
            finally:
                builder.close()
        return {**self.environ_base, **environ}

    def _keep(self, context: Context) -> None:
        # The environ may outlive the block, in the request of a response.
        if self._in_block:
            context.keep()
            self._kept.append(context)

    def _release(self) -> None:
        # One that is below a context which the test itself has pushed stays: that has to be popped first.
        while self._kept and self._kept[-1].release():
            self._kept.pop()
