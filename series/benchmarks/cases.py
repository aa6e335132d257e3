"""What is measured: one request for each case, and from which step on there is something to measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from itsdangerous import URLSafeTimedSerializer

KEY = "no secret"

#: The template cases: a layout, and a page in it with a list.
TEMPLATES = {
    "layout.html": "<!doctype html>\n<title>{{ title }}</title>\n<main>{% block main %}{% endblock %}</main>\n",
    "page.html": '{% extends "layout.html" %}{% block main %}<ul>{% for each in items %}<li>{{ each.name }}, '
    "{{ each.year }}</li>{% endfor %}</ul>{% endblock %}",
}
ITEMS = [{"name": f"Essay <{number}>", "year": 1600 + number} for number in range(10)]
VALUE = {"title": "Marginalia", "essays": ITEMS[:3]}
FIELDS = {"name": "Ada", "year": "1843", "title": "Notes", "text": "a few words", "page": "7"}


def serializer() -> URLSafeTimedSerializer:
    """What signs the sessions of Flask and Dram, for those who have none of their own."""
    return URLSafeTimedSerializer(KEY, salt="cookie-session", signer_kwargs={"key_derivation": "hmac"})


@dataclass(frozen=True)
class Case:
    """A request, the step that can first answer it, and whether it carries a session."""

    title: str
    step: int
    path: str = "/"
    options: dict[str, Any] = field(default_factory=dict)
    cookie: bool = False
    status: int = 200


CASES = {
    "hello": Case("hello", 1),
    "cookie": Case("hello, with a session that nobody reads", 15, cookie=True),
    "routing": Case("two converters among 100 rules", 2, "/page50/7/ada"),
    "json": Case("JSON", 3),
    "form": Case("a form of 5 fields", 5, options={"method": "POST", "data": FIELDS}),
    "template": Case("a template: layout and 10 items", 12),
    "session": Case("a session, read and written", 15, cookie=True),
    "missing": Case("404", 1, "/nowhere", status=404),
    "hooks": Case("hooks and g", 7),
    "links": Case("url_for, ten times", 9),
    "static": Case("a static file of 10 KB", 13, "/static/file.txt"),
    "handler": Case("an error handler", 4, status=400),
}
