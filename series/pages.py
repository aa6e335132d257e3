"""What the generated pages of the site show, apart from MkDocs: templates of `theme/` turn it into HTML."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import Any

from series import bench, diffs, highlighting, peers, sources, storm, table
from series.benchmarks.cases import CASES
from series.curves import curve, glass
from series.essays import front_matter
from series.project import Project, Step, reader_files

#: How many steps there will be, and where the parts begin.
TOTAL = 28
PARTS = {1: "Answering", 7: "Around the view", 12: "Pages and state", 17: "Becoming big", 24: "In earnest"}

#: Read quietly, with a look at each listing.
WORDS_A_MINUTE = 200

#: What each step has beside its essay: name of the page, its title, and what it is about.
COMPANIONS = {
    "changes": ("What changed in step {}", "What step {} changed since the step before, file by file."),
    "code": ("The code of step {}", "All files of step {}, whole; what is new in it is marked."),
    "tests": ("The tests of step {}", "The suite that holds step {} to its promises."),
}


@dataclass(frozen=True)
class Essay:
    """What the site says about a step wherever it names it."""

    step: Step
    title: str
    description: str
    date: date
    part: str
    minutes: int


@dataclass(frozen=True)
class SourceFile:
    """A file shown whole: its lines are HTML; `new` are the numbers of those that the step before had not."""

    path: str
    anchor: str
    lines: list[str]
    new: set[int]

    @property
    def rows(self) -> str:
        """The lines as rows that can be linked to; those that are new as insertions."""
        tags = ("ins" if number in self.new else "span" for number in range(1, len(self.lines) + 1))
        return "".join(
            f'<{tag} class="row" id="{self.anchor}-L{number}">{line}\n</{tag}>'
            for number, (tag, line) in enumerate(zip(tags, self.lines, strict=True), 1)
        )


@dataclass(frozen=True)
class Mark:
    """A graduation of the scale: a step that exists has an essay."""

    number: int
    part: str
    essay: Essay | None


def essay(step: Step) -> Essay | None:
    """The essay of a step, if it is written."""
    if not step.essay.is_file():
        return None
    text = step.essay.read_text(encoding="utf-8")
    known = front_matter(text)
    return Essay(
        step,
        known.get("title", step.slug),
        known.get("description", ""),
        date.fromisoformat(known.get("date", "2000-01-01")),
        known.get("part", ""),
        reading_time(text),
    )


def essays(project: Project) -> list[Essay]:
    """All essays that are written, in order."""
    return [found for step in project.steps if (found := essay(step))]


def reading_time(text: str) -> int:
    """Minutes that the prose of an essay takes; fences are looked at, not read."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return max(1, ceil(len(prose.split()) / WORDS_A_MINUTE))


def scale(known: list[Essay]) -> list[Mark]:
    """All graduations, those of steps to come included."""
    written = {essay.step.number: essay for essay in known}
    return [Mark(number, PARTS.get(number, ""), written.get(number)) for number in range(1, TOTAL + 1)]


def front(project: Project) -> dict[str, object]:
    """What the front page shows of all steps: the table, the curves above it, and the glass."""
    rows = table.figures(project)
    sums = accumulate(row.tests for row in rows)
    drawn = {
        "Lines of framework": {row.step.number: row.lines for row in rows},
        "Promises": {row.step.number: tests for row, tests in zip(rows, sums, strict=True)},
    }
    curves = {name: curve(name, values, TOTAL, PARTS) for name, values in drawn.items()}
    held, fast = held_against_flask(project), speed(project)
    filled = glass(len(rows), TOTAL, PARTS)
    return {"rows": rows, "parts": PARTS, "curves": curves, "held": held, "speed": fast, "glass": filled}


def speed(project: Project) -> dict[str, Any]:
    """What a request costs in which step, as last measured; empty when that was never done."""
    figures = bench.read(project)
    if not figures:
        return {}
    cases = [{"title": CASES[case].title, "row": row} for case, row in figures["cases"].items()]
    hello = figures["cases"]["hello"]
    steps = [name for name in hello if name.startswith("step ")]
    drawn = {int(name.removeprefix("step ")): hello[name][1] for name in steps}
    drawing = curve("Times as fast as Flask, saying hello", drawn, TOTAL, PARTS)
    return {"curve": drawing, "steps": steps, "cases": cases, "versions": figures["versions"]}


def held_against_flask(project: Project) -> dict[str, Any]:
    """How many of Flask's own tests pass on which step, as last measured; empty when that was never done."""
    kept = peers.read(project)
    if not kept.passed:
        return {}
    values = {int(number): passed for number, (passed, _) in kept.passed.items()}
    name = f"Of Flask’s own {kept.possible[0]} tests"
    drawing = curve(name, values, TOTAL, PARTS, goal=kept.possible[0])
    steps = {number: project.step(number) for number in values}
    return {"name": name, "curve": drawing, "kept": kept, "steps": steps}


def weathered(project: Project) -> dict[str, Any]:
    """The figures of the last storm that was kept; empty when there was none."""
    path = project.root / storm.FIGURES
    return {**json.loads(path.read_text(encoding="utf-8")), "labels": storm.LABELS} if path.exists() else {}


def code_files(project: Project, step: Step) -> list[SourceFile]:
    """The reader's files of a step, with what is new in them."""
    before = project.before(step).folder
    return [_source(path, _text(step.folder, path), _text(before, path)) for path in step.files]


def test_files(step: Step) -> list[SourceFile]:
    """The files of a step's suite."""
    paths = [path for path in reader_files(step.suite) if not path.endswith("__init__.py")]
    return [_source(f"tests/{path}", sources.text_of(step, f"tests/{path}")) for path in paths]


def archive(step: Step) -> bytes:
    """The step's folder as a zip, the same bytes each time."""
    return zipped({f"{step.name}/{path}": (step.folder / path).read_bytes() for path in step.files})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """These files as a zip, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # Unix, whatever it is packed on
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def changes(project: Project, step: Step) -> str:
    """What changed in a step since the one before, as HTML."""
    return diffs.html(diffs.compare(project.before(step).folder, step.folder))


def heading(html: str) -> tuple[str, str]:
    """The first heading of a page and the page without it, because the heading stands in the page's head."""
    match = re.search(r"<h1[^>]*>(.*?)</h1>\s*", html, re.DOTALL)
    return (match[1], html.replace(match[0], "", 1)) if match else ("", html)


def fault(message: str) -> str:
    """A fault as HTML, for the place of what it keeps from being shown."""
    place, text = re.fullmatch(r"(\S+:\d+: )?(.*)", message, re.DOTALL).groups("")  # type: ignore[union-attr]
    return (
        f'<div class="fault" role="alert"><p><code>{escape(place.rstrip(": "))}</code></p><p>{escape(text)}</p>'
        "<p>Mend it and save: the page comes back by itself.</p></div>"
    )


def syntax_error(project: Project) -> str:
    """Where the first Python file of steps and suites is that does not parse, and why; empty when all do."""
    for folder in [folder for step in project.steps for folder in (step.folder, step.suite)]:
        for path in [folder / name for name in reader_files(folder) if name.endswith(".py")]:
            try:
                ast.parse(path.read_text(encoding="utf-8"))
            except SyntaxError as error:
                return f"{path.relative_to(project.root).as_posix()}:{error.lineno}: This is not Python: {error.msg}."
    return ""


def _source(path: str, text: str, before: str | None = None) -> SourceFile:
    lines = [highlighting.html(line) for line in highlighting.tokens(text, path)]
    known = highlighting.lines_of(text if before is None else before)
    new = sources.changed(known, highlighting.lines_of(text)).new
    return SourceFile(path, highlighting.anchor(path), lines, new)


def _text(folder: Path, path: str) -> str:
    """The text of a file; empty where there is none, or where it is no text."""
    file = folder / path
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except UnicodeDecodeError:
        return ""
