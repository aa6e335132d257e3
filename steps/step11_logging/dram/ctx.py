"""The context: what belongs to one piece of work, a request as a rule, and how code that was not told finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar, Token
from functools import cached_property, wraps
from types import SimpleNamespace, TracebackType
from typing import Any, ParamSpec, Protocol, Self, TypeVar
from wsgiref.types import WSGIEnvironment

from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter

from .debugging import no_application, no_request
from .typing import AfterRequest, FunctionT
from .wrappers import Request

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

#: Stands for a default that was not given, where `None` is one.
MISSING: Any = object()

#: The context that is current; each thread, greenlet and task has a value of its own.
current: ContextVar[Context] = ContextVar("dram.current")


#: The key of an environ under which a test client, or Werkzeug's debugger, asks for the context of the request.
KEEP_CONTEXT = "werkzeug.debug.preserve_context"


class Application(Protocol):
    """What a context asks of its application."""

    import_name: str
    request_class: type[Request]
    app_ctx_globals_class: type[Any]

    def create_url_adapter(self, request: Request | None) -> MapAdapter: ...

    def do_teardown(self, context: Context, error: BaseException | None) -> None: ...


class Namespace(SimpleNamespace):
    """An object for whatever its users set on it; some of what a dict can do is here too."""

    def get(self, name: str, default: Any = None) -> Any:
        """The attribute of that name, or `default`."""
        return self.__dict__.get(name, default)

    def pop(self, name: str, default: Any = MISSING) -> Any:
        """Remove and return the attribute of that name. Raises `KeyError` when there is none, and no default."""
        return self.__dict__.pop(name) if default is MISSING else self.__dict__.pop(name, default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The attribute of that name; set to `default` where there was none."""
        return self.__dict__.setdefault(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    # A SimpleNamespace equals another with the same content, and so cannot be a key.
    __eq__ = object.__eq__
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __repr__(self) -> str:
        # Names alone, because it may end up in a log, and the values may be secrets.
        return f"<g: {', '.join(self) or 'empty'}>"


class Context:
    """One piece of work and the application that does it: a request that is answered, or a script with none.

    While it is pushed it is the current context of this thread, greenlet or task. It may be pushed again before
    it is popped, and on top of others; each push takes a pop. As a context manager it does both.
    """

    def __init__(self, app: Application, environ: WSGIEnvironment | None = None) -> None:
        self.app = app
        self.environ = environ
        #: What `after_this_request` registered.
        self.after_functions: list[AfterRequest] = []
        #: The error that ended in a 500, for the functions that tear down.
        self.error: BaseException | None = None
        self._tokens: list[Token[Context]] = []
        self._kept = False
        self._matched = False

    @cached_property
    def request(self) -> Request:
        """The request, made when first asked for. Raises `RuntimeError` in a context that has none."""
        if self.environ is None:
            raise RuntimeError(no_request("request", self.app.import_name))
        # Werkzeug would put it into the environ too, and the two would keep each other alive.
        return self.app.request_class(self.environ, populate_request=False)

    @cached_property
    def url_adapter(self) -> MapAdapter:
        """The application's rules, bound to the request, or without one to the settings; made when first asked for.

        Raises `RuntimeError` where there is no request and no SERVER_NAME.
        """
        return self.app.create_url_adapter(self.request if self.environ is not None else None)

    @cached_property
    def g(self) -> Namespace:
        """A place for what one piece of work wants to remember; made when first asked for."""
        g: Namespace = self.app.app_ctx_globals_class()
        return g

    def push(self) -> Self:
        """Make this the current context, match the request's URL where that was not yet done, and return it."""
        # Asked first, because making the request may fail, and then nothing must be left behind.
        unmatched = self.environ is not None and self.request.url_rule is None
        self._tokens.append(current.set(self))
        if unmatched and self.request.routing_exception is None:
            self._match(self.request)
        return self

    def pop(self, exc: BaseException | None = None) -> None:
        """Make current again what was current before. The last pop tears down first, and tells of the error `exc`.

        Raises `RuntimeError` when this context is not current, kept ones on top of it aside, and what the functions
        that tear down raise.
        """
        while (top := current.get(None)) is not self:
            if top is None or not top._kept:
                raise RuntimeError(f"{self!r} is not the current context, so it cannot be popped.")
            # Its request is over, and nobody waits for it to be popped: what is below it takes it along.
            top.release()
        try:
            if len(self._tokens) == 1:
                self.app.do_teardown(self, exc if self.error is None else self.error)
        finally:
            current.reset(self._tokens[-1])
            self._tokens.pop()
            if not self._tokens:
                self.__dict__.pop("g", None)
                # An exception holds the frames it was raised through, they hold this context, and this would hold it.
                self.error = None
                if self._matched:
                    self.request.close()
                    self.request.routing_exception = None

    def keep(self) -> None:
        """Push this once more, so that it outlasts its request, until `release` or until what is below it is popped."""
        self.push()
        self._kept = True

    def release(self) -> bool:
        """Pop what `keep` pushed. Returns False, and leaves it there, while one that is not kept is on top of it."""
        if self._kept:
            top = current.get(None)
            if top is None or not top._kept:
                return False
            self._kept = False
            self.pop()
        return True

    def copy(self) -> Context:
        """A context of the same request, with a `g` of its own, for another thread or task to push."""
        copy = Context(self.app, self.environ)
        if self.environ is not None:
            copy.request = self.request
        return copy

    __enter__ = push

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pop(error)

    def __repr__(self) -> str:
        work = "no request" if self.environ is None else f"{self.request.method} {self.request.path}"
        return f"<Context of {self.app.import_name!r}: {work}>"

    def _match(self, request: Request) -> None:
        self._matched = True
        try:
            host = request.environ.get("HTTP_HOST", "")
            if "[" in host or "xn--" in host.lower():
                _refuse_bad_host(request)
            # Bound here, because every request comes this way, and on Python 3.11 a cached_property takes a lock.
            self.url_adapter = self.app.create_url_adapter(request)
            rule, arguments = self.url_adapter.match(return_rule=True)
        except Exception as error:
            # Raised when the view would be called, so that it is handled like an error of the view.
            request.routing_exception = error
        else:
            request.url_rule, request.view_args = rule, dict(arguments)


def _refuse_bad_host(request: Request) -> None:
    """Raise `BadHost` where the host keeps `request.url` from being read."""
    try:
        request.url  # noqa: B018  # Werkzeug decodes the host here, and remembers what it made of it
    except ValueError:
        raise BadHost from None


def need_request(name: str) -> Context:
    """The current context, for `name`, which needs a request in it. Raises `RuntimeError` when there is none."""
    context = current.get(None)
    if context is None or context.environ is None:
        raise RuntimeError(no_request(name, context.app.import_name if context is not None else ""))
    return context


def need_application(name: str) -> Context:
    """The current context, for `name`, which needs an application. Raises `RuntimeError` when there is none."""
    context = current.get(None)
    if context is None:
        raise RuntimeError(no_application(name))
    return context


def has_request_context() -> bool:
    """Whether a request is being answered in this thread, greenlet or task."""
    context = current.get(None)
    return context is not None and context.environ is not None


def has_app_context() -> bool:
    """Whether there is a current application in this thread, greenlet or task, with a request or without."""
    return current.get(None) is not None


def after_this_request(f: FunctionT) -> FunctionT:
    """Decorate, within a request, a function that is given the response of this request alone, and returns one.

    Raises `RuntimeError` outside of a request.
    """
    need_request("after_this_request").after_functions.append(f)
    return f


def copy_current_request_context(f: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorate a function that another thread will call, so that it sees the request of now.

    Each call gets a context of its own, which lasts until the function returns: the request is shared, `g` is not.
    Raises `RuntimeError` outside of a request.
    """
    context = need_request("copy_current_request_context")

    @wraps(f)
    def with_context(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with context.copy():
            return f(*args, **kwargs)

    return with_context
