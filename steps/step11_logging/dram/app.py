"""The application: it knows which function answers which URL."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import werkzeug.routing
import werkzeug.utils
import werkzeug.wrappers
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    Aborter,
    BadHost,
    BadRequest,
    BadRequestKeyError,
    HTTPException,
    InternalServerError,
    NotFound,
    default_exceptions,
)
from werkzeug.routing import BuildError, Map, MapAdapter, RoutingException

from .config import Config, ConfigAttribute
from .ctx import KEEP_CONTEXT, Context, Namespace, current
from .debugging import (
    no_answer,
    no_exception,
    no_headers,
    no_response,
    no_response_after,
    no_server_name,
    no_status,
    no_tuple,
)
from .logging import create_logger
from .paths import find_instance_path, find_name, find_root_path
from .typing import (
    AfterRequest,
    BeforeRequest,
    Body,
    BuildErrorHandler,
    ErrorHandler,
    ErrorHandlerT,
    FunctionT,
    HeadersValue,
    ResponseValue,
    Status,
    Teardown,
    UrlValues,
    View,
    ViewT,
)
from .wrappers import Request, Response, Rule

if TYPE_CHECKING:
    from werkzeug.test import Client

#: What may stand in a fragment as it is (RFC 3986, 3.5; `%`, because it may be quoted already).
ANCHOR = "%!#$&'()*+,/:;=?@"

#: What HTTP allows: 100 to 599 (RFC 9110, 15), and text without a line break, which would begin a header.
STATUS = re.compile(r"[1-5]\d\d( [ -~]*)?")

#: The types of bodies that are sent as they are, or as they yield.
TEXT = (str, bytes, bytearray, Iterator)


class Dram:
    """A WSGI application, made of rules for URLs and the functions that answer them.

    `import_name` is the name of the module that makes the application, as a rule `__name__`.
    Calling the application follows PEP 3333.
    """

    #: The settings that each application begins with.
    default_config: Mapping[str, Any] = {
        "DEBUG": False,
        "TESTING": False,
        "PROPAGATE_EXCEPTIONS": None,
        "TRAP_HTTP_EXCEPTIONS": False,
        "TRAP_BAD_REQUEST_ERRORS": None,
        "PROVIDE_AUTOMATIC_OPTIONS": True,
        "SERVER_NAME": None,
        "APPLICATION_ROOT": "/",
        "PREFERRED_URL_SCHEME": "http",
    }

    #: The class of `config`.
    config_class = Config

    #: Whether exceptions are raised for a test to see: the setting TESTING.
    testing = ConfigAttribute("TESTING")

    #: The class of the clients that `test_client` makes; `None` is `dram.testing.DramClient`.
    test_client_class: type[Client] | None = None

    #: The class of `g`.
    app_ctx_globals_class: type[Any] = Namespace

    #: The class of `aborter`, which raises for a status.
    aborter_class = Aborter

    #: The class of the rules that `add_url_rule` makes.
    url_rule_class = Rule

    #: The class of every request.
    request_class = Request

    #: The class of every response; what a view returns is converted to it.
    response_class = Response

    def __init__(
        self,
        import_name: str,
        *,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
    ) -> None:
        self.import_name = import_name
        self.root_path = find_root_path(import_name) if root_path is None else root_path
        self.instance_path = self.auto_find_instance_path() if instance_path is None else instance_path
        if not Path(self.instance_path).is_absolute():
            raise ValueError(f"The instance path {instance_path!r} is relative. Pass an absolute one.")
        self.config = self.make_config(instance_relative_config)
        self.extensions: dict[str, Any] = {}
        self.subdomain_matching = subdomain_matching
        self.url_map = Map(host_matching=host_matching)
        self.view_functions: dict[str, View] = {}
        self.error_handlers: dict[type[Exception], ErrorHandler] = {}
        self.before_request_funcs: list[BeforeRequest] = []
        self.after_request_funcs: list[AfterRequest] = []
        self.teardown_request_funcs: list[Teardown] = []
        self.url_value_preprocessors: list[UrlValues] = []
        self.url_default_functions: list[UrlValues] = []
        self.url_build_error_handlers: list[BuildErrorHandler] = []
        self.teardown_appcontext_funcs: list[Teardown] = []
        self.aborter = self.make_aborter()

    @cached_property
    def name(self) -> str:
        """The name of the application: that of its module, or of the script that was started."""
        return find_name(self.import_name)

    @cached_property
    def logger(self) -> logging.Logger:
        """The application's logger, made when first asked for; `dram.logging.create_logger` says how."""
        return create_logger(self)

    @property
    def debug(self) -> bool:
        """Whether exceptions are raised for a debugger to see: the setting DEBUG."""
        return bool(self.config["DEBUG"])

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value

    def make_config(self, instance_relative: bool = False) -> Config:
        """Make the configuration; names of files in it are relative to `instance_path` or to `root_path`."""
        return self.config_class(self.instance_path if instance_relative else self.root_path, self.default_config)

    def auto_find_instance_path(self) -> str:
        """Find the folder for what belongs to one installation: `instance` beside the application, as a rule."""
        return find_instance_path(self.import_name, self.root_path, self.name)

    def open_resource(self, resource: str, mode: str = "rb", encoding: str | None = "utf-8") -> IO[Any]:
        """Open a file that came with the application, by its name below `root_path`, for reading.

        Raises `ValueError` for a mode that is not "r", "rt" or "rb", `OSError` when it cannot be opened.
        """
        if mode not in ("r", "rt", "rb"):
            raise ValueError(f"A resource is opened for reading, with the mode 'r', 'rt' or 'rb', not {mode!r}.")
        return Path(self.root_path, resource).open(mode, encoding=None if "b" in mode else encoding)

    def open_instance_resource(self, resource: str, mode: str = "rb", encoding: str | None = "utf-8") -> IO[Any]:
        """Open a file of this installation, by its name below `instance_path`, in any mode. Raises `OSError`."""
        return Path(self.instance_path, resource).open(mode, encoding=None if "b" in mode else encoding)

    def make_aborter(self) -> Aborter:
        """Make what `abort` calls. Subclasses give it further statuses, in `mapping`."""
        return self.aborter_class()

    def route(self, rule: str, *, endpoint: str | None = None, **options: Any) -> Callable[[ViewT], ViewT]:
        """Decorate the function that answers `rule`; arguments and errors are those of `add_url_rule`."""

        def register(view: ViewT) -> ViewT:
            self.add_url_rule(rule, endpoint, view, **options)
            return view

        return register

    def get(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Like `route`, for GET (and with it HEAD)."""
        return self._route_for("GET", rule, options)

    def post(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Like `route`, for POST."""
        return self._route_for("POST", rule, options)

    def put(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Like `route`, for PUT."""
        return self._route_for("PUT", rule, options)

    def patch(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Like `route`, for PATCH."""
        return self._route_for("PATCH", rule, options)

    def delete(self, rule: str, **options: Any) -> Callable[[ViewT], ViewT]:
        """Like `route`, for DELETE."""
        return self._route_for("DELETE", rule, options)

    def _route_for(self, method: str, rule: str, options: dict[str, Any]) -> Callable[[ViewT], ViewT]:
        if "methods" in options:
            raise TypeError(f"{method.lower()}() has its method in its name. Use route() for a list of methods.")
        return self.route(rule, methods=[method], **options)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Map the URLs that `rule` describes to an endpoint, and the endpoint to a function.

        `endpoint` is the function's name unless given. Without `view_func` the endpoint gets its function
        later, from `endpoint()`. `options` go to `werkzeug.routing.Rule`; `methods` are the function's own
        (`view_func.methods`) or GET unless given. OPTIONS is answered automatically where the view does not
        do it. Raises `AssertionError` when the endpoint belongs to another function, `TypeError` when
        `methods` is a string, `ValueError` when `rule` is malformed, `LookupError` when its converter is unknown.
        """
        if endpoint is None:
            endpoint = _name_of(view_func)
        if view_func is not None and self.view_functions.get(endpoint, view_func) != view_func:
            raise AssertionError(f"The endpoint {endpoint!r} belongs to another function. Name this one: endpoint='…'.")
        methods = _methods_of(view_func, options.pop("methods", None))
        automatic = provide_automatic_options
        if automatic is None:
            automatic = getattr(view_func, "provide_automatic_options", None)
        if automatic is None:
            automatic = "OPTIONS" not in methods and self.config["PROVIDE_AUTOMATIC_OPTIONS"]
        if automatic:
            methods.add("OPTIONS")
        url_rule = self.url_rule_class(rule, endpoint=endpoint, methods=methods, **options)
        url_rule.provide_automatic_options = automatic
        self.url_map.add(url_rule)
        if view_func is not None:
            self.view_functions[endpoint] = view_func

    def endpoint(self, endpoint: str) -> Callable[[ViewT], ViewT]:
        """Decorate the function that answers for `endpoint`, whatever rules lead there."""

        def register(view: ViewT) -> ViewT:
            self.view_functions[endpoint] = view
            return view

        return register

    def errorhandler(self, code_or_exception: int | type[Exception]) -> Callable[[ErrorHandlerT], ErrorHandlerT]:
        """Decorate the function that answers for a status or a class; errors are those of `register_error_handler`."""

        def register(handler: ErrorHandlerT) -> ErrorHandlerT:
            self.register_error_handler(code_or_exception, handler)
            return handler

        return register

    def register_error_handler(self, code_or_exception: int | type[Exception], f: ErrorHandler) -> None:
        """Have `f` answer for exceptions with that status (404), or of that class and its subclasses.

        `f` is called with the exception and returns what a view may return. Of several handlers that fit, the
        one for the most specific class is called. Raises `ValueError` for a status that no exception has,
        `TypeError` for what is neither a status nor a class of exceptions.
        """
        self.error_handlers[_exception_class(code_or_exception)] = f

    def before_request(self, f: FunctionT) -> FunctionT:
        """Decorate a function that is called before each view, in order of registration, even where no view is found.

        When it returns something, that is the answer, and neither the next of these nor the view is called.
        """
        self.before_request_funcs.append(f)
        return f

    def url_value_preprocessor(self, f: FunctionT) -> FunctionT:
        """Decorate a function that is given the endpoint and the values of each matched URL, and may change these.

        It is called before all other functions that come before the view. Where nothing matched both are `None`.
        """
        self.url_value_preprocessors.append(f)
        return f

    def url_defaults(self, f: FunctionT) -> FunctionT:
        """Decorate a function that is given the endpoint and the values of a URL to be built, and may add to these."""
        self.url_default_functions.append(f)
        return f

    def after_request(self, f: FunctionT) -> FunctionT:
        """Decorate a function that is given each response, error pages included, and returns it or another.

        Those registered last are called first.
        """
        self.after_request_funcs.append(f)
        return f

    def teardown_request(self, f: FunctionT) -> FunctionT:
        """Decorate a function that is called when a request's context is popped, whatever happened.

        It is given the error that was not handled, or `None`. Those registered last are called first, and all of
        them are called, even if some fail; then one error is raised as it is, several as an `ExceptionGroup`.
        """
        self.teardown_request_funcs.append(f)
        return f

    def teardown_appcontext(self, f: FunctionT) -> FunctionT:
        """Like `teardown_request`, after it, and also for a context without a request: at the end of a script."""
        self.teardown_appcontext_funcs.append(f)
        return f

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request: what a server calls. To wrap the application, wrap `wsgi_app`."""
        return self.wsgi_app(environ, start_response)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request: call `start_response` with status and headers, return the body (PEP 3333)."""
        with self.request_context(environ) as context:
            if KEEP_CONTEXT in environ:
                environ[KEEP_CONTEXT](context)
            try:
                response = self.full_dispatch_request(context)
            except Exception as error:
                context.error = error
                response = self.handle_exception(context, error)
            return response(environ, start_response)

    def test_client(self, use_cookies: bool = True, **options: Any) -> Client:
        """Make a client for tests; `options` go to its class, `test_client_class` or `DramClient`."""
        from .testing import DramClient

        client_class = self.test_client_class or DramClient
        return client_class(self, self.response_class, use_cookies=use_cookies, **options)

    def app_context(self) -> Context:
        """A context without a request, for scripts and shells. While it is pushed, `current_app` and `g` work."""
        return Context(self)

    def request_context(self, environ: WSGIEnvironment) -> Context:
        """The context of a request. While it is pushed, as by `with`, `request` stands for that request."""
        return Context(self, environ)

    def test_request_context(self, *args: Any, **options: Any) -> Context:
        """The context of a request that no server sent, for tests and shells.

        The arguments are those of `dram.testing.EnvironBuilder`: a path, `method`, `query_string`, `data`, …
        """
        from .testing import EnvironBuilder

        builder = EnvironBuilder(self, *args, **options)
        try:
            return self.request_context(builder.get_environ())
        finally:
            builder.close()

    def full_dispatch_request(self, context: Context) -> Response:
        """Answer a request, by an error handler where the view fails and a handler fits."""
        if isinstance(context.request.routing_exception, BadHost):
            # For a host that is none no URL can be built, so that a hook or a page with links would fail as well.
            return self.finalize_request(context, context.request.routing_exception.get_response(context.environ))
        try:
            hooks = self.before_request_funcs or self.url_value_preprocessors
            value = self.preprocess_request(context) if hooks else None
            if value is None:
                value = self.dispatch_request(context)
        except Exception as error:
            return self.finalize_request(context, self.handle_user_exception(context, error))
        return self.finalize_request(context, value)

    def preprocess_request(self, context: Context) -> ResponseValue | None:
        """Call the functions that come before the view; return the first value that is not `None`."""
        for preprocessor in self.url_value_preprocessors:
            preprocessor(context.request.endpoint, context.request.view_args)
        for function in self.before_request_funcs:
            value = function()
            if value is not None:
                return value
        return None

    def finalize_request(self, context: Context, value: ResponseValue) -> Response:
        """Make the response of what was returned, and give it to the functions that come after the view."""
        response = self.make_response(value, context.request)
        if context.after_functions or self.after_request_funcs:
            response = self.process_response(context, response)
        return response

    def process_response(self, context: Context, response: Response) -> Response:
        """Give the response to the functions that come after the view; return what the last one returns."""
        for function in chain(context.after_functions, reversed(self.after_request_funcs)):
            response = function(response)
            if not isinstance(response, werkzeug.wrappers.Response):
                raise TypeError(no_response_after(function, response))
        return response

    def do_teardown(self, context: Context, error: BaseException | None) -> None:
        """Call the functions that tear down, the last one first, all of them; then raise what they raised."""
        if not self.teardown_appcontext_funcs and not self.teardown_request_funcs:
            return
        functions = list(self.teardown_appcontext_funcs)
        if context.environ is not None:
            functions += self.teardown_request_funcs
        failures: list[Exception] = []
        for function in reversed(functions):
            try:
                function(error)
            except Exception as failure:
                failures.append(failure)
        try:
            if len(failures) == 1:
                raise failures[0]
            if failures:
                raise ExceptionGroup("Several functions failed to tear down.", failures)
        finally:
            # What was raised holds this frame, as an error does that is raised again.
            del failures

    def handle_user_exception(self, context: Context, error: Exception) -> ResponseValue:
        """Return what the handler for `error` returns; raise the error again when there is none.

        Every `HTTPException` is an answer of its own, and needs no handler, unless it is trapped.
        """
        if isinstance(error, HTTPException) and not self.trap_http_exception(error):
            return self.handle_http_exception(context, error)
        handler = self._find_error_handler(error)
        if handler is None:
            try:
                raise error
            finally:
                # The traceback holds this frame. A frame that holds the error is a cycle, and memory is freed late.
                del error
        return _answer_of(handler, error)

    def trap_http_exception(self, error: Exception) -> bool:
        """Whether an HTTP error is treated like any other: the settings TRAP_HTTP_EXCEPTIONS, TRAP_BAD_REQUEST_ERRORS.

        That a form lacks a field is, for one, the client's fault in production, and while debugging one's own.
        """
        trap = self.config["TRAP_BAD_REQUEST_ERRORS"]
        if trap is None:
            trap = self.debug and isinstance(error, BadRequestKeyError)
        if isinstance(error, BadRequestKeyError) and (trap or self.debug):
            error.show_exception = True
        return bool(self.config["TRAP_HTTP_EXCEPTIONS"] or (trap and isinstance(error, BadRequest)))

    def handle_http_exception(self, context: Context, error: HTTPException) -> ResponseValue:
        """Return what the handler for `error` returns; the error's own page when there is none."""
        # Without a code it carries a finished response; from the router it is a redirect. Neither is an error.
        if error.code is None or isinstance(error, RoutingException):
            return error.get_response(context.environ)
        handler = self._find_error_handler(error)
        return error.get_response(context.environ) if handler is None else _answer_of(handler, error)

    def handle_exception(self, context: Context, error: Exception) -> Response:
        """Log an error that nobody handled, and answer 500: with the handler for that, or with a bare page.

        The handler is given an `InternalServerError` whose `original_exception` is the error. While debugging or
        testing the error is raised instead, for the debugger or the test to see; PROPAGATE_EXCEPTIONS overrules that.
        """
        propagate = self.config["PROPAGATE_EXCEPTIONS"]
        if propagate or (propagate is None and (self.debug or self.testing)):
            raise error
        self.log_exception(context, error)
        server_error = InternalServerError(original_exception=error)
        response = self.make_response(self.handle_http_exception(context, server_error), context.request)
        try:
            return self.process_response(context, response)
        except Exception as failure:
            self.logger.error("Request finalizing failed with an error while handling an error", exc_info=failure)
            return response

    def log_exception(self, context: Context, error: Exception) -> None:
        """Write an error that nobody handled to the log, with its traceback, and the path and method of the request."""
        request = context.request
        self.logger.error("Exception on %s [%s]", quote(request.path), request.method, exc_info=error)

    def _find_error_handler(self, error: Exception) -> ErrorHandler | None:
        for exception_class in type(error).__mro__:
            if exception_class in self.error_handlers:
                return self.error_handlers[exception_class]
        return None

    def dispatch_request(self, context: Context) -> ResponseValue:
        """Call the view that the request's URL leads to; return what the view returns.

        Raises `NotFound`, `MethodNotAllowed` or `RequestRedirect` when it leads to none.
        """
        request = context.request
        if request.url_rule is None or request.view_args is None:
            raise request.routing_exception or NotFound
        # A rule put into the map by hand is Werkzeug's own, and leaves OPTIONS to its view.
        if request.method == "OPTIONS" and getattr(request.url_rule, "provide_automatic_options", False):
            return self.make_default_options_response(context)
        return self._view_of(request.url_rule)(**request.view_args)

    def _view_of(self, rule: werkzeug.routing.Rule) -> View:
        try:
            return self.view_functions[rule.endpoint]
        except KeyError:
            raise LookupError(
                f"The rule {rule.rule!r} leads to the endpoint {rule.endpoint!r}, which has no function."
                f" Register one with '@app.endpoint({rule.endpoint!r})'."
            ) from None

    def make_response(self, value: ResponseValue, request: Request | None = None) -> Response:
        """Make a response of what a view returned.

        `value` is a body, or a tuple `(body, status)`, `(body, headers)` or `(body, status, headers)`. A body is
        text, bytes, a dict or list (sent as JSON), an iterator (sent as it yields), a response, or a WSGI
        application (called with the environ of `request`). A status is a number or text. Headers are a mapping
        or a list of pairs, and replace those of the body. Raises `TypeError` for anything else. `request` is the
        one that is being answered unless given.
        """
        if request is None and (context := current.get(None)) is not None and context.environ is not None:
            request = context.request
        if not isinstance(value, tuple):
            return self._response_of(value, request)
        body, status, headers = _unpack(value, request)
        response = self._response_of(body, request)
        if status is not None:
            _set_status(response, status, request)
        if headers is not None:
            _set_headers(response, headers, request)
        return response

    def redirect(self, location: str, code: int = 302) -> werkzeug.wrappers.Response:
        """A response that sends the client to `location`; the status is 301, 302, 303, 307 or 308."""
        return werkzeug.utils.redirect(location, code, self.response_class)

    def _response_of(self, body: Body, request: Request | None) -> Response:
        if isinstance(body, TEXT):
            return self.response_class(cast("Iterable[str]", body))
        if isinstance(body, dict | list):
            return self._json_response(body)
        if callable(body):
            environ = request.environ if request is not None else None
            return cast(Response, self.response_class.force_type(cast(Response, body), environ))
        raise TypeError(no_response(body, _endpoint_of(request)))

    def _json_response(self, value: object) -> Response:
        layout: dict[str, Any] = {"indent": 2} if self.debug else {"separators": (",", ":")}
        return self.response_class(json.dumps(value, sort_keys=True, **layout) + "\n", mimetype="application/json")

    def create_url_adapter(self, request: Request | None) -> MapAdapter:
        """Bind the URL map to what the request says of host, path, query and method; without one, to the settings.

        Raises `RuntimeError` where there is no request and no SERVER_NAME.
        """
        server_name = self.config["SERVER_NAME"]
        if request is not None:
            if self.url_map.host_matching:
                return self.url_map.bind_to_environ(request.environ)
            # Without subdomains every host is answered; the subdomain is not read off it.
            subdomain = None if self.subdomain_matching else self.url_map.default_subdomain
            return self.url_map.bind_to_environ(request.environ, server_name, subdomain)
        if server_name is None:
            raise RuntimeError(no_server_name())
        return self.url_map.bind(
            server_name, self.config["APPLICATION_ROOT"], url_scheme=self.config["PREFERRED_URL_SCHEME"]
        )

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """Build the URL of an endpoint. `values` fill the variable parts of its rule; the rest becomes the query.

        `_anchor` is what follows `#`, `_method` chooses among rules, `_scheme` is the scheme of an external URL.
        `_external` asks for a URL with scheme and host: the default without a request, or with a scheme. Raises
        `BuildError` when no rule fits, `ValueError` for a scheme in a URL that is not external, `RuntimeError`
        where there is no request and no SERVER_NAME.
        """
        context = current.get(None)
        if context is None or context.app is not self:
            context = self.app_context()
        if _external is None:
            _external = _scheme is not None or context.environ is None
        if _scheme is not None and not _external:
            raise ValueError("A URL with a scheme is external. Leave out '_scheme', or pass '_external=True'.")
        self.inject_url_defaults(endpoint, values)
        try:
            url = context.url_adapter.build(endpoint, values, _method, force_external=_external, url_scheme=_scheme)
        except BuildError as error:
            values.update(_anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external)
            return self.handle_url_build_error(error, endpoint, values)
        return url if _anchor is None else f"{url}#{quote(_anchor, safe=ANCHOR)}"

    def inject_url_defaults(self, endpoint: str, values: dict[str, Any]) -> None:
        """Let the functions of `url_defaults` add to the values of a URL."""
        for function in self.url_default_functions:
            function(endpoint, values)

    def handle_url_build_error(self, error: BuildError, endpoint: str, values: dict[str, Any]) -> str:
        """Return the first answer of `url_build_error_handlers` that is not `None`; raise the error without one."""
        for handler in self.url_build_error_handlers:
            try:
                url = handler(error, endpoint, values)
            except BuildError as later:
                error = later
            else:
                if url is not None:
                    return url
        try:
            raise error
        finally:
            # As in handle_user_exception: the traceback holds this frame.
            del error

    def make_default_options_response(self, context: Context) -> Response:
        """Answer OPTIONS with the methods that the URL allows, in the `Allow` header (RFC 9110, 9.3.7)."""
        allowed = context.url_adapter.allowed_methods()
        return self.response_class(headers={"Allow": ", ".join(sorted(allowed))})

    def run(self, host: str | None = None, port: int | None = None, debug: bool | None = None, **options: Any) -> None:
        """Serve the application for development on `host` and `port`: those of SERVER_NAME, or 127.0.0.1 and 5000.

        `debug` sets the attribute of that name; it switches on the reloader and the debugger.
        `options` go to `werkzeug.serving.run_simple`.
        """
        # Imported here, because in production another server calls the application.
        from werkzeug.serving import run_simple

        if debug is not None:
            self.debug = debug
        options = {"use_reloader": self.debug, "use_debugger": self.debug, "threaded": True, **options}
        name, _, number = (self.config["SERVER_NAME"] or "").partition(":")
        run_simple(host or name or "127.0.0.1", int(number or 5000) if port is None else port, self, **options)


def _name_of(view_func: View | None) -> str:
    name = getattr(view_func, "__name__", None)
    if name is None:
        raise TypeError("A rule needs an endpoint. Pass 'endpoint', or a function with a name.")
    return str(name)


def _methods_of(view_func: View | None, methods: Iterable[str] | None) -> set[str]:
    if methods is None:
        methods = getattr(view_func, "methods", None) or ("GET",)
    if isinstance(methods, str):
        raise TypeError(f"'methods' must be a list of strings, such as methods=[{methods!r}].")
    return {method.upper() for method in methods} | set(getattr(view_func, "required_methods", ()))


def _unpack(value: tuple[Any, ...], request: Request | None) -> tuple[Body, Status | None, HeadersValue | None]:
    if len(value) == 3:
        return value
    if len(value) == 2:
        body, second = value
        if isinstance(second, Headers | Mapping | list | tuple):
            return body, None, second
        return body, second, None
    raise TypeError(no_tuple(value, _endpoint_of(request)))


def _set_status(response: Response, status: Status, request: Request | None) -> None:
    if not STATUS.fullmatch(str(status)):
        raise TypeError(no_status(status, _endpoint_of(request)))
    response.status = str(status)


def _set_headers(response: Response, headers: HeadersValue, request: Request | None) -> None:
    if not isinstance(headers, Headers | Mapping | list | tuple):
        raise TypeError(no_headers(headers, _endpoint_of(request)))
    # By way of Headers, because a list of pairs may name a header twice and mean both.
    response.headers.update(Headers(headers))


def _endpoint_of(request: Request | None) -> str | None:
    return None if request is None else request.endpoint


def _exception_class(code_or_exception: int | type[Exception]) -> type[Exception]:
    if isinstance(code_or_exception, int):
        if code_or_exception not in default_exceptions:
            raise ValueError(no_exception(code_or_exception))
        return default_exceptions[code_or_exception]
    if isinstance(code_or_exception, type) and issubclass(code_or_exception, Exception):
        return code_or_exception
    raise TypeError(no_exception(code_or_exception))


def _answer_of(handler: ErrorHandler, error: Exception) -> ResponseValue:
    value = handler(error)
    if value is None:
        raise TypeError(no_answer(handler))
    return value
