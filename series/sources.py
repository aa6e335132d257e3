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

import ast
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from pathlib import Path

from .highlighting import lines_of
from .project import Project, Step, Trouble

Pair = tuple[int, int]
Match = tuple[int, int, int]
Block = tuple[str, range]


class BadExcerpt(Trouble):
    """An excerpt names what does not exist, or what is not unique."""


@dataclass(frozen=True)
class Hunk:
    """Lines `old` of the text before became lines `new` of the text after; both count from 0, one may be empty."""

    old: range
    new: range


@dataclass(frozen=True)
class Changes:
    """What makes the text `after` of the text `before`."""

    before: Sequence[str]
    after: Sequence[str]
    hunks: Sequence[Hunk]

    @property
    def new(self) -> set[int]:
        """The numbers, from 1, of the lines that are new or changed."""
        return {line + 1 for hunk in self.hunks for line in hunk.new}

    @property
    def added(self) -> int:
        return sum(len(hunk.new) for hunk in self.hunks)

    @property
    def deleted(self) -> int:
        return sum(len(hunk.old) for hunk in self.hunks)


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


def changed(before: Sequence[str], after: Sequence[str]) -> Changes:
    """Compare two texts, line by line, with the changes where a reader would put them."""
    return _changes(tuple(before), tuple(after))


@lru_cache(maxsize=1024)
def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> Changes:
    hunks: list[Hunk] = []
    i = j = 0
    for x, y, size in [*_align(before, after), (len(before), len(after), 0)]:
        if x > i or y > j:
            hunks.append(Hunk(range(i, x), range(j, y)))
        i, j = x + size, y + size
    return Changes(before, after, _slid(before, after, hunks))


def _align(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """What stays, as first line before, first line after, and number of lines; where that is 0, a change is cut in two.

    In Python, functions, classes and assignments are first matched by name.
    """
    olds, news = _blocks(old, new)
    found: list[Match] = []
    i = j = x = y = 0
    for a, b in [*_anchors([name for name, _ in olds], [name for name, _ in news]), (len(olds), len(news))]:
        one = olds[a][1] if a < len(olds) else range(len(old), len(old))
        other = news[b][1] if b < len(news) else range(len(new), len(new))
        loose = [line for _, block in olds[x:a] for line in block], [line for _, block in news[y:b] for line in block]
        found += _align_between(old, new, range(i, one.start), range(j, other.start), loose)
        found.append((one.start, other.start, 0))
        found += _align_some(old, new, one, other)
        found.append((one.stop, other.stop, 0))
        i, j, x, y = one.stop, other.stop, a + 1, b + 1
    return found


def _blocks(old: Sequence[str], new: Sequence[str]) -> tuple[list[Block], list[Block]]:
    """The named parts of two Python sources, in order: the members of the classes that are in both, all else whole."""
    try:
        sides = [symbols("\n".join(lines)) for lines in (old, new)]
    except (SyntaxError, ValueError):
        return [], []  # not Python
    owners = {name.rpartition(".")[0] for side in sides for name in side} & set(sides[0]) & set(sides[1])
    first, second = (
        sorted(
            {(name, range(start - 1, end)) for name, spans in side.items() for start, end in spans
             if name not in owners and ("." not in name or name.rpartition(".")[0] in owners)},
            key=lambda block: block[1].start,
        )
        for side in sides
    )  # fmt: skip
    return first, second


def _align_between(
    old: Sequence[str], new: Sequence[str], olds: range, news: range, loose: tuple[list[int], list[int]]
) -> list[Match]:
    """Align what is between two blocks that were matched by name.

    When only one side has blocks of its own there, they came or went whole, and nothing in them is matched. When both
    have, one may be the other under a new name.
    """
    if loose[0] and loose[1]:
        return _align_some(old, new, olds, news)
    apart = set(loose[0]), set(loose[1])
    return _align_some(old, new, [i for i in olds if i not in apart[0]], [j for j in news if j not in apart[1]])


def _align_some(old: Sequence[str], new: Sequence[str], olds: Sequence[int], news: Sequence[int]) -> list[Match]:
    found = _align_lines([old[i] for i in olds], [new[j] for j in news])
    return [(olds[i], news[j], 1) for i, j in found]


def _align_lines(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Align two texts without regard to what they mean.

    Lines that stand once in both are matched first, because they are surely the same; `difflib` alone takes the
    longest run, which in code is often a coincidence of closing lines.
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    pairs = [(n, n) for n in range(head)]
    inner = _align_inner(old[head : len(old) - tail], new[head : len(new) - tail])
    pairs += [(i + head, j + head) for i, j in inner]
    return pairs + [(len(old) - n, len(new) - n) for n in range(tail, 0, -1)]


def _align_inner(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    anchors = _anchors(old, new)
    if not anchors:
        # Blank lines are junk: they may extend a match, never make one.
        matcher = SequenceMatcher(lambda line: not line.strip(), old, new, autojunk=False)
        return [(i + n, j + n) for i, j, size in matcher.get_matching_blocks() for n in range(size)]
    pairs: list[Pair] = []
    i = j = 0
    for x, y in [*anchors, (len(old), len(new))]:
        pairs += [(i + a, j + b) for a, b in _align_lines(old[i:x], new[j:y])]
        pairs.append((x, y))
        i, j = x + 1, y + 1
    return pairs[:-1]


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest rising chain of lines that stand once in each text."""
    once_old, once_new = Counter(old), Counter(new)
    place = {line: j for j, line in enumerate(new) if once_new[line] == 1 and line.strip()}
    found = [(i, place[line]) for i, line in enumerate(old) if once_old[line] == 1 and line in place]
    ends: list[int] = []  # the smallest end of a chain of each length, and where it came from
    chains: list[list[Pair]] = []
    for i, j in found:
        length = bisect_left(ends, j)
        chain = [*(chains[length - 1] if length else []), (i, j)]
        ends[length : length + 1] = [j]
        chains[length : length + 1] = [chain]
    return chains[-1] if chains else []


def _slid(before: Sequence[str], after: Sequence[str], hunks: list[Hunk]) -> list[Hunk]:
    """Move each block that only came or only went to the best of the places where it means the same."""
    slid: list[Hunk] = []
    for index, hunk in enumerate(hunks):
        if len(hunk.old) and len(hunk.new):
            slid.append(hunk)
            continue
        side, text = ("new", after) if len(hunk.new) else ("old", before)
        block: range = getattr(hunk, side)
        low = getattr(slid[-1], side).stop if slid else 0
        high = getattr(hunks[index + 1], side).start if index + 1 < len(hunks) else len(text)
        by = min(_places(text, block, low, high), key=lambda start: _oddness(text, start, len(block))) - block.start
        slid.append(Hunk(_shift(hunk.old, by), _shift(hunk.new, by)))
    return slid


def _shift(lines: range, by: int) -> range:
    return range(lines.start + by, lines.stop + by)


def _places(text: Sequence[str], block: range, low: int, high: int) -> Iterator[int]:
    start, size = block.start, len(block)
    yield start
    while start > low and text[start - 1] == text[start + size - 1]:
        start -= 1
        yield start
    start = block.start
    while start + size < high and text[start] == text[start + size]:
        start += 1
        yield start


def _oddness(text: Sequence[str], start: int, size: int) -> tuple[int, bool, bool, int]:
    """How unnatural it is to begin a block here: best is a line of little indentation after a blank one."""
    indents = [len(line) - len(line.lstrip()) for line in text[start : start + size] if line.strip()]
    after_text = start > 0 and bool(text[start - 1].strip())
    return (indents or [0])[0], after_text, not text[start].strip(), -start


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


@lru_cache(maxsize=1024)
def symbols(text: str) -> dict[str, list[tuple[int, int]]]:
    """The symbols of a Python source, by dotted name, each with its first and last lines."""
    lines = lines_of(text)
    found: dict[str, list[tuple[int, int]]] = {}
    for name, first, last in _named(ast.parse(text).body, ""):
        while first > 1 and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        spans = found.setdefault(name, [])
        # Overloads, and a property with its setter, are one symbol.
        if spans and not any(line.strip() for line in lines[spans[-1][1] : first - 1]):
            first = spans.pop()[0]
        spans.append((first, last))
    return found


def _named(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, int, int]]:
    for node in body:
        last = node.end_lineno or node.lineno
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name, min([node.lineno, *(each.lineno for each in node.decorator_list)]), last
            if isinstance(node, ast.ClassDef):
                yield from _named(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((prefix + each.id, node.lineno, last) for each in targets if isinstance(each, ast.Name))
        elif isinstance(node, ast.If | ast.Try):
            yield from _named([*node.body, *node.orelse], prefix)


def _cut(text: Sequence[str], first: int, last: int, lines: str, at: str) -> tuple[int, int]:
    start, dots, end = (part.strip() for part in lines.partition(".."))
    if not dots:
        end = start
    if start:
        first = _line(text, first, last, start, at)
    if end and end != start:
        last = _line(text, first + 1, last, end, at)
    elif end:
        last = first
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
