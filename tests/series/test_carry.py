"""`carry`: an edit of one step reaches all later ones, and nothing is lost on the way."""

import argparse
import os
import subprocess
from pathlib import Path

import pytest

from series import carry as module
from series.carry import abort, carry, proceed
from series.project import Project, Trouble

SOURCE = "".join(f"line {number}\n" for number in range(1, 21))
Capture = pytest.CaptureFixture[str]


class Repository:
    """Four steps in a git repository of their own; each later step appends a line to `dram/app.py`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q")
        self.git("config", "user.name", "Reader")
        self.git("config", "user.email", "reader@example.com")
        self.git("config", "core.autocrlf", "false")
        self.write(".gitignore", ".cache/\n__pycache__/\n")
        self.write("series.txt", "not a step\n")
        for number in range(1, 5):
            self.write(f"{self.step(number)}/dram/app.py", SOURCE + "".join(f"of {n}\n" for n in range(1, number + 1)))
        self.commit()
        self.project = Project(root)

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", self.root, *arguments], check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", "Work")

    def step(self, number: int) -> str:
        return f"steps/step{number:02}_{'abcd'[number - 1]}"

    def path(self, number: int, name: str = "dram/app.py") -> Path:
        return self.root / self.step(number) / name

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def edit(self, number: int, old: str, new: str, name: str = "dram/app.py") -> None:
        path = self.path(number, name)
        assert old in path.read_bytes().decode()
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))

    def text(self, number: int, name: str = "dram/app.py") -> str:
        return self.path(number, name).read_bytes().decode()

    def carry(self, number: int, since: str = "HEAD") -> int:
        return carry(self.project, self.project.step(number), since)

    def changed(self) -> list[str]:
        status = ["git", "-C", str(self.root), "status", "--porcelain", "--untracked-files=all"]
        done = subprocess.run(status, check=True, capture_output=True, encoding="utf-8")
        return [line.strip() for line in done.stdout.splitlines()]

    def files(self) -> dict[str, tuple[bytes, int]]:
        found = (path for path in self.root.glob("steps/**/*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): (path.read_bytes(), path.stat().st_mode) for path in found}

    @property
    def underway(self) -> bool:
        return (self.root / ".cache" / "carry.json").exists()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


class TestMerging:
    def test_a_change_reaches_every_later_step_and_keeps_what_is_theirs(
        self, repository: Repository, capsys: Capture
    ) -> None:
        repository.edit(2, "line 3\n", "line three\n")
        assert repository.carry(2) == 0
        assert "line 3\n" in repository.text(1)
        for number in (2, 3, 4):
            assert "line three\n" in repository.text(number)
            assert repository.text(number).endswith(f"of {number}\n")
        assert "Step 3 c: dram/app.py merged." in capsys.readouterr().out
        assert not repository.underway

    def test_nothing_changed_and_nothing_later_are_said(self, repository: Repository, capsys: Capture) -> None:
        assert repository.carry(2) == 0
        assert "step02_b has not changed since HEAD" in capsys.readouterr().out
        repository.edit(4, "line 3", "line three")
        assert repository.carry(4) == 0
        assert "no step follows step04_d" in capsys.readouterr().out

    def test_a_new_file_is_added_with_its_mode_and_folder(self, repository: Repository) -> None:
        repository.write(f"{repository.step(1)}/templates/größe.html", "new")
        repository.path(1, "templates/größe.html").chmod(0o755)
        assert repository.carry(1) == 0
        assert repository.text(4, "templates/größe.html") == "new"
        assert os.name == "nt" or repository.path(4, "templates/größe.html").stat().st_mode & 0o777 == 0o755

    def test_a_deleted_file_is_deleted(self, repository: Repository) -> None:
        for number in (1, 2, 3):
            repository.write(f"{repository.step(number)}/docs/notes.txt", "notes\n")
        repository.commit()
        repository.path(1, "docs/notes.txt").unlink()
        assert repository.carry(1) == 0
        assert not any(repository.path(number, "docs").exists() for number in (2, 3, 4))

    def test_a_renamed_file_is_renamed_and_keeps_later_changes(self, repository: Repository) -> None:
        repository.path(1).rename(repository.path(1, "dram/core.py"))
        repository.edit(1, "line 3\n", "line three\n", "dram/core.py")
        assert repository.carry(1) == 0
        for number in (2, 3, 4):
            assert not repository.path(number).exists()
            assert "line three\n" in repository.text(number, "dram/core.py")
            assert repository.text(number, "dram/core.py").endswith(f"of {number}\n")

    def test_an_edit_since_a_revision_counts_what_was_committed(self, repository: Repository) -> None:
        repository.edit(1, "line 3\n", "line three\n")
        repository.edit(2, "line 3\n", "line three\n")
        repository.edit(3, "of 3\n", "of three\n")
        repository.commit()
        assert repository.carry(1, "HEAD~1") == 0
        assert "line three\n" in repository.text(4)
        assert repository.text(3).endswith("of three\n")
        assert repository.text(4).endswith("of 3\nof 4\n")

    def test_what_is_there_already_is_left_alone(self, repository: Repository, capsys: Capture) -> None:
        for number in (1, 2):
            repository.edit(number, "line 3\n", "line three\n")
        repository.git("add", "--all")
        repository.git("commit", "-q", "-m", "Both")
        assert repository.carry(1, "HEAD~1") == 0
        assert "Step 2 b: nothing to change." in capsys.readouterr().out
        assert "line three\n" in repository.text(3)

    def test_a_file_that_a_later_step_has_not_is_named(self, repository: Repository, capsys: Capture) -> None:
        repository.path(3).unlink()
        repository.commit()
        repository.edit(1, "line 3\n", "line three\n")
        assert repository.carry(1) == 0
        assert "Step 3 c: dram/app.py is not there, so its change was left out." in capsys.readouterr().out
        assert "line three\n" in repository.text(4)

    @pytest.mark.parametrize("end", ["\r\n", "\n"])
    def test_line_ends_are_left_alone(self, repository: Repository, end: str) -> None:
        for number in range(1, 5):
            repository.write(
                f"{repository.step(number)}/a.txt", end.join(f"{n}" for n in range(9)) + end + f"of {number}"
            )
        repository.commit()
        repository.edit(1, f"3{end}", f"three{end}", "a.txt")
        assert repository.carry(1) == 0
        assert repository.path(4, "a.txt").read_bytes().decode() == end.join([*"012", "three", *"45678", "of 4"])

    def test_a_file_that_is_not_text_is_replaced_where_it_was_the_same(
        self, repository: Repository, capsys: Capture
    ) -> None:
        for number in (1, 2, 3):
            repository.write(f"{repository.step(number)}/a.png", "\0one" if number < 3 else "\0three")
        repository.commit()
        repository.write(f"{repository.step(1)}/a.png", "\0two")
        assert repository.carry(1) == 1
        assert repository.text(2, "a.png") == "\0two"
        assert repository.text(3, "a.png") == "\0three"
        assert "a.png: step 1 changed it, and it is not text" in capsys.readouterr().out
        assert proceed(repository.project) == 0

    def test_litter_and_ignored_files_are_not_carried(self, repository: Repository) -> None:
        repository.write(f"{repository.step(1)}/marginalia.db", "data")
        repository.write(f"{repository.step(1)}/dram/__pycache__/app.pyc", "code")
        assert repository.carry(1) == 0
        assert not repository.path(2, "marginalia.db").exists()

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such mode")
    def test_a_new_mode_is_carried(self, repository: Repository) -> None:
        repository.path(1).chmod(0o755)
        assert repository.carry(1) == 0
        assert repository.path(4).stat().st_mode & 0o777 == 0o755


@pytest.fixture
def conflict(repository: Repository) -> Repository:
    """Step 1 is edited where step 3, and after it step 4, had its own way."""
    repository.edit(3, "line 3\n", "line III\n")
    repository.edit(4, "line 3\n", "line III\n")
    repository.commit()
    repository.edit(1, "line 3\n", "line three\n")
    return repository


class TestConflicts:
    def test_it_stops_and_says_where(self, conflict: Repository, capsys: Capture) -> None:
        assert conflict.carry(1) == 1
        said = capsys.readouterr().out
        assert "Stopped at a conflict in step 3 c:" in said
        assert "steps/step03_c/dram/app.py: conflict markers in lines 3, 7" in said
        assert conflict.text(3).splitlines()[2:7] == [
            "<<<<<<< step 3",
            "line III",
            "=======",
            "line three",
            ">>>>>>> step 1",
        ]
        assert "line three\n" in conflict.text(2)
        assert "line III\n" in conflict.text(4)
        assert conflict.underway

    def test_what_was_decided_is_carried_on(self, conflict: Repository, capsys: Capture) -> None:
        conflict.carry(1)
        assert proceed(conflict.project) == 1
        assert capsys.readouterr().out.count("conflict markers in lines 3, 7") == 2
        text = conflict.text(3).replace("<<<<<<< step 3\nline III\n=======\n", "").replace(">>>>>>> step 1\n", "")
        conflict.path(3).write_text(text, encoding="utf-8")
        assert proceed(conflict.project) == 0
        assert "line three\n" in conflict.text(4)
        assert "<<<" not in "".join(conflict.text(number) for number in range(1, 5))
        assert not conflict.underway

    def test_abort_puts_the_later_steps_back_byte_for_byte(self, conflict: Repository) -> None:
        before = conflict.files()
        conflict.carry(1)
        conflict.edit(3, "line 5", "half settled")
        assert conflict.files() != before
        assert abort(conflict.project) == 0
        assert conflict.files() == before
        assert not conflict.underway

    def test_abort_takes_new_files_and_folders_away_and_brings_deleted_ones_back(self, conflict: Repository) -> None:
        for number in range(1, 5):
            conflict.write(f"{conflict.step(number)}/old.txt", "old\n")
        conflict.git("add", "steps/*/old.txt")
        conflict.git("commit", "-q", "-m", "Old")
        conflict.path(1, "old.txt").unlink()
        conflict.write(f"{conflict.step(1)}/static/new.css", "new")
        before = conflict.files()
        assert conflict.carry(1) == 1
        assert not conflict.path(2, "old.txt").exists()
        abort(conflict.project)
        assert conflict.files() == before
        assert not conflict.path(2, "static").exists()

    def test_one_carry_at_a_time(self, conflict: Repository) -> None:
        conflict.carry(1)
        with pytest.raises(Trouble, match="A carry of step 1 is underway"):
            conflict.carry(2)

    @pytest.mark.parametrize("keep", [True, False])
    def test_deleted_here_but_changed_there(self, repository: Repository, capsys: Capture, keep: bool) -> None:
        for number, text in enumerate(("one\n", "one\n", "three\n", "three\n"), 1):
            repository.write(f"{repository.step(number)}/notes.txt", text)
        repository.commit()
        repository.path(1, "notes.txt").unlink()
        before = repository.files()
        assert repository.carry(1) == 1
        assert "steps/step03_c/notes.txt: step 1 deleted it, here it was different" in capsys.readouterr().out
        assert not repository.path(2, "notes.txt").exists()
        assert repository.text(3, "notes.txt") == "three\n"
        if not keep:
            repository.path(3, "notes.txt").unlink()
        assert proceed(repository.project) == 0
        assert repository.path(4, "notes.txt").exists() is keep
        assert before.keys() - repository.files().keys() == {
            f"{repository.step(number)}/notes.txt" for number in ((2,) if keep else (2, 3, 4))
        }

    def test_deleted_there_after_all_is_still_brought_back_by_abort(self, repository: Repository) -> None:
        for number, text in enumerate(("one\n", "two\n"), 1):
            repository.write(f"{repository.step(number)}/notes.txt", text)
        repository.commit()
        repository.path(1, "notes.txt").unlink()
        before = repository.files()
        assert repository.carry(1) == 1
        repository.path(2, "notes.txt").unlink()
        abort(repository.project)
        assert repository.files() == before

    def test_new_here_but_different_there(self, repository: Repository, capsys: Capture) -> None:
        repository.write(f"{repository.step(2)}/notes.txt", "one\n")
        repository.write(f"{repository.step(3)}/notes.txt", "three\n")
        repository.commit()
        repository.write(f"{repository.step(1)}/notes.txt", "one\n")
        assert repository.carry(1) == 1
        assert "Step 2 b: nothing to change." in capsys.readouterr().out
        assert repository.text(2, "notes.txt") == "one\n"
        assert repository.text(3, "notes.txt") == "<<<<<<< step 3\nthree\n=======\none\n>>>>>>> step 1\n"
        repository.write(f"{repository.step(3)}/notes.txt", "one\nthree\n")
        assert proceed(repository.project) == 0
        assert repository.text(4, "notes.txt") == "one\nthree\n"

    def test_renamed_here_and_in_conflict_there(self, conflict: Repository) -> None:
        conflict.path(1).rename(conflict.path(1, "dram/core.py"))
        assert conflict.carry(1) == 1
        assert "<<<<<<<" in conflict.text(3, "dram/core.py")
        assert not conflict.path(3).exists()
        text = conflict.text(3, "dram/core.py").replace("<<<<<<< step 3\nline III\n=======\n", "")
        conflict.path(3, "dram/core.py").write_text(text.replace(">>>>>>> step 1\n", ""), encoding="utf-8")
        assert proceed(conflict.project) == 0
        assert not conflict.path(4).exists()
        assert "line three\n" in conflict.text(4, "dram/core.py")
        assert conflict.text(4, "dram/core.py").endswith("of 4\n")


class TestBreakingOff:
    @pytest.fixture(params=["merge", "_put"])
    def broken(
        self,
        repository: Repository,
        monkeypatch: pytest.MonkeyPatch,
        request: pytest.FixtureRequest,
        capsys: Capture,
    ) -> Repository:
        """A carry that was interrupted in step 3: while it was merged, or half written."""
        repository.edit(1, "line 3\n", "line three\n")
        repository.write(f"{repository.step(1)}/new.txt", "new\n")
        real = getattr(module, request.param)

        def fail(*arguments: object) -> object:
            if "new.txt" in repr(arguments) and "step03_c" in repr(arguments).replace("slug='c'", "step03_c"):
                raise KeyboardInterrupt
            return real(*arguments)

        with monkeypatch.context() as patched:
            patched.setattr(module, request.param, fail)
            with pytest.raises(KeyboardInterrupt):
                repository.carry(1)
        assert "The carry broke off in step 3 c: " in capsys.readouterr().err
        return repository

    def test_it_is_announced(self, broken: Repository) -> None:
        with pytest.raises(Trouble, match="underway"):
            broken.carry(1)

    def test_it_can_be_continued(self, broken: Repository) -> None:
        assert proceed(broken.project) == 0
        for number in (2, 3, 4):
            assert broken.text(number) == SOURCE.replace("line 3\n", "line three\n") + "".join(
                f"of {n}\n" for n in range(1, number + 1)
            )
            assert broken.text(number, "new.txt") == "new\n"

    def test_it_can_be_aborted(self, broken: Repository) -> None:
        assert abort(broken.project) == 0
        assert broken.changed() == ["M steps/step01_a/dram/app.py", "?? steps/step01_a/new.txt"]


class TestRefusals:
    def test_uncommitted_work_in_a_later_step_is_not_touched(self, repository: Repository) -> None:
        repository.edit(1, "line 3\n", "line three\n")
        repository.edit(3, "line 9\n", "in the making\n")
        before = repository.files()
        with pytest.raises(Trouble, match=r"uncommitted changes in steps/step03_c/dram/app.py\."):
            repository.carry(1)
        assert repository.files() == before
        assert not repository.underway

    def test_nor_is_a_new_file_that_was_never_committed(self, repository: Repository) -> None:
        for number in (1, 3):
            repository.write(f"{repository.step(number)}/new.txt", str(number))
        with pytest.raises(Trouble, match=r"uncommitted changes in steps/step03_c/new.txt\."):
            repository.carry(1)

    def test_uncommitted_work_elsewhere_does_not_matter(self, repository: Repository) -> None:
        repository.edit(1, "line 3\n", "line three\n")
        repository.write(f"{repository.step(3)}/other.txt", "in the making\n")
        assert repository.carry(1) == 0

    def test_a_renaming_onto_an_existing_file_is_refused(self, repository: Repository) -> None:
        repository.write(f"{repository.step(3)}/dram/core.py", "other\n")
        repository.commit()
        repository.path(1).rename(repository.path(1, "dram/core.py"))
        with pytest.raises(Trouble, match=r"step03_c has dram/app.py as well as dram/core.py"):
            repository.carry(1)

    def test_an_unknown_revision(self, repository: Repository) -> None:
        with pytest.raises(Trouble, match="nonsense"):
            repository.carry(1, "nonsense")

    def test_no_repository_and_no_git(
        self, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
        with pytest.raises(Trouble, match="not a git repository"):
            repository.carry(1)
        monkeypatch.setenv("PATH", "")
        with pytest.raises(Trouble, match="carry needs git"):
            repository.carry(1)

    def test_nothing_to_continue_or_abort(self, repository: Repository) -> None:
        for command in (proceed, abort):
            with pytest.raises(Trouble, match="No carry is underway"):
                command(repository.project)

    @pytest.mark.parametrize(
        ("step", "since", "go_on", "message"),
        [(None, None, False, "Name the step"), ("1", None, True, "stand alone"), (None, "HEAD", True, "stand alone")],
    )
    def test_a_command_line_that_says_too_little_or_too_much(
        self, step: str | None, since: str | None, go_on: bool, message: str
    ) -> None:
        with pytest.raises(Trouble, match=message):
            module.run(argparse.Namespace(step=step, since=since, go_on=go_on, abort=False))


def test_patches_that_no_longer_apply_are_listed(repository: Repository, capsys: Capture) -> None:
    patch = "--- a/dram/app.py\n+++ b/dram/app.py\n@@ -{0},1 +{0},1 @@\n-line {0}\n+solved\n"
    repository.write("exercises/step03/third/solution.patch", patch.format(3))
    repository.write("exercises/step03/ninth/solution.patch", patch.format(9))
    repository.write("tests/step04_d/guards/third.patch", patch.format(3))
    repository.commit()
    repository.edit(2, "line 3\n", "line three\nand more\n")
    assert repository.carry(2) == 0
    said = capsys.readouterr().out
    assert "These patches no longer apply:\n  exercises/step03/third/solution.patch: " in said
    assert "  tests/step04_d/guards/third.patch: " in said
    assert "ninth" not in said
    assert "posts/02-b.md, posts/03-c.md, posts/04-d.md" in said


def test_the_index_of_the_author_is_left_alone(repository: Repository) -> None:
    repository.write(f"{repository.step(1)}/new.txt", "new\n")
    repository.carry(1)
    assert all(line.startswith("?? ") for line in repository.changed())
