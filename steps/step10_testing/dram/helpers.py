"""Functions for views, which find the application by themselves."""

from __future__ import annotations

from typing import Any, NoReturn

import werkzeug.exceptions
import werkzeug.utils
import werkzeug.wrappers

from .globals import current_app
from .wrappers import Response


def abort(code: int | werkzeug.wrappers.Response, *args: Any, **kwargs: Any) -> NoReturn:
    """Raise the exception for a status, by way of the current application's `aborter` where there is one.

    `code` may be a response, which is sent as it is. Further arguments go to the exception, first of all its
    description. Raises `LookupError` for a status that no exception has.
    """
    if current_app:
        current_app.aborter(code, *args, **kwargs)
    werkzeug.exceptions.abort(code, *args, **kwargs)


def redirect(
    location: str,
    code: int = 302,
    Response: type[werkzeug.wrappers.Response] | None = None,  # noqa: N803, because callers know it by this name
) -> werkzeug.wrappers.Response:
    """A response that sends the client to `location`, by the current application's `redirect` where there is one."""
    if current_app and Response is None:
        return current_app.redirect(location, code)
    return werkzeug.utils.redirect(location, code, Response)


def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: Any,
) -> str:
    """The URL of an endpoint, by the current application's `url_for`, which says the rest."""
    return current_app.url_for(
        endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
    )


def make_response(*args: Any) -> Response:
    """The response that a view would make by returning these, to be changed before it is returned.

    `make_response(body)`, `make_response(body, status)`, `make_response(body, status, headers)`, or nothing for an
    empty one. Raises `RuntimeError` outside of an application context.
    """
    if not args:
        return current_app.response_class()
    return current_app.make_response(args[0] if len(args) == 1 else args)
