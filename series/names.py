"""The public names of the framework, and the step where each first appears, read off the sources.

What a package imports as `X as X` is a name of it. What has several names counts under the first. The members of a
class are its own, and those of bases that have no public name themselves.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath

from .essays import fences
from .highlighting import anchor, lines_of
from .project import Project, Step, Trouble
from .sources import Excerpt, excerpt, text_of

#: The modules whose names are for applications, as far as they are there, and which names if not all.
PUBLIC: dict[str, tuple[str, ...]] = {
    "dram": (),
    "dram.cli": (),
    "dram.ctx": ("Context", "Namespace"),
    "dram.globals": (),
    "dram.json": (),
    "dram.json.provider": (),
    "dram.json.tag": (),
    "dram.logging": (),
    "dram.sessions": (),
    "dram.signals": (),
    "dram.templating": ("Environment",),
    "dram.testing": (),
    "dram.typing": (),
    "dram.views": (),
}

#: The group of the settings, which are the keys of `Dram.default_config`.
SETTINGS = "Settings"

#: What helps with types, and is nothing to use.
TYPES = {"Protocol", "TypeVar", "ParamSpec"}

APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


@dataclass(frozen=True)
class Thing:
    """Something that a module or a class defines: its line, its first sentence, its value if it is an assignment."""

    line: int
    about: str = ""
    bases: tuple[str, ...] = ()
    members: Mapping[str, Thing] = field(default_factory=dict)
    value: ast.expr | None = None


@dataclass(frozen=True)
class Module:
    """What a module defines, and what it imports: under which name, from which module, on which line."""

    path: str
    things: Mapping[str, Thing]
    imports: Mapping[str, tuple[str, str, int]]
    exports: frozenset[str]


@dataclass(frozen=True)
class Name:
    """A public name such as `dram.Dram.route`, or a setting, and where it is defined."""

    name: str
    group: str
    module: str
    symbol: str
    path: str
    line: int
    about: str
    #: Whether a base with a public name has this member already.
    again: bool = False

    @property
    def label(self) -> str:
        return self.name.removeprefix(f"{self.group}.")


class Package:
    """The framework of a step, and its public names. Raises `SyntaxError` for a file that is not Python."""

    def __init__(self, step: Step) -> None:
        paths = [path for path in step.files if path.startswith("dram/") and path.endswith(".py")]
        self.modules = {_dotted(path): _module(path, text_of(step, path)) for path in paths}
        self.public: dict[tuple[str, str], str] = {}
        for module, wanted in PUBLIC.items():
            for name in self._names_in(module):
                if not wanted or name in wanted:
                    self.public.setdefault(self._origin(module, name), f"{module}.{name}")
        self.names = {each.name: each for each in (*self._listed(), *self._settings())}

    def _names_in(self, public: str) -> Iterator[str]:
        if module := self.modules.get(public):
            yield from sorted(module.exports)
            own = (name for name, thing in module.things.items() if not TYPES & {*thing.bases})
            yield from (name for name in own if not name.startswith("_"))

    def _origin(self, module: str, name: str) -> tuple[str, str]:
        """The module that defines a name, and what it is called there; a name from elsewhere ends at its import."""
        while name not in self.modules[module].things and name in self.modules[module].imports:
            above, other, _ = self.modules[module].imports[name]
            if above not in self.modules:
                break
            module, name = above, other
        return module, name

    def _listed(self) -> Iterator[Name]:
        for (module, symbol), name in self.public.items():
            known = self.modules[module]
            thing = known.things.get(symbol) or Thing(known.imports[symbol][2] if symbol in known.imports else 1)
            group = name.rpartition(".")[0]
            yield Name(name, group, module, symbol, known.path, thing.line, thing.about)
            group = name if group == "dram" else group
            for (where, owner, member), found in self._members(module, symbol).items():
                again = any(member in self.modules[m].things[s].members for m, s in self._bases(module, symbol))
                place = (where, f"{owner}.{member}", self.modules[where].path, found.line, found.about)
                if found.about or not again:
                    yield Name(f"{name}.{member}", group, *place, again)

    def _ancestors(self, module: str, symbol: str) -> Iterator[tuple[str, str]]:
        """The bases of a class that the package defines, and theirs."""
        thing = self.modules[module].things.get(symbol) or Thing(0)
        for base in (self._origin(module, base) for base in thing.bases if "." not in base):
            if base[1] in self.modules[base[0]].things:
                yield base
                yield from self._ancestors(*base)

    def _bases(self, module: str, symbol: str) -> list[tuple[str, str]]:
        return [base for base in self._ancestors(module, symbol) if base in self.public]

    def _members(self, module: str, symbol: str) -> dict[tuple[str, str, str], Thing]:
        hidden = [base for base in self._ancestors(module, symbol) if base not in self.public]
        found: dict[str, tuple[tuple[str, str, str], Thing]] = {}
        for where, owner in [(module, symbol), *hidden]:
            thing = self.modules[where].things.get(owner) or Thing(0)
            for member, each in thing.members.items():
                found.setdefault(member, ((where, owner, member), each))
        return dict(found.values())

    def _settings(self) -> Iterator[Name]:
        for (module, symbol), name in self.public.items():
            known = self.modules[module]
            thing = known.things.get(symbol)
            default = thing.members.get("default_config") if name == "dram.Dram" and thing else None
            if default and isinstance(default.value, ast.Dict):
                for key, value in zip(default.value.keys, default.value.values, strict=True):
                    if isinstance(key, ast.Constant):
                        place = (module, f"{symbol}.default_config", known.path, key.lineno)
                        yield Name(str(key.value), SETTINGS, *place, f"`{ast.unparse(value)}`")


@dataclass(frozen=True)
class Row:
    """A name of the last step, the step where it first appears, and the address of its listing there."""

    name: Name
    step: Step
    address: str

    @property
    def about(self) -> str:
        """Its first sentence, as HTML."""
        text = APOSTROPHE.sub("’", escape(self.name.about, quote=False))
        return re.sub("`([^`]+)`", r"<code>\1</code>", text)


def rows(project: Project, shown: Callable[[Step], list[tuple[str, Excerpt]]]) -> dict[str, list[Row]]:
    """The names of the last step by group, from A to Z; `shown` gives the listings of a step's essay."""
    first: dict[str, tuple[Step, Name]] = {}
    now: dict[str, Name] = {}
    for step in project.steps:
        now = Package(step).names
        for name, each in now.items():
            first.setdefault(name, (step, each))
    found: dict[str, list[Row]] = {}
    for each in sorted(now.values(), key=lambda each: (*_place(each.group), each.label.lower(), each.label)):
        step, as_it_was = first[each.name]
        found.setdefault(each.group, []).append(Row(each, step, address(step, as_it_was, shown(step))))
    return found


def _place(group: str) -> tuple[int, str]:
    """In front what one imports from `dram`, then the application, the other classes, the modules, the settings."""
    known = ["dram", "dram.Dram"]
    kind = 4 if group == SETTINGS else 2 if group.rpartition(".")[2][0].isupper() else 3
    return known.index(group) if group in known else kind, group


def listings(project: Project, step: Step) -> list[tuple[str, Excerpt]]:
    """What the essay of a step shows of that step, each listing with its id; nothing while the essay has a fault."""
    found, seen = [], Counter[str]()
    try:
        for fence in fences(step.essay.read_text(encoding="utf-8")):
            if fence.kind == "step":
                piece = excerpt(project, step, fence.attributes["at"], fence.attributes.get("lines", ""))
                place = anchor(piece.path, piece.symbol)
                seen[place] += 1
                if piece.step == step:
                    found.append((place if seen[place] == 1 else f"{place}-{seen[place]}", piece))
    except (OSError, Trouble):
        return []
    return found


def address(step: Step, name: Name, shown: Iterable[tuple[str, Excerpt]]) -> str:
    """Where a name is seen in a step: in the listing that is closest to it, else among the sources."""
    fitting = [
        (piece.symbol != name.symbol, len(piece.lines), place)
        for place, piece in shown
        if piece.path == name.path and piece.first <= name.line <= piece.last
    ]
    folder = f"{step.code}-{step.slug}/"
    return f"{folder}#{min(fitting)[2]}" if fitting else f"{folder}code/#{anchor(name.path)}-L{name.line}"


def _dotted(path: str) -> str:
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


@lru_cache(maxsize=2048)
def _module(path: str, text: str) -> Module:
    """What stands in a module. Most modules are in several steps as they are, and looked at once."""
    body, package = ast.parse(text).body, PurePosixPath(path).parent.parts
    pairs = [(node, alias) for node in body if isinstance(node, ast.ImportFrom) for alias in node.names]
    imports = {each.asname or each.name: (_from(node, package), each.name, node.lineno) for node, each in pairs}
    exports = frozenset(each.name for _, each in pairs if each.name == each.asname)
    return Module(path, dict(_things(body, lines_of(text))), imports, exports)


def _from(node: ast.ImportFrom, package: tuple[str, ...]) -> str:
    above = package[: len(package) - node.level + 1] if node.level else ()
    return ".".join([*above, *filter(None, [node.module])])


def _things(body: Iterable[ast.stmt], lines: list[str]) -> Iterator[tuple[str, Thing]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, Thing(node.lineno, sentence(ast.get_docstring(node) or ""))
        elif isinstance(node, ast.ClassDef):
            bases = tuple(ast.unparse(base).partition("[")[0] for base in node.bases)
            yield node.name, Thing(node.lineno, sentence(ast.get_docstring(node) or ""), bases, _own(node, lines))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            about = sentence(comment(lines, node.lineno))
            kind = (
                (node.value.func.id,)
                if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
                else ()
            )
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if len(targets) == 1:  # several are other names of one thing
                name = getattr(targets[0], "id", "") or getattr(targets[0], "attr", "")
                yield name, Thing(node.lineno, about, kind, value=node.value)


def _own(node: ast.ClassDef, lines: list[str]) -> dict[str, Thing]:
    """The public members of a class, with the attributes that `__init__` gives to each object."""
    init = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    found: dict[str, Thing] = {}
    for name, thing in (*_things(node.body, lines), *_things(init.body if init else (), lines)):
        if not name.startswith("_"):
            found.setdefault(name, thing)
    return found


def comment(lines: list[str], line: int) -> str:
    """The `#:` comment that ends above a line."""
    top = line - 1
    while top and lines[top - 1].lstrip().startswith("#:"):
        top -= 1
    return " ".join(each.strip().removeprefix("#:").strip() for each in lines[top : line - 1])


def sentence(text: str) -> str:
    """The first sentence of a docstring."""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph)[0]
