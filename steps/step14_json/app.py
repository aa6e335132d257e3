"""Marginalia: a reading list with room in the margin."""

import tomllib
from collections.abc import Iterator, Sized
from datetime import datetime
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from database import close_database, find_note, leave_note, notes
from dram import Dram, abort, redirect, render_template, request, send_from_directory, url_for
from library import Essay, reading_list, wanted

app = Dram(__name__)
app.jinja_options.update(trim_blocks=True, lstrip_blocks=True)
app.config.from_mapping(
    DATABASE="marginalia.db",
    CLOSED=False,
    NOTE_LENGTH=500,
    SEND_FILE_MAX_AGE_DEFAULT=3600,
    MAX_CONTENT_LENGTH=64 * 1024,
)
app.config.from_file("settings.toml", load=tomllib.load, text=False, silent=True)
app.config.from_prefixed_env("MARGINALIA")
app.teardown_appcontext(close_database)


@app.before_request
def closed_for_stocktaking() -> None:
    # Not the style sheet, because the page that says so needs it.
    if app.config["CLOSED"] and request.endpoint != "static":
        abort(503, "Come back in an hour.", retry_after=3600)


@app.after_request
def keep_to_ourselves(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Content-Security-Policy", "default-src 'self'")
    return response


def counted(things: Sized, noun: str) -> str:
    return f"{len(things) or 'no'} {noun}{'' if len(things) == 1 else 's'}"


def day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


app.add_template_filter(counted)
app.add_template_filter(day)


@app.get("/")
def index() -> str:
    return render_template("index.html")


# Browsers ask for it by this name where no page names another, as beside the table.
@app.get("/favicon.ico")
def favicon() -> Response:
    return send_from_directory("static", "favicon.svg")


def found() -> dict[int, Essay]:
    """The essays that the query asks for; all of them when it asks for none."""
    return wanted(request.args.get("q", "").split())


@app.get("/essays/")
def essays() -> str:
    return render_template("essays.html", found=found())


def find(number: int) -> Essay:
    """The essay of that number; the end of the request, if there is none."""
    if number not in reading_list():
        abort(404, f"There is no essay {number}.")
    return reading_list()[number]


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    return render_template("essay.html", number=number, essay=find(number), notes=notes(number))


def write(number: int, text: str) -> int:
    """Leave a note on an essay, and return its number; the end of the request, if it cannot be left."""
    find(number)
    # JSON can spell half a character, which SQLite would not take.
    text = " ".join(text.encode(errors="replace").decode().split())
    if not 0 < len(text) <= app.config["NOTE_LENGTH"]:
        abort(400, f"A note has 1 to {app.config['NOTE_LENGTH']} characters.")
    left = leave_note(number, text)
    app.logger.info("A note of %d characters was left on essay %d.", len(text), number)
    return left


@app.post("/essays/<int:number>/notes")
def note(number: int) -> Response:
    left = write(number, request.form["text"])
    return redirect(url_for("essay", number=number, _anchor=f"note-{left}"), 303)


@app.get("/essays/latest")
def latest_essay() -> Response:
    essays = reading_list()
    return redirect(url_for("essay", number=max(essays, key=lambda number: essays[number].year)))


@app.errorhandler(HTTPException)
def problem(error: HTTPException) -> tuple[str | dict[str, Any], int, dict[str, str]]:
    headers = dict(error.get_headers())
    if request.path.startswith("/api/"):
        headers["Content-Type"] = "application/json"
        return {"error": error.description}, error.code or 500, headers
    return render_template("problem.html", error=error), error.code or 500, headers


@app.get("/api/essays")
def api_essays() -> list[dict[str, Any]]:
    return [{"number": number, **essay._asdict()} for number, essay in found().items()]


@app.get("/api/essays/<int:number>")
def api_essay(number: int) -> dict[str, Any]:
    return {"number": number, **find(number)._asdict(), "notes": [note._asdict() for note in notes(number)]}


@app.post("/api/essays/<int:number>/notes")
def api_write(number: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    match request.get_json():
        case {"text": str(text)}:
            left = write(number, text)
        case _:
            abort(400, 'A note is an object with a text: {"text": "…"}.')
    return api_note(left), 201, {"Location": url_for("api_note", number=left)}


@app.get("/api/notes/<int:number>")
def api_note(number: int) -> dict[str, Any]:
    note = find_note(number)
    if note is None:
        abort(404, f"There is no note {number}.")
    return note._asdict()


def csv_line(*values: object) -> str:
    quoted = ('"' + str(value).replace('"', '""') + '"' for value in values)
    return ",".join(quoted) + "\r\n"


@app.get("/essays.csv")
def essays_as_csv() -> tuple[Iterator[str], dict[str, str]]:
    lines = (csv_line(number, essay.title, essay.year) for number, essay in found().items())
    return lines, {"Content-Type": "text/csv; charset=utf-8"}


if __name__ == "__main__":
    app.run()
