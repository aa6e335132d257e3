"""Functions for views, which find the application by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from os import PathLike
from typing import IO, TYPE_CHECKING, Any, NoReturn

import werkzeug.exceptions
import werkzeug.utils
import werkzeug.wrappers

from . import files
from .globals import current_app, request_ctx
from .wrappers import Response

if TYPE_CHECKING:
    from jinja2 import Template


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


def render_template(template_name_or_list: str | Template | list[str | Template], **context: Any) -> str:
    """The text of a template, or of the first in a list that exists, with `context` and what the application adds.

    Raises `TemplateNotFound`, what Jinja raises for a template that is wrong, and `RuntimeError` outside of an
    application context.
    """
    return _render(current_app.jinja_env.get_or_select_template(template_name_or_list), context)


def render_template_string(source: str, **context: Any) -> str:
    """The text of a template that is given itself; what is printed in it is escaped as in HTML."""
    return _render(current_app.jinja_env.from_string(source), context)


def _render(template: Template, values: dict[str, Any]) -> str:
    current_app.update_template_context(values)
    return template.render(values)


def get_template_attribute(template_name: str, attribute: str) -> Any:
    """A macro or a variable that a template exports. Raises `AttributeError` when it has none of that name."""
    return getattr(current_app.jinja_env.get_template(template_name).module, attribute)


def send_file(
    path_or_file: str | PathLike[str] | IO[bytes],
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: datetime | int | float | None = None,
    max_age: int | Callable[[str | None], int | None] | None = None,
) -> Response:
    """A response with a file, or with the part of it that the request asks for, or 304 when the client has it.

    A path is relative to the application's `root_path`, and must not come from a client: that is what
    `send_from_directory` is for. A file is opened in binary mode, and needs a `mimetype` or a `download_name`.
    The arguments are those of `werkzeug.utils.send_file`; `max_age` is the application's unless given. Raises
    `OSError` when there is no such file, `RuntimeError` outside of a request.
    """
    return files.send_file(
        request_ctx,
        path_or_file,
        mimetype=mimetype,
        as_attachment=as_attachment,
        download_name=download_name,
        conditional=conditional,
        etag=etag,
        last_modified=last_modified,
        max_age=max_age,
    )


def send_from_directory(directory: str | PathLike[str], path: str | PathLike[str], **kwargs: Any) -> Response:
    """Like `send_file`, for a `path` that the client chose and that may not lead out of `directory`.

    A relative `directory` is below the application's `root_path`. Raises `NotFound` when there is no such file, or
    when it is not in `directory`, `RuntimeError` outside of a request.
    """
    return files.send_from_directory(request_ctx, directory, path, **kwargs)


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
