"""Applies patches, as git and diff write them, in Python, because neither git nor patch may be assumed."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from series.project import Trouble, reader_files

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
NO_NEWLINE = "\\ No newline at end of file\n"


class PatchFault(Trouble):
    """A patch that cannot be read, or does not fit the files it is meant for."""


@dataclass(frozen=True)
class Hunk:
    """Lines that stand at `start` (from 0), and the lines to put in their place."""

    start: int
    old: list[str]
    new: list[str]


@dataclass(frozen=True)
class FilePatch:
    """The change of one file. A new file has no old name, a deleted one no new name."""

    old: str | None
    new: str | None
    hunks: list[Hunk] = field(default_factory=list)


def parse(text: str) -> list[FilePatch]:
    """Read a unified diff; lines outside of files and hunks are ignored. Raises `PatchFault`."""
    lines, patches, at = _lines(text), list[FilePatch](), 0
    while at < len(lines):
        if lines[at].startswith("--- ") and at + 1 < len(lines) and lines[at + 1].startswith("+++ "):
            patches.append(FilePatch(_name(lines[at]), _name(lines[at + 1])))
            at += 2
        elif (match := HUNK.match(lines[at])) and patches:
            hunk, at = _hunk(match, lines, at + 1)
            patches[-1].hunks.append(hunk)
        else:
            at += 1
    if not patches:
        raise PatchFault("The patch names no file.")
    return patches


def apply(text: str, folder: Path) -> None:
    """Apply the unified diff `text` to the files in `folder`: all of it, or nothing.

    A hunk may have moved, but its lines must be there exactly; the place nearest to the line numbers is taken.
    Raises `PatchFault` that names the file and the hunk.
    """
    changes: dict[Path, str | None] = {}
    for patch in parse(text):
        if patch.old is not None:
            changes[_inside(folder, patch.old)] = None
        if patch.new is not None:
            changes[_inside(folder, patch.new)] = "".join(_patched(_before(folder, patch), patch))
    for path, content in changes.items():
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")


def patched_copy(source: Path, patch: Path, target: Path) -> None:
    """Copy the reader's files of `source` to `target` and apply the file `patch` there. Raises `PatchFault`."""
    for name in reader_files(source):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    apply(patch.read_text(encoding="utf-8"), target)


def _lines(text: str) -> list[str]:
    # Not splitlines(), because that also splits at form feeds and other characters inside a line.
    return list(io.StringIO(text))


def _name(line: str) -> str | None:
    name = line[4:].rstrip("\n").split("\t")[0]
    if name == "/dev/null":
        return None
    return name[2:] if name.startswith(("a/", "b/")) else name


def _hunk(match: re.Match[str], lines: list[str], at: int) -> tuple[Hunk, int]:
    sides: dict[str, list[str]] = {"-": [], "+": []}
    wanted = {"-": int(match[2] or 1), "+": int(match[3] or 1)}
    while at < len(lines) and (any(len(sides[sign]) < wanted[sign] for sign in sides) or lines[at] == NO_NEWLINE):
        sign, text = lines[at][0], lines[at][1:]
        touched = "-+" if sign in " \n" else sign
        if sign == "\\":
            touched = "-+" if lines[at - 1][0] == " " else lines[at - 1][0]
            for side in touched:
                sides[side][-1] = sides[side][-1].removesuffix("\n")
        elif sign in " \n-+":
            for side in touched:
                # Editors strip the blank of an empty context line.
                sides[side].append(text or "\n")
        else:
            break
        at += 1
    if any(len(sides[sign]) != wanted[sign] for sign in sides):
        raise PatchFault(f"The patch is damaged: the hunk {match[0]!r} has not as many lines as it says.")
    start = int(match[1]) - 1 if wanted["-"] else int(match[1])
    return Hunk(start, sides["-"], sides["+"]), at


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise PatchFault(f"The patch names {name}, which lies outside of the folder.")
    return path


def _before(folder: Path, patch: FilePatch) -> list[str]:
    if patch.old is None:
        if patch.new is not None and _inside(folder, patch.new).exists():
            raise PatchFault(f"The patch adds {patch.new}, which is there already.")
        return []
    path = _inside(folder, patch.old)
    if not path.is_file():
        raise PatchFault(f"The patch changes {patch.old}, which does not exist.")
    return _lines(path.read_text(encoding="utf-8"))


def _patched(lines: list[str], patch: FilePatch) -> list[str]:
    result: list[str] = []
    done = drift = 0
    for hunk in patch.hunks:
        size, expected = len(hunk.old), hunk.start + drift
        places = [at for at in range(done, len(lines) - size + 1) if lines[at : at + size] == hunk.old]
        if not places:
            raise PatchFault(f"The patch does not fit {patch.old}: the lines for line {hunk.start + 1} are not there.")
        place = min(places, key=lambda at: abs(at - expected)) if size else min(expected, len(lines))
        result += lines[done:place] + hunk.new
        done, drift = place + size, place - hunk.start
    return result + lines[done:]
