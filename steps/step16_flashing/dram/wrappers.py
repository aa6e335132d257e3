"""Werkzeug's request, response and rule, with what the framework has to add."""

from __future__ import annotations

import json
import sys
from typing import IO, Any, Protocol, cast

import werkzeug.routing
import werkzeug.wrappers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

from .config import Config


class JSON(Protocol):
    """What a request asks of a JSON library."""

    def loads(self, s: str | bytes, /) -> Any: ...


class Settings(Protocol):
    """What a request asks of the application that answers it."""

    config: Config

    @property
    def json(self) -> JSON: ...


class Rule(werkzeug.routing.Rule):
    """A URL rule that knows who answers OPTIONS: the framework, or the view."""

    provide_automatic_options = False


class Request(werkzeug.wrappers.Request):
    """A request, what its URL was matched to, and how its body is read."""

    #: The application whose settings count; `None` for a request that no application answers.
    settings: Settings | None = None

    #: The rule that matched; `None` before the match, and when no rule matched.
    url_rule: werkzeug.routing.Rule | None = None

    #: The variable parts of the URL, converted: the arguments of the view.
    view_args: dict[str, Any] | None = None

    #: Why no rule matched: `NotFound`, `MethodNotAllowed` or `RequestRedirect`, as a rule; `None` when one did.
    routing_exception: Exception | None = None

    @property
    def endpoint(self) -> str | None:
        """The name of the view that the matched rule leads to."""
        return self.url_rule.endpoint if self.url_rule is not None else None

    @property
    def json_module(self) -> JSON:  # type: ignore[override]  # a module, says Werkzeug, which asks for no more
        """What reads the body as JSON: the application's provider."""
        return json if self.settings is None else self.settings.json

    @cached_property
    def max_content_length(self) -> int | None:
        """How many bytes the body may have, `None` for any number; MAX_CONTENT_LENGTH, unless it is set."""
        return None if self.settings is None else self.settings.config["MAX_CONTENT_LENGTH"]

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body, as far as it may be read. Reading raises `RequestEntityTooLarge` for one that is too long."""
        # Also without a limit, because Werkzeug would then let the error of a connection that breaks off through.
        limit = sys.maxsize - 1 if self.max_content_length is None else self.max_content_length
        if (self.content_length or 0) > limit or "wsgi.input_terminated" not in self.environ:
            return super().stream
        return cast(IO[bytes], LimitedBody(self.environ["wsgi.input"], limit))


class LimitedBody(LimitedStream):
    """A body that does not say how long it is. Read by Werkzeug's stream, one that is too long would end at the limit.

    A part would be taken for the whole, so this reads one byte more: where there is one, the body is too long.
    """

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__(stream, limit + 1, is_max=True)

    def readinto(self, b: bytearray) -> int | None:  # type: ignore[override]  # as Werkzeug has it
        """Read into a buffer. Raises `RequestEntityTooLarge` past the limit."""
        size = super().readinto(b)
        if self.is_exhausted:
            raise RequestEntityTooLarge
        return size


class Response(werkzeug.wrappers.Response):
    """A response that is a web page unless it says otherwise."""

    default_mimetype = "text/html"
