"""What changed between two steps, or a folder and a step: on the terminal and as HTML.

The HTML needs no script. `.diff` holds a switch `.beside` with a checkbox (side by side while it is checked and there
is room), the list `ul.files`, and for each file a `section.file` (with its status as a second class) that has the
anchor of the file as its id. In its `.code` stand, in order, unchanged stretches `div.same` (two `pre` with the same
rows: the second, `.again`, is for the right column only), long ones as `details` with one `pre`, and changes
`pre.pair`: first its `del` rows, then its `ins` rows. Each row carries `data-o` and `data-n`, its line numbers before
and after, and where it is not in its natural place beside its counterpart, a `grid-row`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path

from . import highlighting
from .changes import Changes, Hunk, changed
from .highlighting import Line, anchor, lines_of, tokens
from .project import Project, Trouble, reader_files

#: Unchanged lines shown around a change.
CONTEXT = 3

#: Colours of the terminal, by the numbers of ECMA-48.
BOLD, RED, GREEN, CYAN = 1, 31, 32, 36


@dataclass(frozen=True)
class FileDiff:
    """One file that differs. A file that is no text has no changes."""

    path: str
    status: str  # new, removed or changed
    before: str
    after: str
    changes: Changes

    binary: bool

    @property
    def news(self) -> str:
        """What happened in a few words: `new, +75` or `+4 −1`."""
        counts = news(self.changes.added, self.changes.deleted)
        return ", ".join(filter(None, (self.status if self.status != "changed" or not counts else "", counts)))


def news(added: int, deleted: int) -> str:
    """`+4 −1`, leaving out what is none."""
    return " ".join([f"+{added}"] * bool(added) + [f"−{deleted}"] * bool(deleted))


def compare(old: Path, new: Path) -> list[FileDiff]:
    """The reader's files that differ between two folders, in order; a folder that does not exist has none."""
    names = sorted(set(reader_files(old)) | set(reader_files(new)))
    return [diff for diff in (_compare(old / name, new / name, name) for name in names) if diff]


def _compare(old: Path, new: Path, name: str) -> FileDiff | None:
    sides = [path.read_bytes() if path.is_file() else None for path in (old, new)]
    if sides[0] == sides[1]:
        return None
    status = "new" if sides[0] is None else "removed" if sides[1] is None else "changed"
    try:
        before, after = ((side or b"").decode().replace("\r\n", "\n") for side in sides)
    except UnicodeDecodeError:
        return FileDiff(name, status, "", "", changed([], []), binary=True)
    return FileDiff(name, status, before, after, changed(lines_of(before), lines_of(after)), binary=False)


# Word marks, and which line stands beside which.


@lru_cache(maxsize=4096)
def partners(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """The lines of a change that are the same line, rewritten: at least half alike, in order."""
    pairs, start = [], 0
    for i, line in enumerate(old):
        likes = [(_likeness(line, other), -j) for j, other in enumerate(new[start:], start)]
        best, j = max(likes, default=(0.0, 0))
        if best >= 0.5:
            pairs.append((i, -j))
            start = -j + 1
    return tuple(pairs)


def _likeness(one: str, other: str) -> float:
    words = SequenceMatcher(None, _words(one, blanks=False), _words(other, blanks=False), autojunk=False)
    return words.ratio() if words.real_quick_ratio() >= 0.5 and words.quick_ratio() >= 0.5 else 0.0


def _words(line: str, blanks: bool = True) -> list[str]:
    return [word for word in re.findall(r"\w+|\s+|.", line) if blanks or not word.isspace()]


def _marks(one: str, other: str) -> tuple[list[bool], list[bool]]:
    """For each character of two lines: does it belong to a word that differs?"""
    words = _words(one), _words(other)
    # Blanks may extend what is equal, never make it: otherwise each word between two blanks has a mark of its own.
    matcher = SequenceMatcher(str.isspace, words[0], words[1], autojunk=False)
    marks: tuple[list[bool], list[bool]] = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        for side, start, stop in ((0, a, b), (1, c, d)):
            for word in words[side][start:stop]:
                marks[side].extend([tag != "equal"] * len(word))
    return marks


def beside(hunk: Hunk, changes: Changes) -> list[tuple[int | None, int | None]]:
    """The rows of a change side by side: line numbers from 0, with `None` where one side has nothing."""
    old, new = _sides(hunk, changes)
    rows: list[tuple[int | None, int | None]] = []
    i = j = 0
    for x, y in [*partners(old, new), (len(old), len(new))]:
        rows += zip_longest(hunk.old[i:x], hunk.new[j:y])
        rows += zip(hunk.old[x : x + 1], hunk.new[y : y + 1], strict=True)
        i, j = x + 1, y + 1
    return rows


def _sides(hunk: Hunk, changes: Changes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(changes.before[i] for i in hunk.old), tuple(changes.after[j] for j in hunk.new)


# HTML


def html(files: Sequence[FileDiff]) -> str:
    """A page's worth of differences, with a list of the files and the switch."""
    links = "".join(
        f'<li><a href="#{anchor(file.path)}"><code>{escape(file.path)}</code></a> {_news(file)}</li>' for file in files
    )
    switch = '<label class="beside"><input type="checkbox" checked> Side by side</label>'
    return f'<div class="diff">{switch}<ul class="files">{links}</ul>{sections(files)}</div>'


def sections(files: Sequence[FileDiff], tag: str = "h2", name: str = "") -> str:
    """The differences, file by file; `tag` holds the name of each. `name` tells one set from others on the page."""
    return "".join(
        f'<section class="file {file.status}" id="{anchor(name, file.path)}">'
        f'<{tag} class="name"><code>{escape(file.path)}</code> {_news(file)}</{tag}>{_code(file, name)}</section>'
        for file in files
    )


def _news(file: FileDiff) -> str:
    return f'<span class="news">{file.news}</span>'


def _code(file: FileDiff, name: str) -> str:
    if not file.changes.hunks:
        return ""
    label = escape(", ".join(filter(None, (f"Changes in {file.path}", name))))
    return f'<div class="code" tabindex="0" role="region" aria-label="{label}">{"".join(_stretches(file))}</div>'


def _stretches(file: FileDiff) -> Iterator[str]:
    old, new = tokens(file.before, file.path), tokens(file.after, file.path)
    i = j = 0
    for hunk in file.changes.hunks:
        yield from _same(new, i, j, hunk.new.start - j, bool(i or j), True)
        yield f'<pre class="pair">{pair(hunk, file.changes, old, new)}</pre>'
        i, j = hunk.old.stop, hunk.new.stop
    yield from _same(new, i, j, len(new) - j, True, False)


def _same(new: Sequence[Line], i: int, j: int, size: int, after: bool, before: bool) -> Iterator[str]:
    """An unchanged stretch; what is far from a change is folded."""
    head, tail = CONTEXT * after, CONTEXT * before
    if size <= head + tail + 1:
        head, tail = size, 0
    rows = [
        f'<span data-o="{i + n + 1}" data-n="{j + n + 1}">{highlighting.html(new[j + n])}\n</span>' for n in range(size)
    ]
    folded = rows[head : size - tail]
    yield _twice(rows[:head])
    if folded:
        yield f"<details><summary>{len(folded)} unchanged lines</summary><pre>{''.join(folded)}</pre></details>"
    yield _twice(rows[size - tail :] if tail else [])


def _twice(rows: Sequence[str]) -> str:
    text = "".join(rows)
    return (
        f'<div class="same"><pre>{text}</pre><pre class="again" aria-hidden="true">{text}</pre></div>' if rows else ""
    )


def pair(hunk: Hunk, changes: Changes, old: Sequence[Line], new: Sequence[Line]) -> str:
    """The rows of one change, removed lines first, with the words marked that differ in lines that were rewritten."""
    marks: dict[tuple[str, int], Sequence[bool]] = {}
    for x, y in partners(*_sides(hunk, changes)):
        i, j = hunk.old[x], hunk.new[y]
        marks["del", i], marks["ins", j] = _marks(changes.before[i], changes.after[j])
    rows = beside(hunk, changes)
    parts = []
    for side, tag, data, lines in ((0, "del", "o", old), (1, "ins", "n", new)):
        moved, count = False, 0
        for place, row in enumerate(rows, 1):
            if (number := row[side]) is not None:
                count += 1
                moved = moved or place != count
                style = f' style="grid-row:{place}"' if moved else ""
                text = highlighting.html(lines[number], marks.get((tag, number), ()))
                parts.append(f'<{tag} data-{data}="{number + 1}"{style}>{text}\n</{tag}>')
    return "".join(parts)


# The terminal


def run(args: argparse.Namespace) -> int:
    """`diff A B [--stat] [--side-by-side]`: A and B are steps (0 is nothing) or folders. Raises `Trouble`."""
    project = Project()
    (old, old_name), (new, new_name) = _side(project, args.a), _side(project, args.b)
    files = compare(old, new)
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # so that the output is a patch on Windows as well
    colours = _colours()
    if args.stat:
        lines = stat(files)
    elif args.side_by_side:
        lines = side_by_side(files, shutil.get_terminal_size().columns, colours)
    else:
        lines = (_coloured(line) if colours else line for line in unified(files, old_name, new_name))
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough. What is still to be written would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _colours() -> bool:
    """Whether the output is a terminal that shows colours; NO_COLOR, if set, says that they are not wanted."""
    able = os.name != "nt" or "WT_SESSION" in os.environ
    return able and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _side(project: Project, name: str) -> tuple[Path, str]:
    """The folder that an argument names, and what to call it."""
    try:
        step = project.before(project.steps[0]) if name == "0" else project.step(name)
        return step.folder, step.name
    except Trouble as trouble:
        folder = Path(name)
        if folder.is_dir():
            return folder, folder.resolve().name
        raise Trouble(f"{trouble} A folder {name!r} is not here either.") from None


def unified(files: Sequence[FileDiff], old: str = "a", new: str = "b") -> Iterator[str]:
    """The lines of a unified diff, as `patch -p1` and `git apply` read them."""
    for file in files:
        if file.binary:
            yield f"Binary files {old}/{file.path} and {new}/{file.path} differ"
            continue
        yield f"--- {'/dev/null' if file.status == 'new' else f'{old}/{file.path}'}"
        yield f"+++ {'/dev/null' if file.status == 'removed' else f'{new}/{file.path}'}"
        for group in _groups(file.changes):
            yield from _unified_group(file, group)


def _groups(changes: Changes) -> list[list[Hunk]]:
    """The changes, those together whose context would touch."""
    groups: list[list[Hunk]] = []
    for hunk in changes.hunks:
        if groups and hunk.new.start - groups[-1][-1].new.stop <= 2 * CONTEXT:
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
    return groups


def _unified_group(file: FileDiff, group: Sequence[Hunk]) -> Iterator[str]:
    before, after = file.changes.before, file.changes.after
    lead = min(CONTEXT, group[0].old.start)
    i, j = group[0].old.start - lead, group[0].new.start - lead
    trail = min(CONTEXT, len(before) - group[-1].old.stop)
    yield f"@@ -{_span(i, group[-1].old.stop + trail)} +{_span(j, group[-1].new.stop + trail)} @@"
    for hunk in group:
        yield from (f" {after[n]}" for n in range(j, hunk.new.start))
        for n in hunk.old:
            yield f"-{before[n]}"
            yield from _no_newline(file.before, n + 1 == len(before))
        for n in hunk.new:
            yield f"+{after[n]}"
            yield from _no_newline(file.after, n + 1 == len(after))
        j = hunk.new.stop
    yield from (f" {after[n]}" for n in range(j, j + trail))
    yield from _no_newline(file.after, bool(trail) and j + trail == len(after))


def _no_newline(text: str, last: bool) -> Iterator[str]:
    if last and not text.endswith("\n"):
        yield "\\ No newline at end of file"


def _span(start: int, stop: int) -> str:
    size = stop - start
    return f"{start + 1 if size else start}" + ("" if size == 1 else f",{size}")


def stat(files: Sequence[FileDiff]) -> Iterator[str]:
    """A line for each file: how much came and went."""
    width = max((len(file.path) for file in files), default=0)
    for file in files:
        counts = f"{f'+{file.changes.added}':>6} {f'-{file.changes.deleted}':>6}"
        yield f"{file.path:{width}} {counts}" + ("" if file.status == "changed" else f"  {file.status}")
    added, deleted = sum(file.changes.added for file in files), sum(file.changes.deleted for file in files)
    yield f"{len(files)} {'file' if len(files) == 1 else 'files'}: +{added} -{deleted}"


def side_by_side(files: Sequence[FileDiff], columns: int, colours: bool = False) -> Iterator[str]:
    """The changes with both sides next to each other, in as many columns as the terminal has."""
    width = max((columns - 3) // 2, 20)
    for file in files:
        yield f"=== {file.path} ({file.news.replace('−', '-')})"
        for group in _groups(file.changes):
            yield "@@"
            for old, sign, new in _beside_group(file.changes, group):
                yield from _columns(old, sign, new, width, colours)


def _beside_group(changes: Changes, group: Sequence[Hunk]) -> Iterator[tuple[str, str, str]]:
    j = max(group[0].new.start - CONTEXT, 0)
    for hunk in group:
        yield from ((line, " ", line) for line in changes.after[j : hunk.new.start])
        for old, new in beside(hunk, changes):
            sign = "<" if new is None else ">" if old is None else "|"
            yield "" if old is None else changes.before[old], sign, "" if new is None else changes.after[new]
        j = hunk.new.stop
    yield from ((line, " ", line) for line in changes.after[j : j + CONTEXT])


def _columns(old: str, sign: str, new: str, width: int, colours: bool) -> Iterator[str]:
    """One row; a line that is too long goes on below."""
    cut = [[line[at : at + width] for at in range(0, len(line), width)] or [""] for line in (old, new)]
    for left, right in zip_longest(*cut, fillvalue=""):
        if colours and sign != " ":
            yield f"{_painted(f'{left:{width}}', RED)} {sign} {_painted(right, GREEN)}"
        else:
            yield f"{left:{width}} {sign} {right}".rstrip()


def _coloured(line: str) -> str:
    for start, colour in (("--- ", BOLD), ("+++ ", BOLD), ("@@", CYAN), ("-", RED), ("+", GREEN)):
        if line.startswith(start):
            return _painted(line, colour)
    return line


def _painted(text: str, colour: int) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if text else ""
