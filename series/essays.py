"""What stands in an essay: its front matter, and its fences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from .project import Project, Step, Trouble

# Elsewhere backticks after the marks mean code within a line; ours may quote a line of code that has some.
OPEN = re.compile(
    r"(?P<indent> *)(?P<marks>`{3,}|~{3,})\s*(?P<info>(?:step|stepdiff|console|pycon|exercise|figure)\b.*|[^`]*)"
)
ATTRIBUTES = re.compile(r"""(\w+)=("(?:\\"|[^"])*"|'[^']*')\s*""")
FRONT = re.compile(r"---\n(.*?)\n---\n+", re.DOTALL)
ESSAY = re.compile(r"(\d\d)-\w+\.md")

#: Our fences: the attributes that each must have, and those that it may have.
KINDS = {
    "step": ({"at"}, {"lines"}),
    "stepdiff": ({"from", "to"}, {"only"}),
    "console": (set[str](), {"on"}),
    "pycon": (set[str](), {"on"}),
    "exercise": ({"at"}, set[str]()),
    "figure": ({"src"}, set[str]()),
    "file": ({"src"}, set[str]()),
}


class FenceFault(Trouble):
    """A mistake in an essay: which essay, which line of it, and what is wrong."""

    def __init__(self, essay: str, line: int, message: str) -> None:
        super().__init__(f"{essay}:{line}: {message}")
        self.essay, self.line, self.message = essay, line, message


@dataclass(frozen=True)
class Fence:
    """A fenced block: what it is, its attributes, its body, its first and last line (from 1), its indentation."""

    kind: str
    attributes: dict[str, str]
    body: str
    line: int
    last: int
    indent: str


def front_matter(text: str) -> dict[str, str]:
    """The `key: value` lines between the two `---` at the top; empty without them."""
    match = FRONT.match(text)
    pairs = (line.partition(":") for line in match[1].splitlines()) if match else ()
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def first_line(text: str) -> int:
    """The number of the line on which an essay begins after its front matter."""
    match = FRONT.match(text)
    return match[0].count("\n") + 1 if match else 1


def essay_step(project: Project, page: str) -> Step | None:
    """The step that a page `NN-slug.md` is the essay of; `None` for other pages."""
    match = ESSAY.fullmatch(page)
    return next((step for step in project.steps if match and step.code == match[1]), None)


def fences(text: str, essay: str = "", first: int = 1) -> Iterator[Fence]:
    """The fenced blocks of an essay in order. `first` is the number of its first line.

    Raises `FenceFault` for one of ours that is not closed, or has attributes that it should not have.
    """
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        if match := OPEN.fullmatch(lines[at].rstrip()):
            end = _end(lines, at, match["marks"])
            kind, attributes = _info(match["info"], essay, first + at)
            if kind in KINDS and end == len(lines):
                raise FenceFault(essay, first + at, f"The {kind} fence is not closed.")
            body = dedent("\n".join(lines[at + 1 : end]))
            yield Fence(kind, attributes, body, first + at, first + end, match["indent"])
            at = end
        at += 1


def _end(lines: Sequence[str], start: int, marks: str) -> int:
    """The index of the line that closes a fence, or the number of lines when none does."""
    close = re.compile(rf" *{marks[0]}{{{len(marks)},}} *")
    return next((at for at in range(start + 1, len(lines)) if close.fullmatch(lines[at])), len(lines))


def _info(info: str, essay: str, line: int) -> tuple[str, dict[str, str]]:
    match = re.match(r"\{?\s*\.?([\w+-]*)\s*", info)
    kind, rest = (match[1], info[match.end() :]) if match else ("", info)
    attributes = {name: value[1:-1].replace('\\"', '"') for name, value in ATTRIBUTES.findall(rest)}
    if kind in KINDS:
        if ATTRIBUTES.sub("", rest):
            raise FenceFault(essay, line, f'The attributes {rest!r} must be of the form name="value".')
        required, optional = KINDS[kind]
        if missing := required - attributes.keys():
            raise FenceFault(essay, line, f"The {kind} fence needs {_listed(missing)}.")
        if unknown := attributes.keys() - required - optional:
            known = _listed(required | optional)
            raise FenceFault(essay, line, f"The {kind} fence has no attribute {_listed(unknown)}. It takes {known}.")
    return kind, attributes


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
