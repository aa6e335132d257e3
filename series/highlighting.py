"""Source text as HTML, line by line, with the short token classes of Pygments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # Pygments has no types
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from series import store

#: A token is its class (may be empty) and its text; a line is its tokens, without the newline.
Token = tuple[str, str]
Line = tuple[Token, ...]

LEXERS = {
    ".py": "python", ".html": "html+jinja", ".css": "css", ".js": "js", ".sql": "sql", ".toml": "toml",
    ".conf": "nginx",
}  # fmt: skip

#: Left without a span, because they are most of all tokens and look like plain text.
PLAIN = {"n", "p", "w"}


def lines_of(text: str) -> list[str]:
    """The lines of a file without their newlines; an empty file has none."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


@lru_cache(maxsize=1024)
def tokens(text: str, name: str) -> tuple[Line, ...]:
    """Lex the whole of `text`, the content of a file called `name`, and cut it into lines.

    Whole files only, because a line inside a string that runs over several lines cannot be told alone.
    """
    language = LEXERS.get(PurePosixPath(name).suffix, "text")
    lines: tuple[Line, ...] = store.kept(lambda: _lexed(text, language), "tokens", language, text)
    return lines


def _lexed(text: str, language: str) -> tuple[Line, ...]:
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    lines: list[list[Token]] = [[]]
    for kind, value in lexer.get_tokens(text):
        while kind not in STANDARD_TYPES and kind.parent:
            kind = kind.parent
        short = STANDARD_TYPES.get(kind, "")
        css = "" if short in PLAIN else short
        for index, part in enumerate(value.split("\n")):
            if index:
                lines.append([])
            if lines[-1] and lines[-1][-1][0] == css:
                lines[-1][-1] = (css, lines[-1][-1][1] + part)
            elif part:
                lines[-1].append((css, part))
    return tuple(tuple(line) for line in lines[: len(lines_of(text))])


def html(line: Line, marks: Sequence[bool] = ()) -> str:
    """One line as HTML; `marks` says for each character whether it stands in `<mark>`."""
    parts, at = [], 0
    for css, text in line:
        inner = _marked(text, marks[at : at + len(text)]) if marks else escape(text, quote=False)
        parts.append(f'<span class="{css}">{inner}</span>' if css and text.strip() else inner)
        at += len(text)
    return "".join(parts)


def _marked(text: str, marks: Sequence[bool]) -> str:
    parts, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marks[end] != marks[start]:
            part = escape(text[start:end], quote=False)
            parts.append(f"<mark>{part}</mark>" if marks[start] else part)
            start = end
    return "".join(parts)


def anchor(*names: str) -> str:
    """The id of a file, or of a symbol in it: `dram-app-py-dram-route`. Pages, diffs and excerpts share it."""
    return re.sub(r"[^a-z0-9_]+", "-", " ".join(names).lower()).strip("-")
