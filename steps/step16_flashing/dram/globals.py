"""Proxies: names that can be imported once and stand for something else in every request. They are for applications."""

from __future__ import annotations

from typing import cast

from werkzeug.local import LocalProxy

from .app import Dram
from .ctx import Context, Namespace, current
from .debugging import no_application, no_request
from .sessions import SessionMixin
from .wrappers import Request


def _request_context(name: str) -> Context:
    context = current.get(None)
    if context is None or context.environ is None:
        raise RuntimeError(no_request(name, context.app.import_name if context is not None else ""))
    return context


def _app_context(name: str) -> Context:
    context = current.get(None)
    if context is None:
        raise RuntimeError(no_application(name))
    return context


#: The context of the request that is being answered.
request_ctx: Context = LocalProxy(lambda: _request_context("request_ctx"))  # type: ignore[assignment]

#: The request that is being answered.
request: Request = LocalProxy(lambda: _request_context("request").request)  # type: ignore[assignment]

#: The context that is current, with a request or without.
app_ctx: Context = LocalProxy(lambda: _app_context("app_ctx"))  # type: ignore[assignment]

#: The application that is at work.
current_app: Dram = LocalProxy(lambda: cast(Dram, _app_context("current_app").app))  # type: ignore[assignment]

#: What is remembered of the visitor from one request to the next.
session: SessionMixin = LocalProxy(lambda: _request_context("session").session)  # type: ignore[assignment]

#: What this piece of work remembers; gone when it is done.
g: Namespace = LocalProxy(lambda: _app_context("g").g)  # type: ignore[assignment]
