"""A recorded way as a page shows it: the still picture, row by row, and the script that the viewer loads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any, NamedTuple

from series import highlighting, ways
from series.playground import recorder
from series.project import Project, Step

#: What a function is to its step, when the step before did not have it as it is.
NEW, CHANGED = "new", "changed"

#: From this level on, what is as it was is shown without what it calls; the levels count from 0.
DEEP = 3


class Name(NamedTuple):
    """A function as a row shows it: its class or the function around it, its name, and what happened in it."""

    owner: str
    name: str
    outcome: str


@dataclass(frozen=True)
class Row:
    """A row of the picture: functions of one file that are called one after the other, and call nothing that is shown.

    `lane` and `before` are the lanes of its file and of the row above, counted from 0; `mark` is "new", "changed" or
    nothing.
    """

    names: list[Name]
    file: str
    lane: int
    before: int
    depth: int
    mark: str
    caller: str


@dataclass(frozen=True)
class Seen:
    """A function that is shown, with those that are shown below it."""

    index: int
    outcome: str
    children: list[Seen]


def bodies(step: Step, names: set[str]) -> dict[str, set[str]]:
    """Those functions of a step's Python files, each with its texts: a name may stand in several files."""
    found: dict[str, set[str]] = {}
    for name in step.files:
        if name.endswith(".py"):
            text = (step.folder / name).read_text(encoding="utf-8")
            lines = text.splitlines(keepends=True)
            for code in _functions(compile(text, name, "exec", dont_inherit=True)):
                if recorder.name_of(code) in names:
                    found.setdefault(recorder.name_of(code), set()).add(recorder.source_of(code, lines))
    return found


def _functions(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _functions(inner)


def marks(before: Step, functions: list[dict[str, Any]]) -> list[str]:
    """For each recorded function whether it is new since the step before, or changed; those of packages are neither."""
    texts = bodies(before, {function["name"] for function in functions})
    return [_mark(texts.get(function["name"]), function["source"]) for function in functions]


def _mark(before: set[str] | None, source: str) -> str:
    if not source:
        return ""
    return NEW if before is None else "" if source in before else CHANGED


def shown(function: dict[str, Any], mark: str) -> bool:
    """Whether a function is a station: those of packages are not, and small ones, with a private name, if new."""
    last = function["name"].rpartition(".")[2]
    return function["source"] != "" and (mark == NEW or not last.startswith(("_", "lambda")))


def seen(nodes: Iterable[ways.Node], stations: list[bool]) -> list[Seen]:
    """The calls without the functions that are not shown: those that they called stand in their place."""
    found: list[Seen] = []
    for node in nodes:
        children = seen(node.children, stations)
        if stations[node.index]:
            found.append(Seen(node.index, node.outcome, children))
        else:
            found += children
    kept: list[Seen] = []
    for each in found:
        if each not in kept:
            kept.append(each)
    return kept


def folded(nodes: list[Seen], known: list[str], depth: int = 0) -> list[Seen]:
    """The calls without what happens, from the level `DEEP` on, below a function where nothing is new or changed."""
    return [
        Seen(node.index, node.outcome, folded(node.children, known, depth + 1))
        if depth < DEEP or _has_news(node, known)
        else Seen(node.index, node.outcome, [])
        for node in nodes
    ]


def _has_news(node: Seen, known: list[str]) -> bool:
    return bool(known[node.index]) or any(_has_news(child, known) for child in node.children)


def rows(way: ways.Way, known: list[str]) -> list[Row]:
    """The picture of a way, of which `known` are the marks."""
    functions = way.recording["functions"]
    stations = [shown(function, mark) for function, mark in zip(functions, known, strict=True)]
    calls = folded(seen(ways.tree(way.recording), stations), known)
    plain = list(_rows(functions, known, calls, 0, "the server"))
    lanes = {file: lane for lane, file in enumerate(dict.fromkeys(row.file for row in plain))}
    before = [0, *(lanes[row.file] for row in plain)]
    return [replace(row, lane=lanes[row.file], before=lane) for row, lane in zip(plain, before, strict=False)]


def _rows(
    functions: list[dict[str, Any]], known: list[str], nodes: list[Seen], depth: int, caller: str
) -> Iterator[Row]:
    open_row: Row | None = None
    for node in nodes:
        function, mark = functions[node.index], known[node.index]
        owner, _, name = function["name"].rpartition(".")
        row = Row([Name(owner, name, node.outcome)], function["file"], 0, 0, depth, mark, caller)
        alone = bool(node.children or node.outcome)
        if open_row and not alone and replace(row, names=open_row.names) == open_row:
            open_row.names.append(row.names[0])
            continue
        yield row
        open_row = None if alone else row
        yield from _rows(functions, known, node.children, depth + 1, name)


def script(step: Step, way: ways.Way, known: list[str]) -> str:
    """The recording for the viewer: with the sources coloured, and with the marks."""
    functions = [
        {"name": function["name"], "file": function["file"], "line": function["line"], "mark": mark}
        | {"lines": _coloured(step, function)}
        for function, mark in zip(way.recording["functions"], known, strict=True)
    ]
    data = {**way.recording, "functions": functions, "request": way.head.title, "status": way.status}
    return f"watchRecorded({json.dumps(data, ensure_ascii=False, separators=(',', ':'))})\n"


def _coloured(step: Step, function: dict[str, Any]) -> list[str]:
    """The lines of a function as HTML, dedented; cut out of its file, because a string may begin above."""
    if not function["source"]:
        return []
    text = (step.folder / function["file"]).read_text(encoding="utf-8")
    first, count = function["line"] - 1, len(function["source"].splitlines())
    lines = highlighting.tokens(text, function["file"])[first : first + count]
    head = text.splitlines()[first]
    return [highlighting.html(_without(line, len(head) - len(head.lstrip()))) for line in lines]


def _without(line: highlighting.Line, indent: int) -> highlighting.Line:
    """A line less the first characters, which may be part of a string."""
    kept: list[highlighting.Token] = []
    for css, text in line:
        kept.append((css, text[indent:]))
        indent = max(0, indent - len(text))
    return tuple(kept)


def of(project: Project, step: Step, way: ways.Way) -> dict[str, Any]:
    """All that the page of a step shows of its way."""
    known = marks(project.before(step), way.recording["functions"])
    return {"way": way, "rows": rows(way, known), "script": script(step, way, known)}
