"""The framework of the last step from its signatures and docstrings, which griffe reads without importing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import griffe

from .highlighting import lines_of
from .names import APOSTROPHE, SETTINGS, Name, Package, comment
from .project import Step
from .sources import text_of

#: Longer signatures have a line for each argument.
WIDTH = 72

#: Longer values are left out.
LONG = 300

KIND = griffe.ParameterKind

#: In a docstring: something in backticks, or what may be a setting. (DEBUG alone is a level of logging as well.)
MENTION = re.compile(r"`([^`]+)`|((?<=setting )[A-Z]+\b|\b[A-Z]+_[A-Z_]+\b)")


@dataclass(frozen=True)
class Entry:
    """What the page says of a name; `signature` and `text` are HTML."""

    name: Name
    kind: str
    signature: str
    text: str


def entries(step: Step) -> dict[str, Entry]:
    """What the page says of each public name of a step. Raises `SyntaxError` for a file that is not Python."""
    known = Package(step).names
    package = griffe.load("dram", search_paths=[step.folder], allow_inspection=False, try_relative_path=False)
    return {entry.name.name: entry for entry in Reader(step, package, known).entries()}


class Reader:
    """Makes the entries of a package."""

    def __init__(self, step: Step, package: griffe.Object | griffe.Alias, known: dict[str, Name]) -> None:
        self.package, self.known = package, known
        named = {name: each for name, each in known.items() if each.group != SETTINGS}
        #: Where a name is on the page, by where it is defined.
        self.places = {f"{each.module}.{each.symbol}": name for name, each in named.items()}
        self.things = {name: self._thing(each) for name, each in named.items()}
        lines = {each.path: lines_of(text_of(step, each.path)) for each in named.values()}
        self.docstrings = {
            name: thing.docstring.value
            if thing and thing.docstring
            else comment(lines[named[name].path], named[name].line)
            for name, thing in self.things.items()
        }

    def entries(self) -> Iterator[Entry]:
        for name, each in self.known.items():
            if each.group == SETTINGS:
                yield Entry(each, "", f"{name} = {escape(each.about.strip('`'), quote=False)}", self._readers(name))
            else:
                kind, signature = self._shown(each, self.things[name])
                yield Entry(each, kind, signature, self._text(each, self.docstrings[name]))

    def _thing(self, name: Name) -> griffe.Object | None:
        """What griffe knows of a name; nothing of what the framework only imports from elsewhere."""
        path = f"{name.module}.{name.symbol}".split(".")[1:]
        try:
            thing = self.package[path]
        except KeyError:
            return None
        return thing if isinstance(thing, griffe.Object) else None

    def _shown(self, name: Name, thing: griffe.Object | None) -> tuple[str, str]:
        """What a thing is, and how one writes it."""
        label = name.label.rpartition(".")[2]
        if isinstance(thing, griffe.Class):
            init = thing.members.get("__init__")
            bases = ", ".join(map(self._html, thing.bases))
            call = self._call(label, init.parameters) if isinstance(init, griffe.Function) else label
            return f"class, based on <code>{bases}</code>" if bases else "class", call
        if isinstance(thing, griffe.Function):
            kind = "static method" if "staticmethod" in thing.labels else "method" if "." in name.symbol else "function"
            returned = f" -&gt; {self._html(thing.returns)}" if thing.returns else ""
            return kind, self._call(label, thing.parameters) + returned
        return self._attribute(label, thing) if isinstance(thing, griffe.Attribute) else ("", label)

    def _attribute(self, label: str, thing: griffe.Attribute) -> tuple[str, str]:
        kind = "property" if "property" in thing.labels else "" if thing.parent is thing.module else "attribute"
        kind += ", can be set" if "writable" in thing.labels else ""
        typed = f": {self._html(thing.annotation)}" if thing.annotation else ""
        given = thing.value is not None and {"class-attribute", "module-attribute"} & thing.labels
        value = f" = {self._html(thing.value or '')}" if given else ""
        return kind, f"{label}{typed}{'' if len(value) > LONG or 'LocalProxy' in value else value}"

    def _call(self, label: str, parameters: griffe.Parameters) -> str:
        """A signature; on several lines when it is long."""
        parts = list(self._parts([each for each in parameters if each.name not in ("self", "cls")]))
        text = f"{label}({', '.join(parts)})"
        if len(re.sub("<[^>]*>", "", text)) <= WIDTH:
            return text
        return f"{label}(\n" + "".join(f"    {part},\n" for part in parts) + ")"

    def _parts(self, parameters: Iterable[griffe.Parameter]) -> Iterator[str]:
        """The arguments one by one, with the signs between them."""
        last: griffe.ParameterKind | None = None
        for each in parameters:
            if last is KIND.positional_only and each.kind is not last:
                yield "/"
            if each.kind is KIND.keyword_only and last not in (KIND.keyword_only, KIND.var_positional):
                yield "*"
            last = each.kind
            typed = f": {self._html(each.annotation)}" if each.annotation else ""
            stars = "*" if last is KIND.var_positional else "**" if last is KIND.var_keyword else ""
            default = "" if stars or each.default is None else f"{' = ' if typed else '='}{self._html(each.default)}"
            yield f"{stars}{each.name}{typed}{default}"
        if last is KIND.positional_only:
            yield "/"

    def _html(self, expression: str | griffe.Expr) -> str:
        """A type or a value, with links to the names on the page."""
        if isinstance(expression, str):
            return escape(expression, quote=False)
        parts = []
        for part in expression.iterate(flat=True):
            place = "" if isinstance(part, str) else self.places.get(part.canonical_path, "")
            text = escape(str(part), quote=False)
            parts.append(f'<a href="#{place}">{text}</a>' if place else text)
        return "".join(parts)

    def _text(self, name: Name, docstring: str) -> str:
        """A docstring as HTML: its paragraphs, what stands in backticks as code, and names of the page as links."""
        thing = self.things[name.name]
        arguments = {each.name for each in thing.parameters} if isinstance(thing, griffe.Function) else set()

        def linked(match: re.Match[str]) -> str:
            code, setting = match.groups("")
            place = setting if setting in self.known else "" if code in arguments else self._place(code, name)
            text = f"<code>{code}</code>" if code else setting
            return f'<a href="#{place}">{text}</a>' if place else text

        text = APOSTROPHE.sub("’", escape(docstring, quote=False))
        paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", text))
        return "".join(f"<p>{MENTION.sub(linked, each)}</p>" for each in paragraphs if each)

    def _place(self, text: str, name: Name) -> str:
        """What a docstring means by a name: a member of its class, something of its module, or of `dram`."""
        owner = name.name.rpartition(".")[0]
        near = (text, f"{name.name}.{text}", f"{owner}.{text}", f"dram.{text}", f"dram.Dram.{text}")
        found = [place for place in (near[:1] if "." in text else near) if place in self.known and place != name.name]
        return next(iter(found), "")

    def _readers(self, setting: str) -> str:
        """The names whose docstrings speak of a setting."""
        found = [name for name, text in self.docstrings.items() if ("", setting) in MENTION.findall(text)]
        links = ", ".join(f'<a href="#{name}"><code>{name.removeprefix("dram.")}</code></a>' for name in found)
        return f"<p>See {links}.</p>" if links else ""
