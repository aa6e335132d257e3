"""The named parts of a Python source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .highlighting import lines_of


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
