"""Marginalia: a reading list with room in the margin."""

import tomllib
from collections.abc import Iterator, Sized
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from database import close_database, leave_note, notes
from dram import Dram, abort, redirect, render_template, request, send_from_directory, url_for
from library import Essay, reading_list, wanted

app = Dram(__name__)
app.jinja_options.update(trim_blocks=True, lstrip_blocks=True)
app.config.from_mapping(DATABASE="marginalia.db", CLOSED=False, NOTE_LENGTH=500, SEND_FILE_MAX_AGE_DEFAULT=3600)
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


app.add_template_filter(counted)


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


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    essays = reading_list()
    if number not in essays:
        abort(404, f"There is no essay {number}.")
    return render_template("essay.html", number=number, essay=essays[number], notes=notes(number))


@app.post("/essays/<int:number>/notes")
def note(number: int) -> Response:
    text = " ".join(request.form["text"].split())
    if number not in reading_list():
        abort(404, f"There is no essay {number}.")
    if not 0 < len(text) <= app.config["NOTE_LENGTH"]:
        abort(400, f"A note has 1 to {app.config['NOTE_LENGTH']} characters.")
    leave_note(number, text)
    app.logger.info("A note of %d characters was left on essay %d.", len(text), number)
    return redirect(url_for("essay", number=number), 303)


@app.get("/essays/latest")
def latest_essay() -> Response:
    essays = reading_list()
    return redirect(url_for("essay", number=max(essays, key=lambda number: essays[number].year)))


@app.errorhandler(HTTPException)
def problem(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    return render_template("problem.html", error=error), error.code or 500, error.get_headers()


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
