"""Which lines of a text are new since another: excerpts, diffs and checks all take it from here.

`difflib` aligns worse than a reader would: it takes the longest run of equal lines, wherever that is. So functions are
matched by name before lines are, and blocks slide to where they begin naturally.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from .symbols import symbols

Pair = tuple[int, int]
Match = tuple[int, int, int]
Block = tuple[str, range]


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
    names = SequenceMatcher(None, [name for name, _ in olds], [name for name, _ in news], autojunk=False)
    found: list[Match] = []
    i = j = x = y = 0
    for a, b in [(a + n, b + n) for a, b, size in names.get_matching_blocks() for n in range(size or 1)]:
        # The last match is the end of both.
        one = olds[a][1] if a < len(olds) else range(len(old), len(old))
        other = news[b][1] if b < len(news) else range(len(new), len(new))
        loose = [line for _, block in olds[x:a] for line in block], [line for _, block in news[y:b] for line in block]
        found += _align_between(old, new, range(i, one.start), range(j, other.start), loose)
        found.append((one.start, other.start, 0))
        found += _align_some(old, new, one, other)
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
    """Align two texts without regard to what they mean: first equal beginnings and ends, then the longest runs."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    # Blank lines are junk: they may extend a match, never make one.
    inner = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(lambda line: not line.strip(), *inner, autojunk=False)
    runs = [(0, 0, head), *((i + head, j + head, size) for i, j, size in matcher.get_matching_blocks())]
    runs.append((len(old) - tail, len(new) - tail, tail))
    return [(i + n, j + n) for i, j, size in runs for n in range(size)]


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
