"""An application that touches everything a framework reads of a request. Its views never fail by themselves."""

from __future__ import annotations

from typing import Any

from jinja2 import DictLoader

import dram
from dram import request, session

#: The forms in which it gets requests: how hosts are matched, and further settings.
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "plain": ({}, {"MAX_CONTENT_LENGTH": 4096}),
    "subdomains": ({"subdomain_matching": True}, {"SERVER_NAME": "example.com", "APPLICATION_ROOT": "/root"}),
    "hosts": ({"host_matching": True, "static_host": "<host>"}, {}),
}

RULES = (
    "/", "/int/<int:value>", "/signed/<int(signed=True, max=99):value>", "/digits/<int(fixed_digits=3):value>",
    "/float/<float(signed=True):value>", "/uuid/<uuid:value>", "/any/<any(one, 'two, three'):value>",
    "/text/<value>", "/two/<string(length=2):value>", "/path/<path:value>/", "/wide/<path:value>/end",
    "/pair/<int:first>-<value>", "/<value>.<any(txt, json):ending>",
)  # fmt: skip

TEMPLATES = {
    "problem.html": "{{ request.url }}: {{ error.description }}",
    "page.html": """<title>{{ request.path }}</title>{{ request.args }} {{ request.url }} {{ session }} {{ g }}
{{ request.args.to_dict() | tojson }} {{ url_for("template", q=request.args.get("q"), _anchor=request.args.get("n")) }}
{% for category, message in get_flashed_messages(true) %}{{ category }}: {{ message }}{% endfor %}""",
}

#: What a request knows by its environ.
KNOWN = (
    "url", "base_url", "url_root", "host_url", "full_path", "script_root", "host", "scheme", "is_secure",
    "remote_addr", "access_route", "authorization", "accept_mimetypes", "accept_charsets", "accept_encodings",
    "accept_languages", "cache_control", "if_match", "if_none_match", "if_modified_since", "if_unmodified_since",
    "if_range", "range", "user_agent", "referrer", "origin", "date", "max_forwards", "pragma", "content_type",
    "content_length", "content_encoding", "content_md5", "mimetype", "mimetype_params", "is_json", "cookies",
    "access_control_request_headers", "access_control_request_method", "headers", "args", "query_string",
)  # fmt: skip


def application(kind: str, folder: str) -> Any:
    """The application in the form of that name; `folder` is what it sends files from."""
    options, settings = KINDS[kind]
    app = dram.Dram("everything", root_path=folder, static_folder=folder, static_url_path="/static", **options)
    app.jinja_loader = DictLoader(TEMPLATES)
    app.config.update(SECRET_KEY="for tests", **settings)
    where = {"host": "<host>"} if app.url_map.host_matching else {}
    for view in (headers, cookies, bodies, form, json, remember, template, away):
        app.add_url_rule(f"/{view.__name__}", None, view, methods=["GET", "POST"], **where)
    app.add_url_rule("/files/<path:value>", "files", lambda value: dram.send_from_directory(folder, value), **where)
    for number, rule in enumerate(RULES):
        app.add_url_rule(rule, f"rule{number}", built, **where)
    if app.subdomain_matching:
        app.add_url_rule("/", "tenant", built, subdomain="<tenant>")
    _hang_hooks(app)
    return app


def _hang_hooks(app: Any) -> None:
    @app.url_value_preprocessor
    def take_host(_: str | None, values: dict[str, Any] | None) -> None:
        dram.g.host = (values or {}).pop("host", "")

    @app.url_defaults
    def give_host(_: str, values: dict[str, Any]) -> None:
        if app.url_map.host_matching:
            values.setdefault("host", dram.g.get("host") or "example.com")

    @app.after_request
    def sign(response: Any) -> Any:
        response.headers["X-Endpoint"] = str(request.endpoint)
        return response

    @app.errorhandler(dram.app.HTTPException)
    def problem(error: Any) -> tuple[str, int]:
        return dram.render_template("problem.html", error=error), error.code


def built(**values: Any) -> Any:
    """The URL of this very page, built anew, in all ways."""
    urls = [dram.url_for(request.endpoint, _external=external, **values) for external in (False, True)]
    return {"urls": urls, "values": {name: str(value) for name, value in values.items()}}


def headers() -> Any:
    return {name: repr(getattr(request, name)) for name in KNOWN} | {
        "best": request.accept_mimetypes.best_match(["text/html", "application/json"]),
        "language": request.accept_languages.best_match(["en", "de"]),
        "number": request.args.get("n", 0, type=int),
    }


def cookies() -> Any:
    response = dram.make_response(request.cookies.to_dict(flat=False))
    for name, value in request.args.items():
        response.set_cookie("echo", name + value)
    response.add_etag()
    return response.make_conditional(request)


def bodies() -> Any:
    text = request.get_data(as_text=True)
    return [text, request.get_json(force=True, silent=True), request.form, list(request.files), len(request.data)]


def form() -> Any:
    files = {
        name: [each.filename, each.mimetype, each.headers.to_wsgi_list(), len(each.read())]
        for name, each in request.files.items()
    }
    return {"form": request.form.to_dict(flat=False), "files": files, "values": request.values.to_dict(flat=False)}


def json() -> Any:
    return {"json": request.json}


def remember() -> Any:
    dram.flash(request.values.get("text", "nothing"), request.values.get("category", "message"))
    session.setdefault("values", []).extend(request.values.items(multi=True))
    session.permanent = "keep" in request.values
    session["seen"] = {name: (value,) for name, value in request.values.items()}
    session["json"] = request.get_json(silent=True)
    return dram.redirect(dram.url_for("template"), 303)


def template() -> Any:
    return dram.render_template("page.html")


def away() -> Any:
    return dram.redirect(request.values.get("next", "/"), 308)
