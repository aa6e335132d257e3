"""The site as MkDocs makes it: our fences, the generated pages, and what belongs to each page.

All that turns texts into HTML lives in modules that know nothing of MkDocs; this one carries their results to it.
"""

from __future__ import annotations

import json
import re
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
from mkdocs.utils.templates import TemplateContext

from series import explained, pages, promises
from series.fences import FencesExtension, first_line
from series.highlighting import anchor
from series.project import Project, Trouble

#: Pages in front of the essays; those behind them follow in alphabetical order.
FRONT = ["index.md", "installation.md"]


class Series(BasePlugin):  # type: ignore[type-arg]  # it has no settings
    """Adds to MkDocs what the series needs.

    `broken` are faults by page (`01-hello.md`), shown in its place. `patient`: a fault in a generated page is shown too.
    """

    def __init__(self, project: Project, broken: dict[str, str], patient: bool) -> None:
        self.project, self.broken, self.patient = project, broken, patient
        self.essays = pages.essays(project)
        self.generated: dict[str, dict[str, Any]] = {}

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.config_of_site, self.url = config, ""
        self.fences = FencesExtension(self.project, link=self.link)
        config.markdown_extensions.append(self.fences)  # type: ignore[arg-type]  # an instance is as good as a name
        config.theme.static_templates.discard("sitemap.xml")  # MkDocs writes the time of day into it
        names = {path.name for path in Path(config.docs_dir).glob("*.md")}
        written = [essay.step.essay.name for essay in self.essays]
        back = sorted(names - {*FRONT, *written} | {"promises.md"})
        config.nav = [*(name for name in FRONT if name in names), *written, *back]
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        for step in self.project.steps:
            for kind, (title, description) in pages.COMPANIONS.items():
                name = f"{step.code}-{step.slug}/{kind}.md"
                self.generated[name] = {"kind": kind, "step": step, "description": description.format(step.number)}
                files.append(_generated(config, name, title.format(step.number), "companion.html"))
            packed = File.generated(config, f"{step.code}-{step.slug}/{step.name}.zip", content=pages.archive(step))
            files.append(packed)
        self.generated["promises.md"] = {"kind": "promises", "description": "What each step promises, and which keep it."}
        files.append(_generated(config, "promises.md", "The promises", "promises.html"))
        return files

    def on_env(self, env: jinja2.Environment, config: MkDocsConfig, files: Files) -> jinja2.Environment:
        env.autoescape, env.trim_blocks, env.lstrip_blocks = True, True, True
        env.filters["day"] = lambda date: f"{date.day} {date:%B %Y}"
        env.globals.update(
            link=self.link,
            essays={essay.step.essay.name: essay for essay in self.essays},
            scale=pages.scale(self.essays),
            offline=not config.use_directory_urls,
            anchor=anchor,
            root_of=lambda number: f"{self.project.step(number).essay.stem}/",
        )
        self.env = env
        return env

    def on_page_markdown(self, markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        name = page.file.src_uri
        self.url, self.fences.page, self.fences.first_line = page.url, name, first_line(page.file.content_string)
        if name in self.broken:
            return f"# {page.meta.get('title', name)}\n\n{pages.fault(self.broken[name])}\n"
        if name in {essay.step.essay.name for essay in self.essays}:
            page.meta["template"] = "essay.html"
        return markdown

    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        if (about := self.generated.get(page.file.src_uri)) is not None:
            about.update(self._made(about))
            page.present_anchor_ids |= set(re.findall(r'\bid="([^"]+)"', str(about.get("html", ""))))
        written = [essay.step for essay in self.essays if essay.step.essay.name == page.file.src_uri]
        if written and page.file.src_uri not in self.broken:
            html += explained.also_changed(self.project, written[0])
        return html

    def on_page_context(
        self, context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        self.url = page.url
        heading, body = pages.heading(page.content or "")
        values: dict[str, Any] = {"heading": heading or page.title, "body": body, **page.meta}
        values.update(self.generated.get(page.file.src_uri, {}))
        if page.is_homepage:
            values.update(self._made({"kind": "steps"}))
        context.update(values)  # type: ignore[typeddict-item]  # templates take what they are given
        return context

    def on_template_context(
        self, context: TemplateContext, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        self.url = "404"
        return context

    def on_post_build(self, config: MkDocsConfig) -> None:
        site = Path(config.site_dir)
        found = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
        (site / "search" / "search_index.json").unlink()
        index = json.dumps(self._searched(found), ensure_ascii=False, separators=(",", ":"))
        _write(site / "search" / "index.js", f"searchIndex({index})\n")
        for name in ("feed", "sitemap") if config.site_url else ():
            addresses = [file.url for file in self._files if file.is_documentation_page()]
            values = {"site_url": config.site_url, "addresses": sorted(addresses), "config": config}
            _write(site / f"{name}.xml", self.env.get_template(f"{name}.html").render(values))

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        self._files = files
        return nav

    def link(self, target: str) -> str:
        """The address of `01-hello/changes/#dram-app-py`, named from the root of the site, on the page being made."""
        path, sign, fragment = target.partition("#")
        if self.url == "404":  # served at any depth
            return f"{_path_of(self.config_of_site.site_url)}{path}{sign}{fragment}"
        if not self.config_of_site.use_directory_urls and path.endswith("/"):
            path = f"{path.rstrip('/')}.html"
        if not path:
            path = "." if self.config_of_site.use_directory_urls else "index.html"
        address = get_relative_url(path, self.url)
        return f"{address}{'/' if address.endswith('.') else ''}{sign}{fragment}"

    def _made(self, about: dict[str, Any]) -> dict[str, Any]:
        """The content of a generated page, as variables of its template; or its fault, if we are patient."""
        try:
            return self._content(about)
        except (Trouble, SyntaxError) as fault:
            if not self.patient:
                raise
            return {"fault": pages.fault(pages.syntax_error(self.project) or str(fault))}

    def _content(self, about: dict[str, Any]) -> dict[str, Any]:
        project, step = self.project, about.get("step")
        if about["kind"] == "steps":
            return {"table": pages.steps_table(project), "glass": pages.measuring_glass(project)}
        if about["kind"] == "promises":
            return {"promises": promises.promises(project), "matrix": promises.read(project)}
        if about["kind"] == "changes":
            return {"html": pages.changes(project, step)}
        return {"files": pages.code_files(project, step) if about["kind"] == "code" else pages.test_files(step)}

    def _searched(self, entries: list[dict[str, str]]) -> list[list[str]]:
        """The entries of the search index by section, without generated pages: address, page, section, text."""
        left_out = {file.url for file in self._files if file.src_uri in self.generated}
        titles = {entry["location"]: entry["title"] for entry in entries if "#" not in entry["location"]}
        kept = []
        for entry in entries:
            page, sign, _ = entry["location"].partition("#")
            if sign and page not in left_out:
                kept.append([entry["location"], titles[page], entry["title"], entry["text"]])
        return kept


def _generated(config: MkDocsConfig, name: str, title: str, template: str) -> File:
    """A page without text of its own, so that the search index has nothing to read; its template shows the content."""
    return File.generated(config, name, content=f"---\ntitle: {title}\ntemplate: {template}\n---\n")


def _path_of(site_url: str | None) -> str:
    return urlsplit(site_url or "/").path


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
