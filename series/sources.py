"""Excerpts of the steps' files by name, and what is new in them since the step before.

An excerpt is named by `at` and, where it is a part, `lines`:

- `at="dram/app.py Dram.route"`: a file and a symbol in it: a function, a class, a method, an assignment, an attribute
  of a class. Decorators, and comments directly above, belong to it.
- `at="dram/app.py"`: the whole file. `at="03 dram/app.py Dram"`: as it is in step 3. A path that begins with `tests/`
  is in the step's suite, all others in the step's folder.
- `lines="request = .. return"`: from the line that begins with `request =` to the one that begins with `return`
  (indentation aside). `lines="request = .."` goes on to the end, `lines=".. return"` begins at the top, and
  `lines="request ="` is one line. The last line is looked for after the first. Where a line is the text exactly,
  lines that only begin with it do not count. A text that fits no line, or several, is an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from .changes import Changes, Hunk
from .changes import changed as changed
from .highlighting import lines_of
from .project import Project, Step, Trouble
from .symbols import symbols


class BadExcerpt(Trouble):
    """An excerpt names what does not exist, or what is not unique."""


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a file of a step, with what changed in them since the step before. Lines count from 1."""

    step: Step
    path: str
    symbol: str
    first: int
    last: int
    lines: Sequence[str]
    #: Whether `lines` cut it out of its symbol or file.
    cut: bool
    #: The changes of the whole file.
    changes: Changes
    #: Line number → the lines of the step before, counted from 0, that were removed in front of it.
    gone: dict[int, list[int]]

    @property
    def new(self) -> set[int]:
        return self.changes.new & set(range(self.first, self.last + 1))

    @property
    def removed(self) -> dict[int, list[str]]:
        """Line number → the lines that were removed in front of it."""
        return {number: [self.changes.before[old] for old in lines] for number, lines in self.gone.items()}

    @property
    def is_new(self) -> bool:
        """Whether there is nothing in it that the step before had."""
        return all(number in self.new for number, line in enumerate(self.lines, self.first) if line.strip())


def file_of(step: Step, path: str) -> Path:
    """Where a path of a fence leads: `tests/…` into the step's suite, all else into its folder."""
    return step.suite / path.removeprefix("tests/") if path.startswith("tests/") else step.folder / path


def text_of(step: Step, path: str) -> str:
    """The text of a file of a step; empty where there is none. A suite shows nothing of the step before."""
    file = file_of(step, path)
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def excerpt(project: Project, step: Step, at: str, lines: str = "") -> Excerpt:
    """Find the lines that `at` and `lines` name, in `step` unless `at` begins with another.

    Raises `BadExcerpt` for a step, a file, a symbol or a line that does not exist or is not unique.
    """
    step, path, symbol = _parse(project, step, at)
    if not file_of(step, path).is_file():
        raise BadExcerpt(f"{step.name} has no file {path!r}.")
    after = lines_of(text_of(step, path))
    first, last = _span(step, path, symbol) if symbol else (1, len(after))
    top = first
    if lines:
        first, last = _cut(after, first, last, lines, at)
    changes = changed(lines_of(text_of(project.before(step), path)), after)
    gone: dict[int, list[int]] = {}
    for hunk in changes.hunks:
        if _belongs(changes, hunk, first, last, first > top):
            gone.setdefault(hunk.new.start + 1, []).extend(hunk.old)
    found = Excerpt(step, path, symbol, first, last, after[first - 1 : last], bool(lines), changes, gone)
    if found.is_new and symbol and not _known(changes.before, symbol):
        return replace(found, gone={})  # what stood in this place was something else
    return found


def _known(lines: Sequence[str], symbol: str) -> bool:
    try:
        return symbol in symbols("\n".join(lines))
    except SyntaxError:
        return False


def _parse(project: Project, step: Step, at: str) -> tuple[Step, str, str]:
    match = re.fullmatch(r"(?:(\d+) )?(\S+)(?: ([\w.]+))?", at)
    if not match:
        raise BadExcerpt(f"at={at!r} must be a file, or a file and a symbol, such as 'dram/app.py Dram.route'.")
    number, path, symbol = match.groups(default="")
    return project.step(number) if number else step, path, symbol


def _belongs(changes: Changes, hunk: Hunk, first: int, last: int, inside: bool) -> bool:
    """Whether the lines that a hunk removed are shown in the excerpt from `first` to `last`."""
    removed = [line for line in changes.before[hunk.old.start : hunk.old.stop] if line.strip()]
    number = hunk.new.start + 1
    if not removed or not first <= number <= last + 1:
        return False
    if len(hunk.new):
        return number <= last
    if number == first:
        return inside  # otherwise it stood in front of the symbol, and was not part of it
    if number <= last:
        return True
    # It stood at the end: part of the excerpt when what follows is another matter.
    following = changes.after[last] if last < len(changes.after) else ""
    starts_blank = not changes.before[hunk.old.start].strip()
    return not starts_blank and _indent(following) < _indent(removed[0])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else -1


def _span(step: Step, path: str, symbol: str) -> tuple[int, int]:
    if not path.endswith(".py"):
        raise BadExcerpt(f'{path} is not Python and has no symbol {symbol!r}. Name its lines with lines="… .. …".')
    try:
        known = symbols(text_of(step, path))
    except SyntaxError as error:
        raise BadExcerpt(f"{step.name}/{path} does not parse: line {error.lineno}: {error.msg}.") from error
    if symbol not in known:
        near = get_close_matches(symbol, known, 1)
        raise BadExcerpt(f"{step.name}/{path} has no {symbol!r}." + (f" Is {near[0]!r} meant?" if near else ""))
    spans = known[symbol]
    if len(spans) > 1:
        where = ", ".join(str(first) for first, _ in spans)
        raise BadExcerpt(f"{step.name}/{path} has several {symbol!r}, at lines {where}.")
    return spans[0]


def _cut(text: Sequence[str], first: int, last: int, lines: str, at: str) -> tuple[int, int]:
    # The dots stand alone, because code may hold others.
    parts = [part.strip() for part in re.split(r"(?<!\S)\.\.(?!\S)", lines, maxsplit=1)]
    if parts[0]:
        first = _line(text, first, last, parts[0], at)
    if len(parts) == 1:
        return first, first
    if parts[1]:
        last = _line(text, first + 1 if parts[0] else first, last, parts[1], at)
    return first, last


def _line(text: Sequence[str], first: int, last: int, wanted: str, at: str) -> int:
    """The number of the one line between `first` and `last` that is `wanted`, or begins with it."""
    numbered = [(number, text[number - 1].strip()) for number in range(first, last + 1)]
    fitting = [number for number, line in numbered if line == wanted]
    fitting = fitting or [number for number, line in numbered if line.startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise BadExcerpt(f"No line of {at!r} begins with {wanted!r} (searched lines {first} to {last}).")
    where = ", ".join(map(str, fitting))
    raise BadExcerpt(f"Several lines of {at!r} begin with {wanted!r}: {where}. Give more of the line.")


def since(project: Project, piece: Excerpt) -> Step:
    """The step since which the lines of an excerpt stand as they are."""
    found, earlier = piece.step, project.before(piece.step)
    while earlier.number and _contains(lines_of(text_of(earlier, piece.path)), piece.lines):
        found, earlier = earlier, project.before(earlier)
    return found


def _contains(text: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(text[start : start + len(part)]) == list(part) for start in range(len(text) - len(part) + 1))
