"""JSON as the current application writes and reads it; without one, as applications do unless told otherwise."""

from __future__ import annotations

from typing import IO, Any, cast

from ..ctx import current, need_application
from ..wrappers import Response
from .provider import DefaultJSONProvider, JSONProvider


class _Nobody:
    response_class = Response
    debug = False


_default_provider = DefaultJSONProvider(_Nobody())


def _provider() -> JSONProvider:
    context = current.get(None)
    return _default_provider if context is None else cast(JSONProvider, context.app.json)


def dumps(obj: Any, **kwargs: Any) -> str:
    """The text for a value. Raises `TypeError` for one that cannot be written."""
    return _provider().dumps(obj, **kwargs)


def dump(obj: Any, fp: IO[str], **kwargs: Any) -> None:
    """Write the text for a value to a file."""
    _provider().dump(obj, fp, **kwargs)


def loads(s: str | bytes, **kwargs: Any) -> Any:
    """The value of a text; bytes are UTF-8. Raises `ValueError` for a text that is not JSON."""
    return _provider().loads(s, **kwargs)


def load(fp: IO[Any], **kwargs: Any) -> Any:
    """The value of the text in a file."""
    return _provider().load(fp, **kwargs)


def jsonify(*args: Any, **kwargs: Any) -> Response:
    """A JSON response: of the only argument, of a list of several, or of an object of those with names.

    A view that returns a dict or a list has the same effect. Raises `TypeError` for arguments of both kinds, and
    `RuntimeError` outside of an application context.
    """
    provider = cast(JSONProvider, need_application("jsonify").app.json)
    return provider.response(*args, **kwargs)
