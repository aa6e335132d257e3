"""The command `carry`: merges an edit of one step into all later steps.

Each file of the edit is merged three ways: the base is the step's file before the edit, one side that file as it is
now, the other side the later step's file. After a conflict what was decided is carried on, so nobody decides twice.

What is underway stands in `.cache/carry.json`, the later steps' files as they were included. A carry that stopped, for
whatever reason, can be continued or taken back.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from series.merging import Edit, Merge, edits_since, git, merge, read
from series.patches import PatchFault, patched_copy
from series.project import Project, Step, Trouble

ENDS = "python3 series carry --continue goes on, python3 series carry --abort puts the later steps back"


@dataclass(frozen=True)
class Conflict:
    """The place of an edit in the list, the file it found, the file to be settled, and how."""

    edit: int
    found: str
    file: str
    says: str


@dataclass
class State:
    """A carry underway: the edited step, the step now being merged, and later files as they were, with their modes."""

    step: int
    at: int
    edits: list[Edit]
    conflicts: list[Conflict] = field(default_factory=list)
    kept: dict[str, tuple[str, int] | None] = field(default_factory=dict)


def run(args: argparse.Namespace) -> int:
    """Begin, continue or abort. Returns 0 when all is merged, 1 when a conflict waits."""
    project = Project()
    if args.go_on or args.abort:
        if args.step or args.since:
            raise Trouble("--continue and --abort stand alone: they know the step that is being carried.")
        return proceed(project) if args.go_on else abort(project)
    if not args.step:
        raise Trouble("Name the step that was edited, for example: python3 series carry 2")
    return carry(project, project.step(args.step), args.since or "HEAD")


def carry(project: Project, step: Step, since: str = "HEAD") -> int:
    """Merge what was changed in the step's folder since a revision into all later steps; see `run`."""
    if _file(project).exists():
        raise Trouble(f"A carry of step {_load(project).step} is underway: {ENDS}.")
    later = [other for other in project.steps if other.number > step.number]
    edits = list(edits_since(project, step, since)) if later else []
    if not edits:
        why = f"{step.name} has not changed since {since}" if later else f"no step follows {step.name}"
        print(f"Nothing to carry: {why}.")
        return 0
    _refuse(project, later, edits)
    return _merge_later(project, State(step.number, later[0].number, edits))


def proceed(project: Project) -> int:
    """Go on with a carry that met a conflict, or that something broke off; see `run`."""
    state = _load(project)
    step = project.step(state.at)
    if any(_markers(step.folder / conflict.file) for conflict in state.conflicts):
        return _announce(state, step)
    for conflict in state.conflicts:
        state.edits[conflict.edit] = _settled(state, step, conflict)
    if state.conflicts:
        state.conflicts, state.at = [], state.at + 1
    else:
        _restore(project, state, _name(step, ""))
    return _merge_later(project, state)


def abort(project: Project) -> int:
    """Put back every later step that was touched. The edited step stays as it is."""
    state = _load(project)
    _restore(project, state)
    _file(project).unlink()
    print(f"All later steps are as they were before. The edit of step {state.step} is still there.")
    return 0


def _refuse(project: Project, later: list[Step], edits: list[Edit]) -> None:
    """Raise `Trouble` when the carry would touch uncommitted work, or cannot tell two files apart."""
    names = {name for edit in edits for name in (edit.before, edit.after) if name}
    paths = [_name(step, name) for step in later for name in sorted(names)]
    status = git(project, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *paths)
    if dirty := ", ".join(entry[3:] for entry in status.split("\0") if entry):
        raise Trouble(f"There are uncommitted changes in {dirty}. Commit them or take them back, then carry again.")
    renamed = [{edit.before, edit.after} for edit in edits if edit.before not in ("", edit.after)]
    for step, both in ((step, both) for step in later for both in renamed if both <= set(step.files)):
        raise Trouble(f"{step.name} has {' as well as '.join(sorted(both))}. Rename by hand there, then carry again.")


def _merge_later(project: Project, state: State) -> int:
    for step in project.steps:
        if step.number < state.at:
            continue
        try:
            _merge_into(project, state, step)
        except BaseException:
            print(f"The carry broke off in step {step.number} {step.slug}: {ENDS}.", file=sys.stderr)
            raise
        if state.conflicts:
            return _announce(state, step)
    _file(project).unlink()
    _remind(project, state)
    return 0


def _merge_into(project: Project, state: State, step: Step) -> None:
    state.at = step.number
    _save(project, state)
    merges = [merge(edit, step, state.step) for edit in state.edits]
    _keep(state, step, merges)
    # Saved before anything is written: whatever happens now, the files as they were are known.
    _save(project, state)
    for found in merges:
        for name, content in found.files.items():
            _put(step.folder / name, content, found.mode)
    for number, found in enumerate(merges):
        if found.conflict:
            state.conflicts.append(Conflict(number, found.found, next(iter(found.files), found.found), found.says))
    _save(project, state)
    said = "; ".join(found.says for found in merges if found.says and not found.conflict)
    if said or not state.conflicts:
        print(f"Step {step.number} {step.slug}: {said or 'nothing to change'}.")


def _announce(state: State, step: Step) -> int:
    print(f"Stopped at a conflict in step {step.number} {step.slug}:")
    for conflict in state.conflicts:
        lines = _markers(step.folder / conflict.file)
        says = f"conflict markers in lines {', '.join(map(str, lines))}" if lines else conflict.says
        print(f"  {_name(step, conflict.file)}: {says}")
    print(f"Settle it there. Then {ENDS}.")
    return 1


def _markers(path: Path) -> list[int]:
    lines = path.read_bytes().splitlines() if path.is_file() else []
    return [number for number, line in enumerate(lines, 1) if line.startswith((b"<<<<<<< step ", b">>>>>>> step "))]


def _settled(state: State, step: Step, conflict: Conflict) -> Edit:
    """The edit as it was decided in this step: from the file that was there to what became of it."""
    edit, path, kept = state.edits[conflict.edit], step.folder / conflict.file, state.kept[_name(step, conflict.found)]
    ours = kept[0] if kept else ""
    if not path.is_file():
        return Edit(conflict.found, "", ours, "")
    return replace(edit, after=conflict.file, base=ours, now=read(path))


def _remind(project: Project, state: State) -> None:
    """Say what the merged steps may have broken: patches that no longer apply, prose that no longer fits."""
    later = [step for step in project.steps if any(name.startswith(_name(step, "")) for name in state.kept)]
    touched = [project.step(state.step), *later]
    broken = [line for step in touched for line in _broken_patches(project, step)]
    if broken:
        print("These patches no longer apply:", *broken, sep="\n  ")
    essays = ", ".join(step.essay.relative_to(project.root).as_posix() for step in touched)
    print(f"The excerpts follow by themselves; see whether the prose still fits: {essays}.")


def _broken_patches(project: Project, step: Step) -> Iterator[str]:
    for patch in sorted([*step.exercises.rglob("*.patch"), *step.suite.rglob("*.patch")]):
        try:
            with TemporaryDirectory() as scratch:
                patched_copy(step.folder, patch, Path(scratch))
        except PatchFault as fault:
            yield f"{patch.relative_to(project.root).as_posix()}: {fault}"


def _keep(state: State, step: Step, merges: list[Merge]) -> None:
    for found in merges:
        for name in [*found.files, *([found.found] if found.conflict else [])]:
            path = step.folder / name
            kept = (read(path), path.stat().st_mode & 0o777) if path.is_file() else None
            state.kept.setdefault(_name(step, name), kept)


def _name(step: Step, file: str) -> str:
    return f"steps/{step.name}/{file}"


def _restore(project: Project, state: State, below: str = "") -> None:
    for name, kept in state.kept.items():
        if name.startswith(below):
            _put(project.root / name, kept[0] if kept else None, kept[1] if kept else None)


def _put(path: Path, content: str | None, mode: int | None) -> None:
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("latin-1"))
        path.chmod(mode or 0o644)
        return
    path.unlink(missing_ok=True)
    while path.parent.is_dir() and not any(path.parent.iterdir()):
        path = path.parent
        path.rmdir()


def _file(project: Project) -> Path:
    return project.root / ".cache" / "carry.json"


def _save(project: Project, state: State) -> None:
    file = _file(project)
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(state)), encoding="utf-8", newline="\n")
    fresh.replace(file)


def _load(project: Project) -> State:
    if not _file(project).exists():
        raise Trouble("No carry is underway.")
    saved = json.loads(_file(project).read_text(encoding="utf-8"))
    edits, conflicts = [Edit(**edit) for edit in saved["edits"]], [Conflict(**each) for each in saved["conflicts"]]
    return State(saved["step"], saved["at"], edits, conflicts, saved["kept"])
