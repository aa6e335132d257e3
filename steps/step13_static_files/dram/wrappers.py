"""Werkzeug's request, response and rule, with what the framework has to add."""

from __future__ import annotations

from typing import Any

import werkzeug.routing
import werkzeug.wrappers


class Rule(werkzeug.routing.Rule):
    """A URL rule that knows who answers OPTIONS: the framework, or the view."""

    provide_automatic_options = False


class Request(werkzeug.wrappers.Request):
    """A request, and what its URL was matched to."""

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


class Response(werkzeug.wrappers.Response):
    """A response that is a web page unless it says otherwise."""

    default_mimetype = "text/html"
