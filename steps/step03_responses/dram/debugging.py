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


def _source(endpoint: str | None) -> str:
    return "The view function" if endpoint is None else f"The view function for {endpoint!r}"
