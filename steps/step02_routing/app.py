"""Marginalia: a reading list with room in the margin."""

from typing import NamedTuple

from werkzeug.exceptions import NotFound

from dram import Dram

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


@app.get("/essays/")
def essays() -> str:
    items = [f'<li><a href="/essays/{number}">{essay.title}</a>, {essay.author}' for number, essay in ESSAYS.items()]
    return page("Essays", "\n".join(["<ol>", *items, "</ol>"]))


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    if number not in ESSAYS:
        raise NotFound
    author, title, year, quote = ESSAYS[number]
    return page(title, f"<p>{author}, {year}: “{quote}”")


if __name__ == "__main__":
    app.run()
