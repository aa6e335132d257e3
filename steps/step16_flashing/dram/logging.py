"""The logger: what an application has to say, with a time and a level, in the log that its server keeps."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Protocol, TextIO

from werkzeug.local import LocalProxy

from .ctx import current


class Application(Protocol):
    """What a logger asks of its application."""

    @property
    def name(self) -> str: ...

    @property
    def debug(self) -> bool: ...


def _stream() -> TextIO:
    context = current.get(None)
    if context is None or context.environ is None:
        return sys.stderr
    stream: TextIO = context.environ["wsgi.errors"]
    return stream


#: The server's log: `wsgi.errors` of the request that is being answered (PEP 3333), `sys.stderr` while there is none.
wsgi_errors_stream: TextIO = LocalProxy(_stream)  # type: ignore[assignment]

#: Writes lines with time, level and module to the server's log.
default_handler = logging.StreamHandler(wsgi_errors_stream)
default_handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s"))


def create_logger(app: Application) -> logging.Logger:
    """The logger with the application's name, at the level DEBUG while debugging, unless it has a level.

    It gets `default_handler` where no other handler would take what it lets through.
    """
    logger = logging.getLogger(app.name)
    if app.debug and logger.level == logging.NOTSET:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(default_handler)
    return logger


def has_level_handler(logger: logging.Logger) -> bool:
    """Whether some handler takes whatever the logger lets through."""
    level = logger.getEffectiveLevel()
    return any(handler.level <= level for handler in _handlers(logger))


def _handlers(logger: logging.Logger) -> Iterator[logging.Handler]:
    """The handlers that a record of `logger` passes: its own, and those of the loggers above that it reaches."""
    above: logging.Logger | None = logger
    while above is not None:
        yield from above.handlers
        above = above.parent if above.propagate else None
