"""The names that this framework's signatures use."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from wsgiref.types import WSGIApplication

from werkzeug.datastructures import Headers
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

#: What can be the body of a response.
Body = (
    str | bytes | bytearray | dict[str, Any] | list[Any] | Iterator[str] | Iterator[bytes] | Response | WSGIApplication
)

#: A number (404), or text (`"404 Not Found"`).
Status = int | str

#: Names and values; in a list of pairs a name can stand more than once.
HeadersValue = Headers | Mapping[str, str | Iterable[str]] | list[tuple[str, str]] | tuple[tuple[str, str], ...]

#: What a view may return.
ResponseValue = Body | tuple[Body, Status] | tuple[Body, HeadersValue] | tuple[Body, Status | None, HeadersValue | None]

#: A function that answers a request; its arguments are the variable parts of the URL.
View = Callable[..., ResponseValue]

#: The same, for decorators that give back what they were given.
ViewT = TypeVar("ViewT", bound=View)

#: A function that is called before the view; what it returns, unless `None`, is the answer.
BeforeRequest = Callable[[], ResponseValue | None]

#: A function that may add to the values of a URL that is being built, or change those of one that was matched.
UrlValues = Callable[[Any, Any], object]

#: A function that may build a URL where the rules could not: it is given the error, the endpoint and the values.
BuildErrorHandler = Callable[[BuildError, str, dict[str, Any]], str | None]

#: A function that returns values by name for a template.
ContextProcessor = Callable[[], dict[str, Any]]

#: The same, for decorators that give back what they were given.
ContextProcessorT = TypeVar("ContextProcessorT", bound=ContextProcessor)

#: A function that is given the response, and returns it or another.
AfterRequest = Callable[[Any], Any]

#: A function that is called at the very end, with the error that was not handled, or `None`.
Teardown = Callable[[BaseException | None], object]

#: Any function, for decorators that give back what they were given.
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

#: A function that answers for an exception it is given.
ErrorHandler = Callable[[Any], ResponseValue]

#: The same, for decorators that give back what they were given.
ErrorHandlerT = TypeVar("ErrorHandlerT", bound=ErrorHandler)
