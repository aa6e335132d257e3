"""The fences of the essays, as an ordinary extension of Python-Markdown.

| fence | shows |
| --- | --- |
| `step at="dram/app.py Dram.route" lines="…"` | lines of a step's file, as `series.sources` describes; no body |
| `stepdiff from="06" to="07" only="dram"` | what changed between two steps, in all files, one, or one folder; no body |
| `console on="01"`, `pycon on="01"` | a transcript, run by the checks on that step, else on the essay's own |
| `exercise at="step01/greet"` | an exercise's failing test, the command that runs it, and the solution; no body |
| `figure src="01-server.svg"` | a drawing of `posts/figures`; the body is its caption, in Markdown |
| `file src="deploy/wsgi.py"` | a file of the repository that belongs to no step, whole; no body |
| `python elsewhere="Starlette"` | code that is not ours; in an essay no other Python may be pasted |

All other fences are Python-Markdown's. A fault is a `FenceFault`, which names the essay and the line.
"""

from __future__ import annotations

import ast
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from markdown import Markdown  # type: ignore[import-untyped]  # Markdown has no types
from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.preprocessors import Preprocessor  # type: ignore[import-untyped]

from . import diffs, highlighting, patches
from .essays import KINDS, essay_step
from .essays import Fence as Fence
from .essays import FenceFault as FenceFault
from .essays import fences as fences
from .essays import first_line as first_line
from .essays import front_matter as front_matter
from .highlighting import Line, anchor, tokens
from .project import Project, Step, Trouble
from .sources import Excerpt, excerpt, since

#: Fences that show what they name, and have no text of their own.
EMPTY = {"step", "stepdiff", "exercise", "file"}
PYTHON = {"python", "py", "python3"}


class FencesExtension(Extension):  # type: ignore[misc]
    """Renders our fences. The attributes may be set anew before each page.

    `page` is the file's name in `posts`, `first_line` the line on which the text begins in that file, and `link`
    makes of `01-hello/changes/#dram-app-py` the address to write into the page.
    """

    def __init__(
        self,
        project: Project | None = None,
        page: str = "",
        link: Callable[[str], str] = "../{}".format,
        first_line: int = 1,
    ) -> None:
        super().__init__()
        self.project, self.page, self.link, self.first_line = project or Project(), page, link, first_line

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Markdown's name
        # Before fenced_code (25), which would take our fences for code.
        md.preprocessors.register(_Fences(self, md), "series_fences", 27)


class _Fences(Preprocessor):  # type: ignore[misc]
    def __init__(self, extension: FencesExtension, md: Markdown) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        extension = self.extension
        renderer = Renderer(extension.project, extension.page, extension.link)
        done: list[str] = []
        at = 0
        for fence in fences("\n".join(lines), renderer.essay, extension.first_line):
            start, stop = fence.line - extension.first_line, fence.last - extension.first_line + 1
            done += lines[at:start]
            at = stop
            parts = renderer.render(fence)
            done += lines[start:stop] if parts is None else self._stored(parts, fence.indent)
        return done + lines[at:]

    def _stored(self, parts: Sequence[str], indent: str) -> list[str]:
        """HTML goes into Markdown's stash; what is left in between (every second part) is Markdown."""
        done = [""]
        for number, part in enumerate(parts):
            text = part if number % 2 else self.md.htmlStash.store(part)
            done += [indent + line for line in text.split("\n")] + [""]
        return done


class Renderer:
    """Makes HTML of the fences of one page."""

    def __init__(self, project: Project, page: str, link: Callable[[str], str]) -> None:
        self.project, self.link = project, link
        self.essay = f"posts/{page}"
        self.step = essay_step(project, page)
        self.seen: Counter[str] = Counter()
        self.said: Step | None = None

    def render(self, fence: Fence) -> list[str] | None:
        """HTML, Markdown, HTML … of a fence; `None` when it is not ours. Raises `FenceFault`."""
        try:
            if fence.kind in EMPTY and fence.body.strip():
                raise Trouble(f"The {fence.kind} fence shows what it names, and has no text of its own.")
            if fence.kind in PYTHON:
                return self._python(fence)
            if fence.kind not in KINDS:
                return None
            result: str | list[str] = getattr(self, f"_{fence.kind}")(fence)
            return [result] if isinstance(result, str) else result
        except Trouble as trouble:
            raise FenceFault(self.essay, fence.line, str(trouble)) from trouble

    def _own(self) -> Step:
        if self.step is None:
            raise Trouble("This page belongs to no step. Name one in the fence.")
        return self.step

    def _once(self, name: str, sign: str = "-") -> str:
        """The name itself at first, then with a number, because ids and labels must differ."""
        self.seen[name] += 1
        return name if self.seen[name] == 1 else f"{name}{sign}{self.seen[name]}"

    def _step(self, fence: Fence) -> str:
        at = fence.attributes["at"]
        own = self.step or (self.project.step(at.split()[0]) if at.split()[0].isdigit() else self._own())
        piece = excerpt(self.project, own, at, fence.attributes.get("lines", ""))
        rows, is_new = listing_rows(piece), piece.is_new and not piece.removed
        symbol = f' <span class="symbol">{escape(piece.symbol)}</span>' if piece.symbol else ""
        place = f' <span class="place">from line {piece.first}</span>' if piece.cut else ""
        caption = f"<code>{escape(piece.path)}</code>{symbol}"
        href = escape(self.link(self._target(piece)))
        label = escape(self._once(", ".join(filter(None, (piece.path, piece.symbol))), " "))
        return (
            f'<figure class="listing{" new" if is_new else ""}" id="{self._once(anchor(piece.path, piece.symbol))}">'
            f'<figcaption><a href="{href}">{caption}</a>{place}'
            f' <span class="news">{self._news(piece)}</span></figcaption>'
            f'<div class="code" tabindex="0" role="region" aria-label="{label}"><pre><code>{rows}</code></pre></div>'
            "</figure>"
        )

    def _target(self, piece: Excerpt) -> str:
        """Where the whole file is seen: among the changes if it changed, else among the sources or the tests."""
        page = "tests" if piece.path.startswith("tests/") else "changes" if piece.changes.hunks else "code"
        return f"{piece.step.code}-{piece.step.slug}/{page}/#{anchor(piece.path)}"

    def _news(self, piece: Excerpt) -> str:
        other = piece.step != self.step
        added, removed = len(piece.new), sum(map(len, piece.removed.values()))
        if not added and not removed:
            return f"unchanged since step {since(self.project, piece).number}"
        if piece.is_new and not removed:
            return f"new in step {piece.step.number}" if other else "new in this step"
        counts = diffs.news(added, removed)
        return f"{counts} in step {piece.step.number}" if other else counts

    def _stepdiff(self, fence: Fence) -> str:
        old = self.project.step(fence.attributes["from"])
        new = self.project.step(fence.attributes["to"])
        only = fence.attributes.get("only", "")
        files = [file for file in diffs.compare(old.folder, new.folder) if covers(only, file.path)]
        if not files:
            raise Trouble(f"Nothing in {only or 'the files'} differs between {old.name} and {new.name}.")
        name = self._once(f"step {old.number} to {new.number}", " ")
        return f'<div class="diff">{diffs.sections(files, "p", name)}</div>'

    def _console(self, fence: Fence) -> str:
        return self._transcript(fence, _console(fence.body))

    def _pycon(self, fence: Fence) -> str:
        return self._transcript(fence, _pycon(fence.body))

    def _transcript(self, fence: Fence, rows: str) -> str:
        step = self.project.step(fence.attributes["on"]) if "on" in fence.attributes else self._own()
        known, self.said = self.step or self.said, step  # a page that belongs to no step says it once
        where = f'<p class="where">on step {step.number}, {step.slug}</p>' if step != known else ""
        label = self._once(f"Transcript, on step {step.number}", " ")
        return (
            f'<div class="transcript" data-on="{step.code}" tabindex="0" role="region" aria-label="{label}">'
            f"{where}<pre><code>{rows}</code></pre></div>"
        )

    def _exercise(self, fence: Fence) -> str:
        at = fence.attributes["at"]
        match = re.fullmatch(r"step(\d\d)/([\w-]+)", at)
        folder = self.project.root / "exercises" / at
        if not match or not folder.is_dir():
            raise Trouble(f"There is no exercise {at!r}: exercises/{at} does not exist.")
        step, tests, patch = self.project.step(match[1]), sorted(folder.glob("test_*.py")), folder / "solution.patch"
        if not tests or not patch.is_file():
            raise Trouble(f"exercises/{at} needs a test_*.py and a solution.patch.")
        with tempfile.TemporaryDirectory() as solved:
            patches.patched_copy(step.folder, patch, Path(solved))
            solution = diffs.sections(
                diffs.compare(step.folder, Path(solved)), "p", self._once(f"solution of {match[2]}", " ")
            )
        listings = "".join(
            _plain(
                path.read_text(encoding="utf-8"),
                path.name,
                "test",
                f"<code>{at}/{path.name}</code>",
                f"{at}/{path.name}",
            )
            for path in tests
        )
        command = f"python3 series test {step.number} --exercise {match[2]} --on mine"
        return (
            f'<div class="exercise"><p><code class="command">{command}</code></p>'
            f"<details><summary>The test</summary>{listings}</details>"
            f'<details><summary>A solution</summary><div class="diff">{solution}</div></details></div>'
        )

    def _figure(self, fence: Fence) -> list[str]:
        path = self.project.root / "posts" / "figures" / fence.attributes["src"]
        if not path.is_file():
            raise Trouble(f"There is no drawing posts/figures/{fence.attributes['src']}.")
        if not fence.body.strip():
            raise Trouble("A figure needs a caption: the text of the fence.")
        svg = re.sub(r"<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        try:
            ElementTree.fromstring(svg.strip())
        except ElementTree.ParseError as error:
            raise Trouble(f"posts/figures/{path.name} is not well-formed: {error}.") from error
        if "<title" not in svg:
            raise Trouble(f"posts/figures/{path.name} needs a <title>, for those who cannot see it.")
        return [f'<figure class="drawing">{svg.strip()}<figcaption>', fence.body.strip(), "</figcaption></figure>"]

    def _file(self, fence: Fence) -> str:
        name = fence.attributes["src"]
        path = self.project.root / name
        if not path.is_file():
            raise Trouble(f"There is no file {name}.")
        label = escape(self._once(name, " "))
        return _plain(path.read_text(encoding="utf-8"), name, "whole", f"<code>{escape(name)}</code>", label)

    def _python(self, fence: Fence) -> list[str] | None:
        if "elsewhere" not in fence.attributes:
            if self.step is not None:
                raise Trouble('No pasted code: show our code with a step fence; name whose it is with elsewhere="…".')
            return None
        try:
            ast.parse(fence.body)
        except SyntaxError as error:
            raise Trouble(f"The code does not parse: {error.msg}, in its line {error.lineno}.") from error
        source = escape(fence.attributes["elsewhere"])
        label = self._once(f"Code of {source}", " ")
        return [_plain(fence.body, "elsewhere.py", "elsewhere", f"{source}, not ours", label)]


def covers(only: str, path: str) -> bool:
    """Whether `path` is the file `only`, or in the folder `only`; the empty text covers all."""
    return not only or path == only or path.startswith(only.rstrip("/") + "/")


def listing_rows(piece: Excerpt) -> str:
    """The rows of an excerpt: what came as `ins`, what went as `del`, at their places."""
    before = tokens("\n".join(piece.changes.before), piece.path)
    after = tokens("\n".join(piece.changes.after), piece.path)
    plain = piece.is_new and not piece.removed
    rows = []
    for number in range(piece.first, piece.last + 2):
        rows += [f'<del class="row">{_indented(before[old])}\n</del>' for old in piece.gone.get(number, [])]
        if number <= piece.last:
            tag = "ins" if number in piece.new and not plain else "span"
            rows.append(f'<{tag} class="row">{highlighting.html(after[number - 1])}\n</{tag}>')
    return "".join(rows)


def _indented(line: Line) -> str:
    """A line with its indentation apart, so that only its text is struck through."""
    return re.sub(r"^((?:<[^>]*>)?)( +)", r'\1<span class="indent">\2</span>', highlighting.html(line))


def _plain(text: str, name: str, css: str, caption: str, label: str) -> str:
    """A listing of a whole text that belongs to no step; `caption` and `label` are HTML."""
    rows = "".join(f'<span class="row">{highlighting.html(line)}\n</span>' for line in tokens(text, name))
    return (
        f'<figure class="listing {css}"><figcaption>{caption}</figcaption>'
        f'<div class="code" tabindex="0" role="region" aria-label="{label}"><pre><code>{rows}</code></pre></div>'
        "</figure>"
    )


def _console(body: str) -> str:
    rows, goes_on = [], False
    for line in body.split("\n"):
        if line.startswith("$ ") or (goes_on and line.startswith("> ")):
            prompt, typed = escape(line[:2]), escape(line[2:], quote=False)
            rows.append(f'<span class="prompt">{prompt}</span><kbd>{typed}</kbd>\n')
            goes_on = line.endswith("\\")
        else:
            rows.append(f'<span class="output">{escape(line, quote=False)}\n</span>')
            goes_on = False
    return "".join(rows)


def _pycon(body: str) -> str:
    lines = body.split("\n")
    typed: list[bool] = []
    for line in lines:
        # After output, dots are a hole in it.
        typed.append(line.startswith(">>>") or (typed[-1:] == [True] and re.match(r"\.\.\.( |$)", line) is not None))
    code = tokens("".join(line[4:] * mine + "\n" for line, mine in zip(lines, typed, strict=True)), "typed.py")
    rows = []
    for line, mine, colours in zip(lines, typed, code, strict=True):
        if mine:
            text = highlighting.html(colours)
            rows.append(f'<span class="prompt">{escape(line[:4])}</span><span class="typed">{text}</span>\n')
        else:
            rows.append(f'<span class="output">{escape(line, quote=False)}\n</span>')
    return "".join(rows)
