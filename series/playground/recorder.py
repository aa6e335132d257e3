"""Records a request: which functions of a folder ran, line by line, with the values that changed.

It runs while the site is built and in the browser's Python alike, so it needs the standard library only.
"""

from __future__ import annotations

import dis
import inspect
import os
import re
import reprlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import CodeType, FrameType
from typing import Any

#: How long the text of a value may be.
WIDTH = 60

#: Comprehensions are no stations, because from Python 3.12 on most of them are no functions.
NO_STATIONS = {"<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"}

#: How a generator says that it has no more; it is no fault, and some Pythons do not tell.
ENDS = (StopIteration, StopAsyncIteration, GeneratorExit)

PACKAGE = re.compile(r"[/\\](?:site|dist)-packages[/\\](\w+)")

#: A function of a package that is private to it, or an operator, is no station; what makes an object is one.
PRIVATE = re.compile(r"(^|\.)_(?!_init__$)")

#: What a server gives to the application to be called (PEP 3333).
SERVERS = "start_response"

#: What differs between two runs, and what stands in its place.
UNSTABLE = [
    (re.compile(r"( object)? at 0x[0-9a-fA-F]+"), ""),
    (re.compile(r"\b(127\.0\.0\.1|localhost):\d+"), r"\1"),
    (re.compile(r"datetime\.datetime\((?:[^()]|\([^()]*\))*\)"), "datetime(…)"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"), "…"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.+Z]*"), "…"),
    (re.compile(r"\b(scrypt|pbkdf2):[\w:$./+=-]+"), r"\1:…"),
    (re.compile(r"\b[0-9a-f]{16,}\b"), "…"),
    (re.compile(r"(?=[\w.-]*\d)(?=[\w.-]*[a-z])(?=[\w.-]*[A-Z])[\w.-]{24,}"), "…"),
    (re.compile(r"\b[12]\d{9}(\.\d+)?\b"), "…"),
    (re.compile(r"\btmp[a-z0-9_]{8}\b"), "tmp…"),
]

Change = tuple[str, str]


class Short(reprlib.Repr):
    """Values as short texts that are the same in each run."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        # Much longer than what is kept, so that what must be replaced is still whole.
        self.maxstring = self.maxother = self.maxlong = 4000
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = 4
        self.maxlevel = 3

    def repr_instance(self, x: Any, level: int) -> str:
        kind = type(x)
        if kind.__name__ == "LocalProxy":  # must not be asked: a session would be opened
            return f"<{kind.__name__}>"
        if isinstance(x, BaseException):
            return f"{kind.__name__}({str(x)!r})" if str(x) else f"{kind.__name__}()"
        if "__repr__" not in {name for base in kind.__mro__[:-1] for name in vars(base)}:
            return f"<{kind.__name__}>"
        return super().repr_instance(x, level)

    def of(self, value: object) -> str:
        """The text of a value. Never raises: a value that cannot tell is shown by its type."""
        try:
            text = self.repr(value)
        except Exception:
            text = f"<{type(value).__name__}>"
        text = text.replace(f"{self.folder}{os.sep}", "").replace(self.folder, ".")
        for pattern, instead in UNSTABLE:
            text = pattern.sub(instead, text)
        text = " ".join(text.split())
        return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


class Recorder:
    """Gathers what `sys.settrace` tells about the functions of a folder."""

    def __init__(self, folder: str, limit: int) -> None:
        self.folder, self.limit = os.path.realpath(folder), limit
        self.short = Short(self.folder)
        self.functions: list[dict[str, Any]] = []
        self.events: list[list[Any]] = []
        self.cut = False
        self._indexes: dict[CodeType, int] = {}
        self._places: dict[CodeType, str] = {}
        self._lines: dict[str, list[str]] = {}
        #: What is known of the locals of the frames that run, and of generators that wait.
        self._known: dict[FrameType, dict[str, str]] = {}
        #: The frames in which an exception arose or arrived, and no line ran since.
        self._failing: set[FrameType] = set()

    def trace(self, frame: FrameType, *_: object) -> Any:
        """What Python calls when a function is entered; returns what it calls for the rest of it."""
        if self.cut or not self.is_station(frame):
            return None
        if not self._place(frame.f_code).endswith(".py"):
            frame.f_trace_lines = False
        kind = "resume" if frame in self._known else "call"
        self._known[frame] = {}
        self._note(kind, frame)
        return self._within

    def _within(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self.cut:
            return None
        if event == "line":
            self._failing.discard(frame)
            self._note("line", frame)
        elif event == "exception":
            self._failing.add(frame)
            if frame.f_trace_lines and not issubclass(argument[0], ENDS):
                self._note("raise", frame, self.short.of(argument[1]))
        elif event == "return":
            kind = how_it_ends(frame, frame in self._failing)
            self._note(kind, frame, "" if kind == "leave" else self.short.of(argument))
            self._failing.discard(frame)
            if kind != "yield":
                self._known.pop(frame, None)
        return self._within

    def _note(self, kind: str, frame: FrameType, *value: str) -> None:
        if len(self.events) >= self.limit:
            self.cut = True
            return
        line = frame.f_lineno if frame.f_trace_lines else 0
        changes = list(self._changes(frame)) if frame.f_trace_lines else []
        depth = sum(1 for _ in self._above(frame)) - 1
        self.events.append([kind, self._index(frame.f_code), depth, line, changes, *value])

    def _changes(self, frame: FrameType) -> Iterator[Change]:
        """The locals whose text is another than it was when last asked."""
        known = self._known.setdefault(frame, {})
        for name, value in list(frame.f_locals.items()):
            if name.isidentifier() and known.get(name) != (text := self.short.of(value)):
                known[name] = text
                yield name, text

    def is_station(self, frame: FrameType) -> bool:
        """Whether a frame is one of the folder's functions, or one of a package that such a function calls."""
        place = self._place(frame.f_code)
        if not place or place.endswith(".py"):
            return bool(place)
        caller = next(self._above(frame.f_back), None)
        return caller is not None and self._place(caller.f_code).endswith(".py")

    def _above(self, frame: FrameType | None) -> Iterator[FrameType]:
        """The stations that a frame stands on, itself included, the innermost first."""
        outside: FrameType | None = None
        while frame is not None:
            place = self._place(frame.f_code)
            if place.endswith(".py"):
                if outside is not None:
                    yield outside
                outside = None
                yield frame
            elif place:
                outside = frame  # the outermost of a row is the one that was called
            frame = frame.f_back

    def _place(self, code: CodeType) -> str:
        """The path of a function's file below the folder, the name of its package, or nothing: it is no station."""
        if code not in self._places:
            self._places[code] = self._new_place(code)
        return self._places[code]

    def _new_place(self, code: CodeType) -> str:
        if not code.co_flags & inspect.CO_OPTIMIZED or code.co_name in NO_STATIONS:
            return ""
        path = os.path.realpath(code.co_filename)
        if path.startswith(f"{self.folder}{os.sep}"):
            return path[len(self.folder) + 1 :].replace(os.sep, "/") if path.endswith(".py") else ""
        if code.co_name == SERVERS:
            return "server"
        found = PACKAGE.search(path)
        return found[1] if found and not PRIVATE.search(code.co_qualname) else ""

    def _index(self, code: CodeType) -> int:
        if code not in self._indexes:
            self._indexes[code] = len(self.functions)
            self.functions.append(self._described(code))
        return self._indexes[code]

    def _described(self, code: CodeType) -> dict[str, Any]:
        place = self._place(code)
        if not place.endswith(".py"):
            name = SERVERS if place == "server" else name_of(code)
            return {"name": name, "file": place, "line": 0, "source": ""}
        if place not in self._lines:
            # Read anew, because what the standard library remembers may be older than an edit.
            self._lines[place] = Path(code.co_filename).read_text(encoding="utf-8").splitlines(keepends=True)
        source = source_of(code, self._lines[place])
        return {"name": name_of(code), "file": place, "line": code.co_firstlineno, "source": source}


def how_it_ends(frame: FrameType, failing: bool) -> str:
    """How a function is left: "return", "yield", or "leave" when an exception ends it."""
    operation = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    # Where a generator waits: from Python 3.13 on, at what it will do first when it goes on.
    if operation in ("YIELD_VALUE", "RESUME"):
        return "leave" if failing else "yield"
    return "return" if operation.startswith("RETURN_") else "leave"


def name_of(code: CodeType) -> str:
    """The name of a function with those of the class or the function that it stands in."""
    return code.co_qualname.replace(".<locals>", "").replace("<lambda>", "lambda")


def source_of(code: CodeType, lines: list[str]) -> str:
    """The text of a function, its decorators included, of the lines of its file."""
    return dedent("".join(inspect.getblock(lines[code.co_firstlineno - 1 :])))


def record(work: Callable[[], object], folder: str, limit: int = 2000) -> dict[str, Any]:
    """Call `work` and return a recording of what it ran of the Python files below `folder`, ready for JSON.

    The recording has `functions`, each with `name`, `file`, `line` (its first) and `source`; `events`, each a list
    of kind, index of the function, depth, line, changes (`[name, text]`) and, for some kinds, a text; and `cut`,
    true when there were more than `limit` events. Kinds are "call", "line", "return" (with the value), "yield" (with
    the value), "resume", "raise" (with the exception) and "leave", when an exception ends a function. What `folder`
    calls of an installed package, or of the server, is a function without source, whose `file` is the package or
    "server"; all that happens within is left out until the package calls back. What `work` raises is raised.
    """
    recorder, before = Recorder(folder, limit), sys.gettrace()
    sys.settrace(recorder.trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return {"functions": recorder.functions, "events": recorder.events, "cut": recorder.cut}
