"""The cases in Flask, and in any step of Dram, which has the same names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from series.benchmarks import cases


def application(framework: Any, name: str, folder: Path) -> Any:
    """The application that answers the request of a case."""
    app_class = getattr(framework, "Flask", None) or framework.Dram
    options = {"static_folder": str(folder)} if name == "static" else {}
    app = app_class("measured", **options)
    if name in ("cookie", "session"):
        app.secret_key = cases.KEY
    if name != "static":
        globals()[name](framework, app)
    return app


def hello(framework: Any, app: Any) -> None:
    @app.route("/")
    def index() -> str:
        return "Hello"


cookie = missing = hello


def routing(framework: Any, app: Any) -> None:
    def page(number: int, name: str) -> str:
        return f"{number + 1} {name}"

    for each in range(100):
        app.add_url_rule(f"/page{each}/<int:number>/<name>", f"page{each}", page)


def json(framework: Any, app: Any) -> None:
    @app.route("/")
    def index() -> dict[str, Any]:
        return cases.VALUE


def form(framework: Any, app: Any) -> None:
    @app.route("/", methods=["POST"])
    def index() -> str:
        return ",".join(framework.request.form[name] for name in cases.FIELDS)


def template(framework: Any, app: Any) -> None:
    from jinja2 import DictLoader

    app.jinja_loader = DictLoader(cases.TEMPLATES)

    @app.route("/")
    def index() -> str:
        return str(framework.render_template("page.html", title="Essays", items=cases.ITEMS))


def session(framework: Any, app: Any) -> None:
    @app.route("/")
    def index() -> str:
        framework.session["count"] = framework.session.get("count", 0) + 1
        return str(framework.session["count"])


def hooks(framework: Any, app: Any) -> None:
    @app.before_request
    def before() -> None:
        framework.g.count = 1

    @app.after_request
    def after(response: Any) -> Any:
        response.headers["X-Count"] = str(framework.g.count)
        return response

    @app.teardown_request
    def teardown(error: BaseException | None) -> None:
        framework.g.pop("count")

    @app.route("/")
    def index() -> str:
        return f"Hello {framework.g.count}"


def links(framework: Any, app: Any) -> None:
    app.add_url_rule("/essays/<int:number>", "essay", lambda number: "")

    @app.route("/")
    def index() -> str:
        return " ".join(framework.url_for("essay", number=number) for number in range(10))


def handler(framework: Any, app: Any) -> None:
    @app.errorhandler(ValueError)
    def wrong(error: ValueError) -> tuple[str, int]:
        return str(error), 400

    @app.route("/")
    def index() -> str:
        raise ValueError("wrong")
