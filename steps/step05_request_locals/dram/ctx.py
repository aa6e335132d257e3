"""The context: what belongs to one request while it is answered, and how code that was not told finds it."""

from __future__ import annotations

from contextvars import ContextVar, Token
from functools import cached_property
from types import TracebackType
from typing import Protocol, Self
from wsgiref.types import WSGIEnvironment

from werkzeug.routing import MapAdapter

from .wrappers import Request

#: The context that is current; each thread, greenlet and task has a value of its own.
current: ContextVar[Context] = ContextVar("dram.current")


class Application(Protocol):
    """What a context asks of its application."""

    import_name: str
    request_class: type[Request]

    def create_url_adapter(self, request: Request) -> MapAdapter: ...


class Context:
    """One request while it is answered, and the application that answers it.

    While it is pushed it is the current context of this thread, greenlet or task. It may be pushed again before
    it is popped, and on top of others; each push takes a pop. As a context manager it does both.
    """

    def __init__(self, app: Application, environ: WSGIEnvironment) -> None:
        self.app = app
        self.environ = environ
        self._tokens: list[Token[Context]] = []
        self._matched = False

    @cached_property
    def request(self) -> Request:
        """The request, made when first asked for."""
        # Werkzeug would put it into the environ too, and the two would keep each other alive.
        return self.app.request_class(self.environ, populate_request=False)

    @cached_property
    def url_adapter(self) -> MapAdapter:
        """The application's rules, bound to the request; made when first asked for."""
        return self.app.create_url_adapter(self.request)

    def push(self) -> Self:
        """Make this the current context, match the request's URL where that was not yet done, and return it."""
        # Asked first, because making the request may fail, and then nothing must be left behind.
        unmatched = self.request.url_rule is None
        self._tokens.append(current.set(self))
        if unmatched:
            self._match(self.request)
        return self

    def pop(self) -> None:
        """Make current again what was current before. Raises `RuntimeError` when this context is not current."""
        if current.get(None) is not self:
            raise RuntimeError(f"{self!r} is not the current context, so it cannot be popped.")
        current.reset(self._tokens[-1])
        self._tokens.pop()
        if self._matched and not self._tokens:
            self.request.close()
            # An exception holds the frames it was raised through, they hold this context, and this would hold it.
            self.request.routing_exception = None

    __enter__ = push

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pop()

    def __repr__(self) -> str:
        return f"<Context of {self.app.import_name!r}: {self.request.method} {self.request.path}>"

    def _match(self, request: Request) -> None:
        self._matched = True
        try:
            # Bound here, because every request comes this way, and on Python 3.11 a cached_property takes a lock.
            self.url_adapter = self.app.create_url_adapter(request)
            rule, arguments = self.url_adapter.match(return_rule=True)
        except Exception as error:
            # Raised when the view would be called, so that it is handled like an error of the view.
            request.routing_exception = error
        else:
            request.url_rule, request.view_args = rule, dict(arguments)


def has_request_context() -> bool:
    """Whether a request is being answered in this thread, greenlet or task."""
    return current.get(None) is not None
