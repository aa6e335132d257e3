"""Marginalia: a reading list with room in the margin."""

from werkzeug.exceptions import NotFound

from dram import Dram

app = Dram(__name__)

#: Author, title, year, and a sentence to begin with.
ESSAYS = {
    1: ("Francis Bacon", "Of Studies", 1625, "Studies serve for delight, for ornament, and for ability."),
    2: ("Jonathan Swift", "A Modest Proposal", 1729, "It is a melancholy object to those, who walk through this great town."),
    3: ("Ralph Waldo Emerson", "Self-Reliance", 1841, "A foolish consistency is the hobgoblin of little minds."),
    4: ("Edgar Allan Poe", "Marginalia", 1844, "In getting my books, I have been always solicitous of an ample margin."),
    5: ("Henry David Thoreau", "Walking", 1862, "I wish to speak a word for Nature."),
    6: ("Mark Twain", "How to Tell a Story", 1895, "There are several kinds of stories, but only one difficult kind."),
    7: ("Virginia Woolf", "Modern Fiction", 1925, "Life is not a series of gig-lamps symmetrically arranged."),
}


def page(title: str, body: str) -> str:
    return f"<!doctype html><title>{title}</title>\n<h1>{title}</h1>\n{body}\n"


@app.get("/")
def index() -> str:
    return page("Marginalia", '<p>A reading list with room in the margin: <a href="/essays/">the essays</a>.')


@app.get("/essays/")
def essays() -> str:
    items = (f'<li><a href="/essays/{number}">{title}</a>, {author}' for number, (author, title, *_) in ESSAYS.items())
    return page("Essays", "<ol>\n" + "\n".join(items) + "\n</ol>")


@app.get("/essays/<int:number>")
def essay(number: int) -> str:
    if number not in ESSAYS:
        raise NotFound
    author, title, year, sentence = ESSAYS[number]
    return page(title, f"<p>{author}, {year}: “{sentence}”")


if __name__ == "__main__":
    app.run()
