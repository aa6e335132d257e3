"""Marginalia: a reading list with room in the margin."""

import tomllib
from collections.abc import Iterator
from html import escape
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from database import close_database, leave_note, notes
from dram import Dram, abort, redirect, request, url_for
from library import Essay, reading_list, wanted

app = Dram(__name__)
app.config.from_mapping(DATABASE="marginalia.db", CLOSED=False, NOTE_LENGTH=500)
app.config.from_file("settings.toml", load=tomllib.load, text=False, silent=True)
app.config.from_prefixed_env("MARGINALIA")
app.teardown_appcontext(close_database)


@app.before_request
def closed_for_stocktaking() -> tuple[str, int, dict[str, str]] | None:
    if not app.config["CLOSED"]:
        return None
    return page("Closed for stocktaking", "<p>Come back in an hour."), 503, {"Retry-After": "3600"}


@app.after_request
def keep_to_ourselves(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Content-Security-Policy", "default-src 'self'")
    return response


def page(title: str, body: str) -> str:
    return f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n{body}\n"


def link(text: str, endpoint: str, **values: Any) -> str:
    return f'<a href="{escape(url_for(endpoint, **values))}">{escape(text)}</a>'


@app.get("/")
def index() -> str:
    return page("Marginalia", f"<p>A reading list with room in the margin: {link('the essays', 'essays')}.")


def found() -> dict[int, Essay]:
    """The essays that the query asks for; all of them when it asks for none."""
    return wanted(request.args.get("q", "").split())


@app.get("/essays/")
def essays() -> str:
    form = f'<form><input name="q" aria-label="Search" value="{escape(request.args.get("q", ""))}"></form>'
    items = [f"<li>{link(each.title, 'essay', number=number)}, {each.author}" for number, each in found().items()]
    return page("Essays", "\n".join([form, "<ul>", *items, "</ul>"]))


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    essays = reading_list()
    if number not in essays:
        abort(404, f"There is no essay {number}.")
    author, title, year, quote = essays[number]
    margin = "".join(f"<li>{escape(text)}\n" for text in notes(number))
    form = (
        f'<form method="post" action="{escape(url_for("note", number=number))}">'
        f'<input name="text" aria-label="Note" required maxlength="{app.config["NOTE_LENGTH"]}">'
        " <button>Leave a note</button></form>"
    )
    return page(title, f"<p>{author}, {year}: “{quote}”\n<ul>\n{margin}</ul>\n{form}")


@app.post("/essays/<int:number>/notes")
def note(number: int) -> Response:
    text = request.form["text"].strip()
    if number not in reading_list():
        abort(404, f"There is no essay {number}.")
    if not 0 < len(text) <= app.config["NOTE_LENGTH"]:
        abort(400, f"A note has 1 to {app.config['NOTE_LENGTH']} characters.")
    leave_note(number, text)
    return redirect(url_for("essay", number=number), 303)


@app.get("/essays/latest")
def latest_essay() -> Response:
    essays = reading_list()
    return redirect(url_for("essay", number=max(essays, key=lambda number: essays[number].year)))


@app.errorhandler(404)
def not_on_the_list(error: HTTPException) -> tuple[str, int]:
    body = f"<p>{escape(error.description or '')}\n<p>The {link('list of essays', 'essays')} has {len(reading_list())}."
    return page("Not on the list", body), 404


@app.errorhandler(500)
def our_fault(_: HTTPException) -> tuple[str, int]:
    return page("Our fault", "<p>Something went wrong on our side. It has been written down."), 500


@app.get("/essays.json")
def essays_as_json() -> list[dict[str, Any]]:
    return [{"number": number, **essay._asdict()} for number, essay in found().items()]


@app.get("/essays/<int:number>.json")
def essay_as_json(number: int) -> dict[str, Any] | tuple[dict[str, Any], int]:
    essays = reading_list()
    if number not in essays:
        return {"error": f"There is no essay {number}."}, 404
    return {"number": number, **essays[number]._asdict()}


def csv_line(*values: object) -> str:
    quoted = ('"' + str(value).replace('"', '""') + '"' for value in values)
    return ",".join(quoted) + "\r\n"


@app.get("/essays.csv")
def essays_as_csv() -> tuple[Iterator[str], dict[str, str]]:
    lines = (csv_line(number, essay.title, essay.year) for number, essay in found().items())
    return lines, {"Content-Type": "text/csv; charset=utf-8"}


if __name__ == "__main__":
    app.run()
