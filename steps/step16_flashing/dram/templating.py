"""Templates: the Jinja environment of an application, and what it says when something is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import jinja2
from jinja2 import BaseLoader, TemplateNotFound, Undefined
from werkzeug.local import LocalProxy

from .config import Config
from .ctx import current
from .debugging import no_application, no_request
from .flashing import get_flashed_messages
from .json.provider import JSONProvider


class Logger(Protocol):
    """What an environment asks of the application's logger."""

    def warning(self, msg: str, /, *args: object) -> None: ...


class Application(Protocol):
    """What an environment asks of its application."""

    config: Config
    json: JSONProvider

    @property
    def url_for(self) -> Callable[..., str]: ...

    @property
    def debug(self) -> bool: ...

    @property
    def logger(self) -> Logger: ...

    @property
    def jinja_loader(self) -> BaseLoader | None: ...

    def create_global_jinja_loader(self) -> BaseLoader: ...


class Loader(BaseLoader):
    """Finds templates by the application's `jinja_loader`, which may be replaced at any time."""

    def __init__(self, app: Application) -> None:
        self.app = app

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The source of a template, its file, and whether that is as it was. Raises `TemplateNotFound`."""
        loader = self.app.jinja_loader
        if loader is None:
            raise TemplateNotFound(template, f"{template!r} is not found: the application has no template folder.")
        return loader.get_source(environment, template)

    def list_templates(self) -> list[str]:
        """The names of all templates, sorted."""
        return [] if self.app.jinja_loader is None else self.app.jinja_loader.list_templates()


class Missing(Undefined):
    """What stands for a name that a template was not given: printed it is nothing, and most else is an error.

    That is Jinja's default. While debugging, the log says where it was printed.
    """

    __slots__ = ()

    def __str__(self) -> str:
        _report(self._undefined_message)
        return super().__str__()

    def __iter__(self) -> Iterator[Any]:
        _report(self._undefined_message)
        return super().__iter__()

    def __len__(self) -> int:
        _report(self._undefined_message)
        return super().__len__()


def _report(message: str) -> None:
    # Two frames up is the code that prints: the template, or a filter that the template called. A template's lines
    # are not those of the code that it was compiled to.
    frame = sys._getframe(2)
    while (template := frame.f_globals.get("__jinja_template__")) is None:
        if frame.f_back is None:
            return
        frame = frame.f_back
    app: Application = template.environment.app
    if app.debug:
        line = template.get_corresponding_lineno(frame.f_lineno)
        app.logger.warning("%s, so nothing is printed: %s, line %d", message, template.filename, line)


class Environment(jinja2.Environment):
    """The templates of an application; `options` are those of `jinja2.Environment`.

    `request`, `session`, `g`, `config`, `url_for` and `get_flashed_messages` are known in all of them.
    """

    def __init__(self, app: Application, **options: Any) -> None:
        super().__init__(**{"loader": app.create_global_jinja_loader(), "undefined": Missing, **options})
        self.app = app
        # What `tojson` makes is for a script element: Jinja escapes `<`, `>`, `&` and `'` in it.
        self.policies.update({"json.dumps_function": self._dumps, "json.dumps_kwargs": {}})
        self.globals.update(
            config=app.config,
            url_for=app.url_for,
            get_flashed_messages=get_flashed_messages,
            request=LocalProxy(current, "request", unbound_message=no_request("request")),
            session=LocalProxy(current, "session", unbound_message=no_request("session")),
            g=LocalProxy(current, "g", unbound_message=no_application("g")),
        )

    def _dumps(self, value: Any, **options: Any) -> str:
        # By the provider of now, which may be another than when the environment was made.
        return self.app.json.dumps(value, **options)
