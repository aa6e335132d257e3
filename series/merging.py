"""Three-way merges: what was edited in one step, and what that makes of a later one. Nothing is written here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from series.project import LITTER, Project, Step, Trouble


@dataclass(frozen=True)
class Edit:
    """What happened to one file: its path before ("" when new) and after ("" when deleted), its content before and now.

    Contents are one character for each byte, because JSON has no bytes. `mode` is set where it is new.
    """

    before: str
    after: str
    base: str
    now: str
    mode: int | None = None


@dataclass(frozen=True)
class Merge:
    """What an edit does to a step: the file it found there, what to write (None: delete), and what to say of it."""

    found: str = ""
    files: dict[str, str | None] = field(default_factory=dict)
    says: str = ""
    mode: int | None = None
    conflict: bool = False


def edits_since(project: Project, step: Step, since: str) -> Iterator[Edit]:
    """What happened to the reader's files of a step since a revision, committed or not. Raises `Trouble`."""
    folder = f"steps/{step.name}"
    revision = git(project, "rev-parse", "--verify", f"{since}^{{commit}}").strip()
    with TemporaryDirectory() as scratch:
        # An index of our own: git finds renames to new files only in an index, and the author's is not ours to change.
        index = str(Path(scratch, "index"))
        git(project, "read-tree", revision, index=index)
        git(project, "add", "--all", "--", folder, index=index)
        listing = ("diff-index", "--cached", "-M", "--raw", "-z", "--relative", revision, "--", folder)
        fields = iter(git(project, *listing, index=index).split("\0")[:-1])
    for entry in fields:
        old_mode, mode, _, _, status = entry.split()
        before = after = next(fields)
        if status[0] == "R":
            after = next(fields)
        names = "" if status[0] == "A" else before, "" if status[0] == "D" else after
        base = git(project, "cat-file", "--filters", f"{revision}:./{before}", raw=True) if names[0] else ""
        before, after = (name.removeprefix(f"{folder}/") for name in names)
        if not LITTER.search(after or before):
            now = read(step.folder / after) if after else ""
            yield Edit(before, after, base, now, int(mode[-3:], 8) if old_mode[1:] != mode else None)


def merge(edit: Edit, step: Step, origin: int) -> Merge:
    """What the edit of step `origin` makes of a later step. Nothing is written."""
    found = next((name for name in (edit.before, edit.after) if name and (step.folder / name).is_file()), "")
    if not found and edit.before:
        return Merge(says=f"{edit.before} is not there" + (", so its change was left out" if edit.after else ""))
    if not found:
        return Merge("", {edit.after: edit.now}, f"{edit.after} added", edit.mode)
    ours, mode = read(step.folder / found), (step.folder / found).stat().st_mode & 0o777
    if not edit.after and ours == edit.base:
        return Merge(found, {found: None}, f"{found} deleted")
    if not edit.after:
        says = f"step {origin} deleted it, here it was different: keep it or delete it"
        return Merge(found, says=says, conflict=True)
    text, clean = three_way(ours, edit.base, edit.now, (f"step {step.number}", "before", f"step {origin}"))
    if not clean and text == ours:
        says = f"step {origin} changed it, and it is not text: put the right file here"
        return Merge(found, says=says, conflict=True)
    if (text, found, edit.mode or mode) == (ours, edit.after, mode):
        return Merge(found)
    files: dict[str, str | None] = {edit.after: text} | ({found: None} if found != edit.after else {})
    says = f"{edit.after} merged" if found == edit.after else f"{found} renamed to {edit.after}"
    return Merge(found, files, says, edit.mode or mode, not clean)


def three_way(ours: str, base: str, now: str, labels: tuple[str, str, str]) -> tuple[str, bool]:
    """The merged content, and whether it is free of conflicts. What is not text stays `ours` when both sides differ."""
    if now in (ours, base):
        return ours, True
    if ours == base:
        return now, True
    if "\0" in ours + base + now:
        return ours, False
    with TemporaryDirectory() as scratch:
        sides = [Path(scratch, side) for side in ("ours", "base", "now")]
        for side, content in zip(sides, (ours, base, now), strict=True):
            side.write_bytes(content.encode("latin-1"))
        names = [word for label in labels for word in ("-L", label)]
        command = ["git", "-c", "merge.conflictStyle=merge", "merge-file", "-p", *names, *map(str, sides)]
        done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode > 127:
        raise Trouble(f"git merge-file failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode("latin-1"), done.returncode == 0


def git(project: Project, *arguments: str, index: str = "", raw: bool = False) -> str:
    """What a git command prints, as text, or `raw` with one character for each byte. Raises `Trouble`."""
    if shutil.which("git") is None:
        raise Trouble("carry needs git. Install it, and start again.")
    command = ["git", "--literal-pathspecs", "-C", str(project.root), *arguments]
    environment = os.environ | ({"GIT_INDEX_FILE": index} if index else {})
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip()
        raise Trouble(f"git could not do its part ({' '.join(arguments[:3])}): {why}")
    return done.stdout.decode("latin-1" if raw else "utf-8")


def read(path: Path) -> str:
    """The bytes of a file, one character for each."""
    return path.read_bytes().decode("latin-1")
