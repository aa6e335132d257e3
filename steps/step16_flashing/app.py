"""Marginalia: a reading list with room in the margin."""

import tomllib
from collections.abc import Callable, Iterator, Sized
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from database import Note, close_database, delete_note, find_note, find_reader, leave_note, notes
from dram import Dram, abort, flash, redirect, render_template, request, send_from_directory, session, url_for
from library import Essay, reading_list, wanted
from readers import enrol, recognise, refuse_forgeries, secret_key, signed_in, token, way_back

app = Dram(__name__)
app.jinja_options.update(trim_blocks=True, lstrip_blocks=True)
app.config.from_mapping(
    DATABASE="marginalia.db",
    CLOSED=False,
    NOTE_LENGTH=500,
    SEND_FILE_MAX_AGE_DEFAULT=3600,
    MAX_CONTENT_LENGTH=64 * 1024,
    SESSION_COOKIE_SAMESITE="Lax",
)
app.config.from_file("settings.toml", load=tomllib.load, text=False, silent=True)
app.config.from_prefixed_env("MARGINALIA")
app.teardown_appcontext(close_database)


@app.before_request
def closed_for_stocktaking() -> None:
    # Not the style sheet, because the page that says so needs it.
    if app.config["CLOSED"] and request.endpoint != "static":
        abort(503, "Come back in an hour.", retry_after=3600)


@app.before_request
def know_the_key() -> None:
    # When a request first needs it, because a script needs none.
    app.secret_key = str(app.secret_key or secret_key(Path(app.instance_path)))


app.before_request(refuse_forgeries)


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
app.add_template_global(token)


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
    left = leave_note(number, signed_in(), text)
    app.logger.info("A note of %d characters was left on essay %d.", len(text), number)
    return left


@app.post("/essays/<int:number>/notes")
def note(number: int) -> Response:
    left = write(number, request.form["text"])
    flash("Your note is in the margin.", "done")
    return redirect(url_for("essay", number=number, _anchor=f"note-{left}"), 303)


def read(number: int) -> Note:
    """The note of that number; the end of the request, if there is none."""
    note = find_note(number)
    if note is None:
        abort(404, f"There is no note {number}.")
    return note


def erase(number: int) -> Note:
    """Delete a note of the reader who is signed in; the end of the request, if it is another's."""
    note = read(number)
    if note.reader != signed_in().name:
        abort(403, "This note is another reader's.")
    delete_note(number)
    return note


@app.post("/notes/<int:number>/delete")
def delete(number: int) -> Response:
    essay = erase(number).essay
    flash("The note is deleted.", "gone")
    return redirect(url_for("essay", number=essay), 303)


def admit(judge: Callable[[str, str], dict[str, str]]) -> Response | tuple[str, int]:
    """The page where a reader registers or signs in; `judge` says what is wrong with a name and a password."""
    problems = {}
    if request.method == "POST":
        name = " ".join(request.form["name"].split())
        problems = judge(name, request.form["password"])
        reader = find_reader(name)
        if reader and not problems:
            # Nothing that was in it before, because it may be known to somebody else.
            session.clear()
            session["reader"] = reader.name
            session.permanent = "keep" in request.form
            flash(f"Welcome, {reader.name}.")
            return redirect(way_back(), 303)
    return render_template("reader.html", problems=problems), 400 if problems else 200


@app.route("/register", methods=["GET", "POST"])
def register() -> Response | tuple[str, int]:
    return admit(enrol)


@app.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int]:
    return admit(recognise)


@app.post("/sign-out")
def sign_out() -> Response:
    session.clear()
    flash("You are signed out.")
    return redirect(url_for("index"), 303)


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
    return read(number)._asdict()


@app.delete("/api/notes/<int:number>")
def api_erase(number: int) -> tuple[str, int]:
    erase(number)
    return "", 204


def csv_line(*values: object) -> str:
    quoted = ('"' + str(value).replace('"', '""') + '"' for value in values)
    return ",".join(quoted) + "\r\n"


@app.get("/essays.csv")
def essays_as_csv() -> tuple[Iterator[str], dict[str, str]]:
    lines = (csv_line(number, essay.title, essay.year) for number, essay in found().items())
    return lines, {"Content-Type": "text/csv; charset=utf-8"}


if __name__ == "__main__":
    app.run()
