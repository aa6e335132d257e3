"""Files as responses: Werkzeug's `send_file` with an application's settings, and a folder that cannot be left."""

from __future__ import annotations

import os
from typing import IO, Any, Protocol, cast

import werkzeug.utils
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from .config import Config
from .ctx import Context
from .wrappers import Response


class Application(Protocol):
    """What is asked of an application whose files are sent."""

    config: Config
    root_path: str
    response_class: type[Response]

    def get_send_file_max_age(self, filename: str | None) -> int | None: ...


def send_file(context: Context, path_or_file: str | os.PathLike[str] | IO[bytes], **options: Any) -> Response:
    """A response with a file, or with the part of it that the request asks for, or 304 when the client has it.

    A path is relative to the application's `root_path`. `options` are those of `werkzeug.utils.send_file`.
    """
    app = cast(Application, context.app)
    if isinstance(path_or_file, str | os.PathLike):
        path_or_file = os.path.join(app.root_path, path_or_file)
    if options.get("max_age") is None:
        options["max_age"] = app.get_send_file_max_age
    response = werkzeug.utils.send_file(
        path_or_file,
        context.request.environ,
        use_x_sendfile=app.config["USE_X_SENDFILE"],
        response_class=app.response_class,
        **options,
    )
    return cast(Response, response)


def send_from_directory(
    context: Context, directory: str | os.PathLike[str], path: str | os.PathLike[str], **options: Any
) -> Response:
    """Like `send_file`, for a `path` that the client chose and that may not lead out of `directory`.

    Raises `NotFound` when it does, by `..`, a root or a symbolic link, and when there is no such file.
    """
    folder = os.path.join(cast(Application, context.app).root_path, directory)
    return send_file(context, find_file(folder, os.fspath(path)), **options)


def find_file(folder: str, name: str) -> str:
    """The file of that name in a folder. Raises `NotFound` when there is none, or when it is not in the folder."""
    path = safe_join(folder, name)
    if path is None or not os.path.isfile(path):
        raise NotFound
    # safe_join judges by the name. Where symbolic links lead, the file system has to say.
    target = os.path.realpath(path)
    # The folder with a separator, because the name of another may begin like its own. Mostly there is no link at all.
    if target != path and not target.startswith(os.path.join(os.path.realpath(folder), "")):
        raise NotFound
    return path
