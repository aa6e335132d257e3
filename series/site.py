"""The site as MkDocs makes it: our fences, the generated pages, and what belongs to each page.

All that turns texts into HTML lives in modules that know nothing of MkDocs; this one carries their results to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from series import api, explained, highlighting, names, pages, promises, stations, ways
from series.essays import first_line
from series.fences import FencesExtension
from series.project import Project, Step, Trouble, reader_files
from series.sources import Excerpt

#: Pages in front of the essays, and those behind them; others follow in alphabetical order.
FRONT = ["index.md", "installation.md"]
BACK = ["becoming-big.md", "names.md", "api.md", "promises.md", "peers.md", "speed.md"]

#: Where a page has something that is made of the files.
INSERT = re.compile(r"<!-- (\w+) -->")

Values = dict[str, Any]

#: What was made of a set of files, by purpose, with the state of the files that it was made of.
REMEMBERED: dict[tuple[str, ...], tuple[object, Any]] = {}


def remembered(purpose: tuple[str, ...], files: Iterable[Path], make: Callable[[], Any]) -> Any:
    """What `make` returns; made again, when the site is built again, only if one of the files has changed."""
    state = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.is_file()]
    if purpose not in REMEMBERED or REMEMBERED[purpose][0] != state:
        REMEMBERED[purpose] = (state, make())
    return REMEMBERED[purpose][1]


class _All(set[str]):
    """Has every anchor."""

    def __contains__(self, _: object) -> bool:
        return True


class Series(BasePlugin):  # type: ignore[type-arg, no-untyped-call]  # it has no settings
    """Adds to MkDocs what the series needs.

    `broken` are faults by page (`01-hello.md`), shown in its place. `patient`: those of generated pages are shown too.
    `python` is the folder that holds the page's Python, if the site has it.
    """

    def __init__(self, project: Project, broken: dict[str, str], patient: bool, python: Path | None = None) -> None:
        #: What of Python the pages can load, as `size.json` has it; nothing if the site is built without it.
        self.python = json.loads((python / "size.json").read_text(encoding="utf-8")) if python else None
        self.project, self.broken, self.patient = project, broken, patient
        self.essays = {essay.step.essay.name: essay for essay in pages.essays(project)}
        #: For each generated page, what fills its template.
        self.content: dict[str, Callable[[], Values]] = {"promises.md": self._promises}
        #: The same for the places within pages.
        self.inserts: dict[str, Callable[[], Values]] = {
            "peers": lambda: {"held": pages.held_against_flask(self.project)},
            "storm": lambda: {"storm": pages.weathered(self.project)},
            "speed": lambda: {"speed": pages.speed(self.project)},
            "names": self._names,
            "api": self._api,
        }
        self.url = ""
        self._files: dict[Step, list[Path]] = {}
        #: What is watched of each step whose way is known.
        self.watched: dict[Step, Values] = {}

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.settings, self.fences = config, FencesExtension(self.project, link=self.link)
        config.markdown_extensions.append(self.fences)
        config.theme.static_templates.discard("sitemap.xml")
        if not config.use_directory_urls:
            config.theme.static_templates.discard("404.html")  # there is no server that could show it
        names = {path.name for path in Path(config.docs_dir).glob("*.md")} | self.content.keys()
        config.nav = [name for name in [*FRONT, *self.essays, *BACK] if name in names]
        config.nav += sorted(names - {*config.nav})
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        self.watched = self.watch()
        for step, watch in self.watched.items():
            if "script" in watch:
                files.append(File.generated(config, f"{step.essay.stem}/way.js", content=watch["script"]))
        if theirs := files.get_file_from_path("sitemap.xml"):
            files.remove(theirs)  # MkDocs writes the time of day into its own
        for step in self.project.steps:
            folder = step.essay.stem
            for kind, (title, _) in pages.COMPANIONS.items():
                name = f"{folder}/{kind}.md"
                self.content[name] = lambda step=step, kind=kind: self._companion(step, kind)  # type: ignore[misc]
                files.append(_generated(config, name, title.format(step.number), "companion.html"))
            files.append(File.generated(config, f"{folder}/{step.name}.zip", content=pages.archive(step)))
        files.append(_generated(config, "promises.md", "The promises", "promises.html"))
        return files

    def on_nav(self, nav: Navigation, files: Files, **_: Any) -> Navigation:
        self.addresses = [file.url for file in files.documentation_pages()]
        self.left_out = {file.url for file in files if file.src_uri in self.content}
        return nav

    def on_env(self, env: jinja2.Environment, config: MkDocsConfig, **_: Any) -> jinja2.Environment:
        env.autoescape, env.trim_blocks, env.lstrip_blocks = True, True, True
        env.filters["day"] = lambda date: f"{date.day} {date:%B %Y}"
        env.globals.update(
            link=self.link,
            anchor=highlighting.anchor,
            essays=self.essays,
            steps={step.number: step for step in self.project.steps},
            scale=pages.scale([*self.essays.values()]),
            offline=not config.use_directory_urls,
            python=self.python,
        )
        self.env = env
        return env

    def on_page_markdown(self, markdown: str, page: Page, **_: Any) -> str:
        name = page.file.src_uri
        self.url, self.fences.page, self.fences.first_line = page.url, name, first_line(page.file.content_string)
        if name in self.broken:
            return f"# {page.meta.get('title', name)}\n\n{pages.fault(self.broken[name])}\n"
        if name in self.essays:
            page.meta["template"] = "essay.html"
        return markdown

    def on_page_content(self, html: str, page: Page, **_: Any) -> str:
        name = page.file.src_uri
        html = html.replace("<th></th>", "<td></td>")  # the corner of a table heads nothing
        if make := self.content.get(name):
            page.meta.update(self._made(make))
            page.present_anchor_ids = {*re.findall(r'\bid="([^"]+)"', page.meta.get("html", ""))}
        if (found := INSERT.search(html)) and (make := self.inserts.get(found[1])):
            page.meta.update(insert=found[1], **self._made(make))
            # Links into a page that a fault keeps from being made are no faults of the pages they stand on.
            known = page.present_anchor_ids or set()
            page.present_anchor_ids = _All() if "fault" in page.meta else known | page.meta.get("anchors", set())
        if name in self.essays and name not in self.broken:
            step = self.essays[name].step
            made = self._made(lambda: {"fault": self._also_changed(step)})
            html += made["fault"]
        return html

    def on_page_context(self, context: Any, page: Page, **_: Any) -> Any:
        self.url = page.url
        heading, body = pages.heading(page.content or "")
        context.update({"heading": heading or page.title, "body": body, **page.meta})
        if page.file.src_uri in self.essays:
            context["watch"] = self.watched.get(self.essays[page.file.src_uri].step)
        if page.is_homepage:
            context.update(self._made(lambda: pages.front(self.project)))
        return context

    def on_template_context(self, context: Any, **_: Any) -> Any:
        self.url = "404.html"
        return context

    def on_post_build(self, config: MkDocsConfig) -> None:
        site = Path(config.site_dir)
        found = site / "search" / "search_index.json"
        entries = self._searched(json.loads(found.read_text(encoding="utf-8"))["docs"])
        found.unlink()
        # A script, because a page that was opened from a folder may not fetch.
        index = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
        _write(site / "search" / "index.js", f"searchIndex({index})\n")
        for name in ("feed", "sitemap") if config.site_url else ():
            template = self.env.get_template(f"{name}.html")
            _write(site / f"{name}.xml", template.render(config=config, addresses=sorted(self.addresses)))

    def link(self, target: str) -> str:
        """The address of `01-hello/changes/#dram-app-py`, named from the root of the site, on the page being made."""
        path, sign, fragment = target.partition("#")
        if self.url == "404.html":  # it is served at any depth
            return f"{urlsplit(self.settings.site_url or '/').path}{path}{sign}{fragment}"
        if not self.settings.use_directory_urls and (not path or path.endswith("/")):
            path = f"{path.rstrip('/') or 'index'}.html"
        address = get_relative_url(path or ".", self.url)
        return f"{address}{'/' if address.endswith('.') else ''}{sign}{fragment}"

    def _made(self, make: Callable[[], Values]) -> Values:
        """The variables of a template; or, if we are patient, the fault that keeps them from being made."""
        try:
            return make()
        except (Trouble, SyntaxError) as fault:
            if not self.patient:
                raise
            return {"fault": pages.fault(pages.syntax_error(self.project) or str(fault))}

    def _files_of(self, step: Step) -> list[Path]:
        """What the pages of a step are made of: its files and those of the step before, its suite, its essay."""
        if step not in self._files:
            folders = (self.project.before(step).folder, step.folder, step.suite)
            found = [folder / name for folder in folders for name in reader_files(folder)]
            self._files[step] = [step.essay, *found]
        return self._files[step]

    def _also_changed(self, step: Step) -> str:
        purpose = (str(self.project.root), step.name, "also changed")
        text: str = remembered(purpose, self._files_of(step), lambda: explained.also_changed(self.project, step))
        return text

    def watch(self) -> dict[Step, Values]:
        """What the page of each step shows of its way; or, if we are patient, the fault in its place."""
        steps = [step for step in self.project.steps if ways.path_of(self.project, step).is_file()]
        found = self._made(lambda: {"ways": ways.recorded(self.project, steps)})
        if "fault" in found:
            return dict.fromkeys(steps, found)
        return {step: self._way(step, way) for step, way in found["ways"].items()}

    def _way(self, step: Step, way: ways.Way) -> Values:
        purpose = (str(self.project.root), step.name, "way")
        files = [*self._files_of(step), ways.path_of(self.project, step)]
        made: Values = remembered(purpose, files, lambda: stations.of(self.project, step, way))
        return made

    def _promises(self) -> Values:
        files = [path for step in self.project.steps for path in self._files_of(step)]
        files += sorted((self.project.root / ".cache" / "promises").glob("*"))
        files += [path for step in self.project.steps for path in sorted(step.suite.glob("guards/*.patch"))]
        made: Values = remembered((str(self.project.root), "promises"), files, self._new_promises)
        return made

    def _new_promises(self) -> Values:
        steps = {step.number: step for step in self.project.steps}
        made = promises.promises(self.project)
        names = {(each.step, each.guard) for each in made if each.guard}
        guards = {
            (step, name): (steps[step].suite / "guards" / name).read_text(encoding="utf-8")
            for step, name in names
            if name
        }
        return {"promises": made, "matrix": promises.read(self.project), "guards": guards}

    def _rows(self) -> dict[str, list[names.Row]]:
        files = [path for step in self.project.steps for path in self._files_of(step)]
        made: dict[str, list[names.Row]] = remembered(
            (str(self.project.root), "names"), files, lambda: names.rows(self.project, self._listings)
        )
        return made

    def _listings(self, step: Step) -> list[tuple[str, Excerpt]]:
        purpose = (str(self.project.root), step.name, "listings")
        made: list[tuple[str, Excerpt]] = remembered(
            purpose, self._files_of(step), lambda: names.listings(self.project, step)
        )
        return made

    def _names(self) -> Values:
        kept = {group: [row for row in rows if not row.name.again] for group, rows in self._rows().items()}
        groups = {group: rows for group, rows in kept.items() if rows}
        return {"groups": groups, "sections": _sections(groups), "anchors": {f"of-{group}" for group in groups}}

    def _api(self) -> Values:
        groups, last = self._rows(), self.project.last
        files = [last.folder / name for name in last.files if name.startswith("dram/")]
        entries = remembered((str(self.project.root), "api"), files, lambda: api.entries(last))
        anchors = {*entries, *(f"of-{group}" for group in groups)}
        return {"groups": groups, "entries": entries, "last": last, "sections": _sections(groups), "anchors": anchors}

    def _companion(self, step: Step, kind: str) -> Values:
        purpose = (str(self.project.root), step.name, kind)
        made: Values = remembered(purpose, self._files_of(step), lambda: self._new_companion(step, kind))
        return made

    def _new_companion(self, step: Step, kind: str) -> Values:
        about = {"step": step, "kind": kind, "description": pages.COMPANIONS[kind][1].format(step.number)}
        if kind == "changes":
            return {**about, "html": pages.changes(self.project, step)}
        return {**about, "files": pages.code_files(self.project, step) if kind == "code" else pages.test_files(step)}

    def _searched(self, entries: list[dict[str, str]]) -> list[list[str]]:
        """The sections of all pages but the generated ones: address, page, section, text."""
        titles = {entry["location"]: entry["title"] for entry in entries}
        kept = []
        for entry in entries:
            page, sign, _ = entry["location"].partition("#")
            if sign and page not in self.left_out:
                kept.append([entry["location"], titles[page], entry["title"], entry["text"]])
        return kept


def _generated(config: MkDocsConfig, name: str, title: str, template: str) -> File:
    """A page without text of its own, so that the search index has nothing to read; its template shows the content."""
    return File.generated(config, name, content=f"---\ntitle: {title}\ntemplate: {template}\n---\n")


def _sections(groups: Iterable[str]) -> list[dict[str, str]]:
    return [{"url": f"#of-{group}", "title": group} for group in groups]


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
