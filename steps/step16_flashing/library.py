"""The reading list itself, for whoever needs it: views, scripts, tests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from database import count_notes
from dram import current_app, g, url_for


class Essay(NamedTuple):
    author: str
    title: str
    year: int
    quote: str


def reading_list() -> dict[int, Essay]:
    """All essays by number; the file is read once for each request, and once for a script."""
    if "essays" not in g:
        text = Path(__file__).with_name("essays.json").read_text(encoding="utf-8")
        g.essays = {number: Essay(**essay) for number, essay in enumerate(json.loads(text), 1)}
    essays: dict[int, Essay] = g.essays
    return essays


def wanted(words: Sequence[str]) -> dict[int, Essay]:
    """The essays in which every one of the words occurs."""
    return {
        number: essay
        for number, essay in reading_list().items()
        if all(word.lower() in " ".join(map(str, essay)).lower() for word in words)
    }


def pages() -> list[str]:
    """The URLs of this application that can be asked for as they stand."""
    rules = current_app.url_map.iter_rules()
    return sorted(url_for(rule.endpoint) for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments)


def summary() -> str:
    """What the list and the site hold, in a line."""
    years = [essay.year for essay in reading_list().values()]
    essays = f"{len(years)} essays from {min(years)} to {max(years)}, notes: {count_notes()}"
    return f"{essays}, on {len(pages())} pages: {' '.join(pages())}"
