"""Proxies: names that can be imported once and stand for something else in every request. They are for applications."""

from __future__ import annotations

from typing import cast

from werkzeug.local import LocalProxy

from .app import Dram
from .ctx import Context, Namespace, need_application, need_request
from .wrappers import Request

#: The context of the request that is being answered.
request_ctx: Context = LocalProxy(lambda: need_request("request_ctx"))  # type: ignore[assignment]

#: The request that is being answered.
request: Request = LocalProxy(lambda: need_request("request").request)  # type: ignore[assignment]

#: The context that is current, with a request or without.
app_ctx: Context = LocalProxy(lambda: need_application("app_ctx"))  # type: ignore[assignment]

#: The application that is at work.
current_app: Dram = LocalProxy(lambda: cast(Dram, need_application("current_app").app))  # type: ignore[assignment]

#: What this piece of work remembers; gone when it is done.
g: Namespace = LocalProxy(lambda: need_application("g").g)  # type: ignore[assignment]
