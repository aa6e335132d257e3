"""Requests without a server, for tests and shells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import werkzeug.test

from .app import Dram


class EnvironBuilder(werkzeug.test.EnvironBuilder):
    """Makes the environ of a request, which is for the host that the application's configuration names.

    Unless `base_url` is given, it is made of `url_scheme` or PREFERRED_URL_SCHEME, of `subdomain` and SERVER_NAME or
    localhost, and of APPLICATION_ROOT; a `path` that names a scheme and a host has the last word. All other arguments
    are those of `werkzeug.test.EnvironBuilder`. Raises `TypeError` for a `base_url` with a `subdomain` or `url_scheme`.
    """

    def __init__(
        self,
        app: Dram,
        path: str = "/",
        base_url: str | None = None,
        subdomain: str | None = None,
        url_scheme: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.app = app
        if base_url is None:
            url = urlsplit(path)
            scheme = url.scheme or url_scheme or app.config["PREFERRED_URL_SCHEME"]
            host = url.netloc or ".".join(filter(None, [subdomain, app.config["SERVER_NAME"] or "localhost"]))
            base_url = f"{scheme}://{host}/{app.config['APPLICATION_ROOT'].lstrip('/')}"
            path = f"{url.path}?{url.query}" if url.query else url.path
        elif subdomain or url_scheme:
            raise TypeError("'base_url' names scheme and host. Give it alone, or 'subdomain' and 'url_scheme' instead.")
        super().__init__(path, base_url, *args, **kwargs)
