"""Whether an essay shows each line of the framework that its step adds, and what it may leave to the build.

Import lines, and with them the re-exports of `__init__`, need no explanation: `also_changed` gathers them.
"""

from __future__ import annotations

import ast
from html import escape

from . import highlighting
from .diffs import FileDiff, compare
from .essays import Fence, FenceFault, fences
from .fences import covers
from .highlighting import tokens
from .project import Project, Step, Trouble
from .sources import Excerpt, excerpt


def unexplained(project: Project, step: Step) -> list[str]:
    """The lines that the step adds to or changes in its `dram`, and its essay does not show: `dram/app.py:41: text`.

    Raises `Trouble` for an essay that does not exist or has a faulty fence.
    """
    return [
        f"{file.path}:{number}: {file.changes.after[number - 1].strip()}"
        for file in _framework(project, step)
        for number in sorted(file.changes.new - _exempt(file) - _shown(project, step, file.path))
    ]


def _framework(project: Project, step: Step) -> list[FileDiff]:
    """What the step changes in its framework."""
    files = compare(project.before(step).folder, step.folder)
    return [file for file in files if file.path.startswith("dram/")]


def _exempt(file: FileDiff) -> set[int]:
    """The lines that need no explanation: blank ones, import statements, and all of a file that is not Python."""
    lines = file.changes.after
    if not file.path.endswith(".py"):
        return set(range(1, len(lines) + 1))
    blank = {number for number, line in enumerate(lines, 1) if not line.strip()}
    return blank | _imports(file)


def _imports(file: FileDiff) -> set[int]:
    try:
        nodes = [node for node in ast.parse(file.after).body if isinstance(node, ast.Import | ast.ImportFrom)]
    except SyntaxError as error:
        raise Trouble(f"{file.path} does not parse: line {error.lineno}: {error.msg}.") from error
    return {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def _shown(project: Project, step: Step, path: str) -> set[int]:
    """The lines of a file of the step that the step's essay shows."""
    return {
        number
        for piece in _pieces(project, step)
        if piece.path == path
        for number in range(piece.first, piece.last + 1)
    }


def _pieces(project: Project, step: Step) -> list[Excerpt]:
    """The excerpts from this very step in its essay; the diff to it shows whole files."""
    if not step.essay.is_file():
        raise Trouble(f"{step.name} has no essay: posts/{step.essay.name} does not exist.")
    name = f"posts/{step.essay.name}"
    found = []
    for fence in fences(step.essay.read_text(encoding="utf-8"), name):
        try:
            found += _excerpts(project, step, fence)
        except Trouble as trouble:
            raise FenceFault(name, fence.line, str(trouble)) from trouble
    return [piece for piece in found if piece.step == step]


def _excerpts(project: Project, step: Step, fence: Fence) -> list[Excerpt]:
    if fence.kind == "step":
        return [excerpt(project, step, fence.attributes["at"], fence.attributes.get("lines", ""))]
    if fence.kind == "stepdiff" and project.step(fence.attributes["to"]) == step:
        only = fence.attributes.get("only", "")
        return [excerpt(project, step, path) for path in step.files if covers(only, path)]
    return []


def also_changed(project: Project, step: Step) -> str:
    """A folded block of HTML with what the step changes in its framework and the essay does not have to show."""
    blocks = "".join(_block(file, _shown(project, step, file.path)) for file in _framework(project, step))
    return f'<details class="also"><summary>Also changed</summary>{blocks}</details>' if blocks else ""


def _block(file: FileDiff, shown: set[int]) -> str:
    name = f"<code>{escape(file.path)}</code>"
    if not file.path.endswith(".py"):
        return f"<p>{name} {file.news}</p>"
    old, new = tokens(file.before, file.path), tokens(file.after, file.path)
    kept = _imports(file) & file.changes.new - shown
    rows = []
    for hunk in file.changes.hunks:
        news = [j for j in hunk.new if j + 1 in kept]
        if news or not hunk.new:
            gone = (i for i in hunk.old if file.changes.before[i].startswith(("import ", "from ")))
            rows += [f'<del class="row">{highlighting.html(old[i])}\n</del>' for i in gone]
        rows += [f'<ins class="row">{highlighting.html(new[j])}\n</ins>' for j in news]
    label = f'tabindex="0" role="region" aria-label="Also changed in {escape(file.path)}"'
    code = f'<div class="code" {label}><pre><code>{"".join(rows)}</code></pre></div>'
    return f"<p>{name}</p>{code}" if rows else ""
