"""The table of steps, and figures of their code."""

from __future__ import annotations

import argparse
import ast
import io
import math
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from series import store
from series.project import Project, Step, reader_files

#: Tokens that do not make a line one of code.
SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip

#: What was measured on others, in the same way: files, lines, function median / p90 / max, functions over 30,
#: docstring : code.
OTHERS = {
    "Flask 0.1": ("1", "215", "4 / 8 / 26", "0", "1.48"),
    "Flask 3.1": ("24", "4081", "5 / 23 / 65", "18", "0.81"),
    "Starlette": ("34", "5163", "5 / 22 / 129", "29", "0.05"),
    "Bottle": ("1", "2980", "4 / 17 / 82", "9", "0.24"),
    "micrograd": ("3", "107", "2 / 7 / 13", "0", "0.01"),
}


@dataclass(frozen=True)
class Source:
    """What a Python text consists of; lines count from 1."""

    code: frozenset[int]
    docstrings: int
    functions: tuple[int, ...]
    tests: int


@dataclass(frozen=True)
class StepFigures:
    """One row of the table: the framework of a step in figures. Lines are lines of code, without docstrings."""

    step: Step
    adds: str
    files: int
    lines: int
    added: int
    removed: int
    tests: int
    functions: Sequence[int]
    docstrings: int

    def function_lines(self, share: float) -> int:
        """The length that this share of the functions does not exceed: 0.5 for the median, 1 for the longest."""
        return self.functions[math.ceil(share * len(self.functions)) - 1] if self.functions else 0


def figures(project: Project) -> list[StepFigures]:
    """The figures of all steps, in order."""
    return [_figures(project, step) for step in project.steps]


@lru_cache(maxsize=1024)
def measure(text: str) -> Source:
    """Count the lines of a Python text that hold code, and what it consists of."""
    source: Source = store.kept(lambda: _measured(text), "lines", text)
    return source


def _measured(text: str) -> Source:
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    docstrings = {line for node in nodes for line in _docstring(node)}
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    } - docstrings
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = sorted(len(code.intersection(range(f.lineno, (f.end_lineno or 0) + 1))) for f in functions)
    tests = sum(f.name.startswith("test_") for f in functions)
    return Source(frozenset(code), len(docstrings), tuple(lengths), tests)


def run(args: argparse.Namespace) -> int:
    """Print the table; with `args.stats` also the figures of the code."""
    rows = figures(Project())
    print(observations(rows) if args.stats else table(rows))
    return 0


def _docstring(node: ast.AST) -> range:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or not node.body:
        return range(0)
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return range(first.lineno, (first.end_lineno or 0) + 1)
    return range(0)


def _texts(folder: Path) -> dict[str, str]:
    paths = [path for path in reader_files(folder) if path.endswith(".py")]
    return {path: (folder / path).read_text("utf-8") for path in paths}


def _figures(project: Project, step: Step) -> StepFigures:
    after, before = _texts(step.folder / "dram"), _texts(project.before(step).folder / "dram")
    sources = [measure(text) for text in after.values()]
    changes = [_changed(before.get(path, ""), after.get(path, "")) for path in {*before, *after}]
    return StepFigures(
        step=step,
        adds=_adds(step),
        files=len(after),
        lines=sum(len(source.code) for source in sources),
        added=sum(added for added, _ in changes),
        removed=sum(removed for _, removed in changes),
        tests=sum(measure(text).tests for text in _texts(step.suite).values()),
        functions=sorted(length for source in sources for length in source.functions),
        docstrings=sum(source.docstrings for source in sources),
    )


def _changed(before: str, after: str) -> tuple[int, int]:
    """How many lines of code were added and how many removed."""
    from series.sources import changed

    hunks = changed(before.splitlines(), after.splitlines()).hunks
    new = {line + 1 for hunk in hunks for line in hunk.new}
    old = {line + 1 for hunk in hunks for line in hunk.old}
    return len(new & measure(after).code), len(old & measure(before).code)


def _adds(step: Step) -> str:
    from series.essays import front_matter

    return front_matter(step.essay.read_text("utf-8")).get("description", "") if step.essay.exists() else ""


def table(rows: Sequence[StepFigures]) -> str:
    head = ("", "step", "lines", "changed", "tests", "adds")
    body = [
        (str(row.step.number), row.step.slug, str(row.lines), f"+{row.added} -{row.removed}", str(row.tests), row.adds)
        for row in rows
    ]
    return aligned([head, *body], left={1, 5})


def observations(rows: Sequence[StepFigures]) -> str:
    head = ("", "files", "lines", "function median / p90 / max", "functions over 30", "docstring : code")
    ours = [(row.step.name, *_observed(row)) for row in rows]
    others = [(name, *values) for name, values in OTHERS.items()]
    return aligned([head, *ours, *others], left={0})


def _observed(row: StepFigures) -> tuple[str, ...]:
    lengths = " / ".join(str(row.function_lines(share)) for share in (0.5, 0.9, 1))
    over = sum(length > 30 for length in row.functions)
    return str(row.files), str(row.lines), lengths, str(over), f"{row.docstrings / max(row.lines, 1):.2f}"


def aligned(rows: Sequence[Sequence[str]], left: set[int]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
