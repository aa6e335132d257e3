"""The cases in Bottle. It has no sessions; one that is signed by hand stands for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bottle
import jinja2

from series.benchmarks import cases


def application(framework: Any, name: str, folder: Path) -> Any:
    """The application that answers the request of a case."""
    app = bottle.Bottle()
    if name == "static":
        app.route("/static/<name:path>", callback=lambda name: bottle.static_file(name, root=str(folder)))
    else:
        globals()[name](app)
    return app


def hello(app: Any) -> None:
    app.route("/", callback=lambda: "Hello")


cookie = missing = hello


def routing(app: Any) -> None:
    for each in range(100):
        app.route(f"/page{each}/<number:int>/<name>", callback=lambda number, name: f"{number + 1} {name}")


def json(app: Any) -> None:
    app.route("/", callback=lambda: cases.VALUE)


def form(app: Any) -> None:
    app.route("/", "POST", callback=lambda: ",".join(bottle.request.forms[name] for name in cases.FIELDS))


def template(app: Any) -> None:
    environment = jinja2.Environment(loader=jinja2.DictLoader(cases.TEMPLATES), autoescape=True, auto_reload=False)
    page = environment.get_template
    app.route("/", callback=lambda: page("page.html").render(title="Essays", items=cases.ITEMS))


def session(app: Any) -> None:
    serializer = cases.serializer()

    @app.route("/")
    def index() -> str:
        values = serializer.loads(bottle.request.get_cookie("session"), max_age=86400)
        values["count"] = values.get("count", 0) + 1
        bottle.response.set_cookie("session", serializer.dumps(values), path="/", httponly=True)
        return str(values["count"])


def hooks(app: Any) -> None:
    @app.hook("before_request")
    def before() -> None:
        bottle.request.environ["count"] = 1

    @app.hook("after_request")
    def after() -> None:
        bottle.response.set_header("X-Count", str(bottle.request.environ.pop("count")))

    app.route("/", callback=lambda: f"Hello {bottle.request.environ['count']}")


def links(app: Any) -> None:
    app.route("/essays/<number:int>", name="essay", callback=lambda number: "")
    app.route("/", callback=lambda: " ".join(app.get_url("essay", number=number) for number in range(10)))


def handler(app: Any) -> None:
    @app.error(400)
    def wrong(error: Any) -> str:
        return str(error.body)

    @app.route("/")
    def index() -> str:
        raise bottle.HTTPError(400, "wrong")
