"""The cases with Werkzeug alone: a request, a map of rules, a response, and nothing around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Request, Response

from series.benchmarks import cases

View = Callable[..., Any]


def application(framework: Any, name: str, folder: Path) -> Any:
    """The application that answers the request of a case."""
    rules, views = pages(name, folder)
    url_map = Map(rules)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        request, adapter = Request(environ, populate_request=False), url_map.bind_to_environ(environ)
        try:
            endpoint, values = adapter.match()
            response = views[endpoint](request, adapter, **values)
        except HTTPException as error:
            response = error.get_response(environ)
        except ValueError as error:
            response = html(str(error), 400)
        return response(environ, start_response)

    return answer


def html(text: str, status: int = 200) -> Response:
    """A page."""
    return Response(text, status, mimetype="text/html")


def pages(name: str, folder: Path) -> tuple[list[Rule], dict[str, View]]:
    """The rules of a case, and the functions that they lead to."""
    if name == "static":
        rule = Rule("/static/<path:path>", endpoint="static")
        return [rule], {"static": lambda request, _, path: send_from_directory(folder, path, request.environ)}
    if name == "routing":
        rules = [Rule(f"/page{each}/<int:number>/<name>", endpoint="page") for each in range(100)]
        return rules, {"page": lambda request, _, number, name: html(f"{number + 1} {name}")}
    methods = ["POST"] if name == "form" else ["GET"]
    rules = [Rule("/", endpoint="index", methods=methods), Rule("/essays/<int:number>", endpoint="essay")]
    return rules, {"index": globals()[name]()}


def hello() -> View:
    return lambda request, _: html("Hello")


cookie = missing = hello


def json() -> View:
    from json import dumps

    return lambda request, _: Response(dumps(cases.VALUE), mimetype="application/json")


def form() -> View:
    return lambda request, _: html(",".join(request.form[name] for name in cases.FIELDS))


def template() -> View:
    environment = jinja2.Environment(loader=jinja2.DictLoader(cases.TEMPLATES), autoescape=True, auto_reload=False)
    page = environment.get_template
    return lambda request, _: html(page("page.html").render(title="Essays", items=cases.ITEMS))


def session() -> View:
    serializer = cases.serializer()

    def index(request: Request, _: Any) -> Response:
        values = serializer.loads(request.cookies["session"], max_age=86400)
        values["count"] = values.get("count", 0) + 1
        response = html(str(values["count"]))
        response.set_cookie("session", serializer.dumps(values), httponly=True)
        response.vary.add("Cookie")
        return response

    return index


def hooks() -> View:
    def index(request: Request, _: Any) -> Response:
        response = html("Hello 1")
        response.headers["X-Count"] = "1"
        return response

    return index


def links() -> View:
    return lambda request, adapter: html(" ".join(adapter.build("essay", {"number": n}) for n in range(10)))


def handler() -> View:
    def index(request: Request, _: Any) -> Response:
        raise ValueError("wrong")

    return index
