"""What runs in the child processes of `ways`: the app of the current folder, and a request that is recorded."""

from __future__ import annotations

import importlib
import json
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from series.playground.recorder import record

HOST = "http://127.0.0.1:5000/"

#: Method, path and form.
Asked = tuple[str, str, dict[str, str]]


class Hidden(HTMLParser):
    """The hidden fields of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "input" and known.get("type") == "hidden":
            self.fields[known.get("name", "")] = known.get("value", "")


class Visitor:
    """Somebody who sends forms as a browser does: with the hidden fields of the page seen last."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.hidden: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str]) -> str:
        """Send a request, read all of the answer, and return its status."""
        data = {**self.hidden, **form} if method == "POST" else None
        with self.client.open(path, method=method, data=data, base_url=HOST) as answer:
            text, status = answer.get_data(as_text=True), str(answer.status)
        if "html" in (answer.mimetype or ""):
            self.hidden = Hidden(text).fields
        return status


def visit(folder: str, before: list[Asked], request: Asked, own: bool) -> dict[str, Any]:
    """Ask the app for `before`, then record `request`; `own`: through the app's own test client."""
    from werkzeug.test import Client

    app = importlib.import_module("app").app
    visitor = Visitor(app.test_client() if own else Client(app))
    for asked in before:
        visitor.ask(*asked)
    status: list[str] = []
    recording = record(lambda: status.append(visitor.ask(*request)), folder)
    return {"recording": recording, "status": status[0]}


if __name__ == "__main__":
    job, folder = Path(sys.argv[1]), str(Path.cwd())
    sys.path.insert(0, folder)
    made = visit(folder, **json.loads(job.read_text(encoding="utf-8")))
    job.write_text(json.dumps(made), encoding="utf-8", newline="\n")
