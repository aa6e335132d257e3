"""Marginalia: a reading list with room in the margin."""

from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from dram import Dram, abort, redirect, request

app = Dram(__name__)


class Essay(NamedTuple):
    author: str
    title: str
    year: int
    quote: str


ESSAYS = {
    1: Essay("Francis Bacon", "Of Studies", 1625, "Studies serve for delight, for ornament, and for ability."),
    2: Essay("Jonathan Swift", "A Modest Proposal", 1729, "It is a melancholy object."),
    3: Essay("Ralph Waldo Emerson", "Self-Reliance", 1841, "A foolish consistency is the hobgoblin of little minds."),
    4: Essay("Edgar Allan Poe", "Marginalia", 1844, "I have been always solicitous of an ample margin."),
    5: Essay("Henry David Thoreau", "Walking", 1862, "I wish to speak a word for Nature."),
    6: Essay("Mark Twain", "How to Tell a Story", 1895, "There are several kinds of stories."),
    7: Essay("Virginia Woolf", "Modern Fiction", 1925, "Life is not a series of gig-lamps symmetrically arranged."),
}


def page(title: str, body: str) -> str:
    return f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n{body}\n"


@app.get("/")
def index() -> str:
    return page("Marginalia", '<p>A reading list with room in the margin: <a href="/essays/">the essays</a>.')


def wanted() -> dict[int, Essay]:
    """The essays in which every word of the query `q` occurs; all of them without one."""
    words = request.args.get("q", "").lower().split()
    return {
        number: essay
        for number, essay in ESSAYS.items()
        if all(word in " ".join(map(str, essay)).lower() for word in words)
    }


@app.get("/essays/")
def essays() -> str:
    form = f'<form><input name="q" aria-label="Search" value="{escape(request.args.get("q", ""))}"></form>'
    items = [f'<li><a href="/essays/{number}">{essay.title}</a>, {essay.author}' for number, essay in wanted().items()]
    return page("Essays", "\n".join([form, "<ul>", *items, "</ul>"]))


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    if number not in ESSAYS:
        abort(404, f"There is no essay {number}.")
    author, title, year, quote = ESSAYS[number]
    return page(title, f"<p>{author}, {year}: “{quote}”")


@app.get("/essays/latest")
def latest_essay() -> Response:
    return redirect(f"/essays/{max(ESSAYS, key=lambda number: ESSAYS[number].year)}")


@app.errorhandler(404)
def not_on_the_list(error: HTTPException) -> tuple[str, int]:
    body = f'<p>{escape(error.description or "")}\n<p>The <a href="/essays/">list of essays</a> has {len(ESSAYS)}.'
    return page("Not on the list", body), 404


@app.errorhandler(500)
def our_fault(_: HTTPException) -> tuple[str, int]:
    return page("Our fault", "<p>Something went wrong on our side. It has been written down."), 500


@app.get("/essays.json")
def essays_as_json() -> list[dict[str, Any]]:
    return [{"number": number, **essay._asdict()} for number, essay in wanted().items()]


@app.get("/essays/<int:number>.json")
def essay_as_json(number: int) -> dict[str, Any] | tuple[dict[str, Any], int]:
    if number not in ESSAYS:
        return {"error": f"There is no essay {number}."}, 404
    return {"number": number, **ESSAYS[number]._asdict()}


def csv_line(*values: object) -> str:
    quoted = ('"' + str(value).replace('"', '""') + '"' for value in values)
    return ",".join(quoted) + "\r\n"


@app.get("/essays.csv")
def essays_as_csv() -> tuple[Iterator[str], dict[str, str]]:
    lines = (csv_line(number, essay.title, essay.year) for number, essay in wanted().items())
    return lines, {"Content-Type": "text/csv; charset=utf-8"}


if __name__ == "__main__":
    app.run()
