"""Error messages that name the fault and guess its cause."""

FORMS = "(body, status), (body, headers) or (body, status, headers)"


def no_response(body: object, endpoint: str | None) -> str:
    """What to say of a body that no response can be made of."""
    if body is None:
        return f"{_source(endpoint)} returned None. Is there a return statement?"
    return (
        f"{_source(endpoint)} returned {body!r}, which is of type {type(body).__name__}. Return text, bytes, a dict"
        " or list for JSON, an iterator of text or bytes, a response or a WSGI application."
    )


def no_tuple(value: tuple[object, ...], endpoint: str | None) -> str:
    """What to say of a tuple of the wrong length."""
    return f"{_source(endpoint)} returned a tuple of length {len(value)}. Return {FORMS}."


def no_status(status: object, endpoint: str | None) -> str:
    """What to say of a status that HTTP does not have."""
    return f"{_source(endpoint)} returned the status {status!r}. Return a number from 100 to 599, or text: '404 Gone'."


def no_headers(headers: object, endpoint: str | None) -> str:
    """What to say of headers that are neither a mapping nor a list of pairs."""
    return f"{_source(endpoint)} returned the headers {headers!r}. Return a dict or a list of (name, value)."


def no_answer(handler: object) -> str:
    """What to say of an error handler that returned `None`."""
    return f"The error handler {getattr(handler, '__name__', handler)!r} returned None. Is there a return statement?"


def no_response_after(function: object, value: object) -> str:
    """What to say of a function that was given a response and returned something else."""
    name = getattr(function, "__name__", function)
    return f"{name!r} returned {value!r}. A function that is called after the view must return a response."


def no_exception(code_or_exception: object) -> str:
    """What to say of something that an error handler cannot be registered for."""
    if isinstance(code_or_exception, int):
        return f"No exception has the status {code_or_exception}. Register a subclass of HTTPException that has it."
    return f"An error handler is for a status (404) or a class of exceptions, and {code_or_exception!r} is neither."


def no_request(name: str, app: str = "") -> str:
    """What to say when `name` is used while no request is being answered; `app` is the application that is current."""
    why = f"there is none: the context of {app!r} that is current was made without" if app else "there is none"
    return (
        "Working outside of request context.\n\n"
        f"'{name}' needs the request that this thread or task is answering, and {why}. In a test or a shell,"
        " make one: 'with app.test_request_context(\"/path\"):'. In a thread that a view starts, decorate the function"
        " with 'copy_current_request_context'. A function that is also called without a request"
        " should get what it needs as an argument."
    )


def no_server_name() -> str:
    """What to say when a URL is built without a request, and nothing says for which host."""
    return (
        "Without a request a URL cannot be built, because nothing says for which host. Set app.config['SERVER_NAME']"
        " to it, such as 'example.com', and where they differ APPLICATION_ROOT ('/') and PREFERRED_URL_SCHEME ('http')."
    )


def no_secret_key() -> str:
    """What to say when a session is written to, and nothing could sign it."""
    return (
        "The session is unavailable because no secret key was set. Set app.config['SECRET_KEY'] to something long that"
        " nobody can guess: 'python -c \"import secrets; print(secrets.token_hex())\"' prints one."
    )


def no_application(name: str) -> str:
    """What to say when `name` is used while there is no current application."""
    return (
        "Working outside of application context.\n\n"
        f"'{name}' needs the application that this thread or task is working for, and there is none. A script, a"
        " shell or a test says which: 'with app.app_context():'."
    )


def _source(endpoint: str | None) -> str:
    return "The view function" if endpoint is None else f"The view function for {endpoint!r}"
