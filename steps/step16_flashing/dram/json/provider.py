"""The JSON that an application writes and reads, in one place that it may replace."""

from __future__ import annotations

import dataclasses
import decimal
import json
import uuid
from datetime import date
from typing import IO, Any, Protocol

from werkzeug.http import http_date

from ..wrappers import Response


class Application(Protocol):
    """What a provider asks of its application."""

    response_class: type[Response]

    @property
    def debug(self) -> bool: ...


class JSONProvider:
    """How an application writes and reads JSON. A subclass has `dumps` and `loads`, with another library perhaps."""

    def __init__(self, app: Application) -> None:
        self._app = app

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The text for a value. Raises `TypeError` for one that cannot be written."""
        raise NotImplementedError

    def dump(self, obj: Any, fp: IO[str], **kwargs: Any) -> None:
        """Write the text for a value to a file."""
        fp.write(self.dumps(obj, **kwargs))

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a text; bytes are UTF-8. Raises `ValueError` for a text that is not JSON."""
        raise NotImplementedError

    def load(self, fp: IO[Any], **kwargs: Any) -> Any:
        """The value of the text in a file."""
        return self.loads(fp.read(), **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """A response with a value: the only argument, or a list of several, or a dict of those with names.

        Raises `TypeError` for arguments with names and without.
        """
        return self._app.response_class(self.dumps(_value_of(args, kwargs)), mimetype="application/json")


class DefaultJSONProvider(JSONProvider):
    """JSON by Python's own library, and what it writes for dates, decimals, UUIDs, dataclasses and HTML."""

    #: Whether everything that is not ASCII is written as `\\u…`.
    ensure_ascii = True

    #: Whether names in objects are sorted, so that equal values are equal texts, and one cached answer serves for both.
    sort_keys = True

    #: Whether a response is one line without blanks; `None` means unless debugging.
    compact: bool | None = None

    #: The type of a response.
    mimetype = "application/json"

    @staticmethod
    def default(obj: Any) -> Any:
        """What to write instead of an object that JSON has no form for. Raises `TypeError` when there is nothing.

        Dates and times are written as in HTTP (RFC 9110, 5.6.7), decimals and UUIDs as text, dataclasses as objects,
        and what has an `__html__` method as the HTML that it returns.
        """
        if isinstance(obj, date):
            return http_date(obj)
        if isinstance(obj, decimal.Decimal | uuid.UUID):
            return str(obj)
        if dataclasses.is_dataclass(obj) and not isinstance(obj, type):
            return dataclasses.asdict(obj)
        if hasattr(obj, "__html__"):
            return str(obj.__html__())
        raise TypeError(f"An object of type {type(obj).__name__} is not JSON serializable. Make text or a dict of it.")

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The text for a value; `kwargs` are those of `json.dumps`. Raises `TypeError` where `default` does."""
        options = {"default": self.default, "ensure_ascii": self.ensure_ascii, "sort_keys": self.sort_keys}
        return json.dumps(obj, **{**options, **kwargs})

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a text; `kwargs` are those of `json.loads`. Raises `ValueError` for a text that is not JSON."""
        try:
            return json.loads(s, **kwargs)
        except RecursionError:
            raise ValueError("The text is nested too deeply.") from None

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """A response with a value: the only argument, or a list of several, or a dict of those with names.

        It is indented while debugging, and ends with a line break for those who read it in a terminal.
        """
        compact = not self._app.debug if self.compact is None else self.compact
        layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 2}
        text = self.dumps(_value_of(args, kwargs), **layout)
        return self._app.response_class(f"{text}\n", mimetype=self.mimetype)


def _value_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args and kwargs:
        raise TypeError("Pass args or kwargs, not both: values with names make an object, values without a list.")
    if len(args) == 1:
        return args[0]
    return list(args) if args else kwargs or None
