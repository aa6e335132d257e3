"""Proxies: names that can be imported once and stand for something else in every request. They are for applications."""

from __future__ import annotations

from werkzeug.local import LocalProxy

from .ctx import Context, current
from .debugging import no_request
from .wrappers import Request


def _context_of(name: str) -> Context:
    try:
        return current.get()
    except LookupError:
        raise RuntimeError(no_request(name)) from None


#: The context of the request that is being answered.
request_ctx: Context = LocalProxy(lambda: _context_of("request_ctx"))  # type: ignore[assignment]

#: The request that is being answered.
request: Request = LocalProxy(lambda: _context_of("request").request)  # type: ignore[assignment]
