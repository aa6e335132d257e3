"""The matrix sees what is new, kept, guarded and different; each of its faults is planted here."""

import re
import subprocess
import sys

import pytest

from series import promises, suites
from series.judging import Run, judge
from series.project import Project, Trouble
from series.suite_plugin import FolderFinder

ONE, TWO = "tests/step01_greet/test_greet.py", "tests/step02_shout/test_shout.py"
DRAM_TWO = "steps/step02_shout/dram/__init__.py"
QUIET = "tests/step02_shout/guards/quiet.patch"


def add(project: Project, name: str, text: str) -> None:
    path = project.root / name
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + text, encoding="utf-8", newline="\n")


def replace(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def faults(project: Project, kind: str, number: int = 0) -> list[str]:
    run = Run(kind, number)
    return judge(project, run, promises.execute(project, run))


def test_a_sound_project_has_no_faults(toy):
    matrix = promises.prove(toy)
    assert matrix.faults == []
    assert [(row.tests, row.assertions, row.names, row.guards, row.until, row.differs) for row in matrix.rows] == [
        (3, 0, 3, 0, 1, 1),
        (4, 1, 2, 1, 0, 4),
    ]
    assert [row.kept for row in matrix.rows] == [{1: 3, 2: 2}, {2: 4}]


def test_a_proof_is_read_until_something_changes(toy):
    assert promises.read(toy) is None
    matrix = promises.prove(toy)
    assert promises.read(toy) == matrix
    add(toy, DRAM_TWO, "# changed\n")
    assert promises.read(toy) is None


def test_the_table_shows_each_suite_on_each_step(toy):
    lines = list(promises.table(promises.prove(toy)))
    assert re.split(" +", lines[2]) == ["step01_greet", "3", "0", "3", "0", "1", "3", "2"]
    assert re.split(" +", lines[3]) == ["step02_shout", "4", "1", "2", "1", "4", "4"]


def test_the_command_fails_when_there_is_a_fault(toy, monkeypatch, capsys):
    monkeypatch.setattr(promises, "Project", lambda: toy)
    assert promises.run(None) == 0
    replace(toy, DRAM_TWO, 'else "hello"', 'else "hi"')
    assert promises.run(None) == 1
    output = capsys.readouterr().out
    assert "Broken on purpose by step 2: it answers quietly (it shouts)." in output
    assert f"{ONE}::test_it_greets: is not kept on step 2: AssertionError: assert 'hi' == 'hello'" in output


def test_promises_are_listed_without_running_them(toy):
    add(toy, ONE, 'def test_it_is_documented(app):\n    """At length."""\n')
    listed = promises.promises(toy)
    assert [promise.sentence for promise in listed if promise.step == 2] == [
        "it shouts", "it can be asked to shout", "it answers loudly", "it stays quiet unless asked",
    ]  # fmt: skip
    by_name = {promise.name: promise for promise in listed}
    quiet = by_name["test_it_answers_quietly"]
    assert (quiet.file, quiet.until, quiet.because, quiet.differs) == (ONE, 2, "it shouts", None)
    assert by_name["test_it_stays_quiet_unless_asked"].guard == "quiet.patch"
    assert by_name["test_it_stays_quiet_unless_asked"].differs == "Flask does not greet"
    assert by_name["test_it_is_documented"].doc == "At length."


def test_a_promise_that_is_not_new(toy):
    add(toy, TWO, 'def test_old(app):\n    assert app.greet() == "hello"\n')
    assert faults(toy, "step", 1) == [
        f"{TWO}::test_old: passes on step 1 already, so it promises nothing new; it may need a guard."
    ]


def test_a_promise_that_is_red_for_another_reason(toy):
    add(toy, TWO, "def test_wrong(app):\n    assert int(app.greet())\n")
    (fault,) = faults(toy, "step", 1)
    assert fault.startswith(f"{TWO}::test_wrong: is red on step 1 for a reason that does not count: ValueError: ")


def test_a_promise_that_is_skipped(toy):
    add(toy, TWO, 'def test_skipped(app):\n    pytest.skip("not today")\n')
    assert [fault.split(": ")[1] for fault in faults(toy, "step", 1)] == [
        "is red on step 1 for a reason that does not count"
    ]
    assert faults(toy, "step", 2) == [f"{TWO}::test_skipped: is not kept on step 2: Skipped: not today"]


def test_a_new_name_imported_for_the_whole_file(toy):
    add(toy, DRAM_TWO, "def whisper():\n    pass\n")
    add(toy, TWO, "from dram import whisper\n")
    (fault,) = faults(toy, "step", 1)
    assert fault.startswith(f"{TWO}: cannot be collected on step 1: ImportError: cannot import name 'whisper'")
    assert fault.endswith("Import what the step is the first to have inside the tests.")
    assert faults(toy, "step", 2) == []


def test_a_promise_that_is_not_kept(toy):
    replace(toy, DRAM_TWO, "self.import_name = name", "self.import_name = name.upper()")
    assert faults(toy, "step", 2) == [
        f"{ONE}::test_it_knows_its_name: is not kept on step 2: AssertionError: assert 'TESTS' == 'tests'"
    ]


def test_a_break_that_never_comes(toy):
    replace(toy, DRAM_TWO, "self.shout().encode()", "self.greet().encode()")
    assert f"{ONE}::test_it_answers_quietly: still passes on step 2, though it is marked until(2)." in faults(
        toy, "step", 2
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("until(2, ", "until(3, ", "until(3) names no later step."),
        ("until(2, ", "until(1, ", "until(1) names no later step."),
        ('until(2, reason="it shouts")', "until(2)", "until() needs a reason."),
        ('differs("Flask does not greet")', "differs()", "differs() needs a reason."),
        ("until(2, ", "guard(reason=", "its guard '' is not among the patches in guards."),
    ],
)
def test_a_mark_that_says_too_little(toy, old, new, fault):
    text = (toy.root / ONE).read_text(encoding="utf-8")
    new = new.replace("guard(reason=", "guard()\n@pytest.mark.until(2, ")
    (toy.root / ONE).write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    assert fault in [found.partition(": ")[2] for found in faults(toy, "step", 1)]


def test_a_step_that_promises_nothing(toy):
    (toy.root / TWO).unlink()
    assert faults(toy, "step", 2) == ["tests/step02_shout: step 2 promises nothing: it has no test."]


def test_a_guard_whose_removal_nobody_notices(toy):
    replace(toy, QUIET, '+        return "HELLO"', '+        return "HELLO" if loud is True else "hello"')
    assert faults(toy, "guards", 2) == [
        f"{TWO}::test_it_stays_quiet_unless_asked: still passes when quiet.patch is applied, so it guards nothing."
    ]


def test_a_guard_that_breaks_everything(toy):
    replace(toy, QUIET, '+        return "HELLO"', "+        return (")
    (fault,) = faults(toy, "guards", 2)
    assert "is red with quiet.patch for a reason that does not count: SyntaxError" in fault


def test_a_guard_that_does_not_apply(toy):
    replace(toy, QUIET, "if loud else", "if noisy else")
    assert faults(toy, "guards", 2) == [
        f"{QUIET}: The patch does not fit dram/__init__.py: the lines for line 7 are not there."
    ]


def test_a_guard_that_is_missing_or_not_used(toy):
    path = toy.root / QUIET
    path.rename(path.with_name("silent.patch"))
    assert faults(toy, "step", 2) == [
        f"{TWO}::test_it_stays_quiet_unless_asked: its guard 'quiet.patch' is not among the patches in guards."
    ]
    assert faults(toy, "guards", 2) == ["tests/step02_shout/guards/silent.patch: no test names this patch."]


def test_an_application_that_passes_on_flask_unasked(toy):
    replace(toy, ONE, '@pytest.mark.differs("Flask does not greet")\n', "")
    replace(toy, TWO, "import pytest\n", "import pytest\n" + STALE)
    found = faults(toy, "flask")
    assert f"{TWO}::test_stale: is marked differs(), but passes on Flask." in found
    assert f"{TWO}::test_never_broken: is marked until(2), but passes on Flask." in found
    assert [fault.split(": ")[:2] for fault in found if "test_it_greets" in fault] == [
        [f"{ONE}::test_it_greets", "fails on Flask"]
    ]
    assert len(found) == 3


STALE = """
@pytest.mark.differs("no longer")
def test_stale():
    from dram import Dram
    from dram.testing import DramClient

    assert (Dram.__name__, DramClient.__name__) == ("Flask", "FlaskClient")

@pytest.mark.until(2, reason="never")
def test_never_broken():
    with pytest.raises(ImportError, match="nosuch"):
        from dram import nosuch
    with pytest.raises(ModuleNotFoundError, match=r"dram\\.nosuch"):
        import dram.nosuch
"""

#: Bodies of tests, and the reason that each is red for on the toy's first step.
REASONS = {
    "assert app.greet() == 'hi'": "assertion",
    "with pytest.raises(ValueError):\n        app.greet()": "assertion",
    "with pytest.raises(ValueError, match='x'):\n        raise ValueError('y')": "assertion",
    "pytest.fail('so it is')": "assertion",
    "app.greet = None; client.get('/')": "assertion",
    "app.greet = None; bare_client.get('/')": "error",
    "app.shout()": "name",
    "app.greet(loud=True)": "name",
    "type(app).shout": "name",
    "type('Mine', (type(app),), {})('x').shout()": "name",
    "import dram; dram.shout": "name",
    "from dram import shout": "name",
    "import dram.shouting": "name",
    "import nosuch": "error",
    "import json; json.shout": "error",
    "'x'.shout()": "error",
    "print('x', loud=True)": "error",
    "app.greet('x')": "error",
    "app.refuse()": "error",
    "raise KeyError('x')": "error",
    "pytest.skip('x')": "skipped",
    "assert app.greet() == 'hello'": "",
}


def test_reasons_are_told_apart(toy):
    add(toy, "steps/step01_greet/dram/__init__.py", "    def refuse(self):\n        raise AssertionError('no')\n")
    bodies = "\n".join(
        f"def test_{number:02}(app, client, bare_client):\n    {body}" for number, body in enumerate(REASONS)
    )
    add(toy, ONE, bodies)
    results = [result for result in suites.run(toy, [toy.root / ONE], 1) if re.search(r"::test_\d\d$", result.test)]
    assert dict(zip(REASONS, [result.reason for result in results], strict=True)) == REASONS
    crash = results[4].message
    assert crash == "the application raised TypeError: 'NoneType' object is not callable"


@pytest.mark.parametrize(
    ("step", "summary"), [("1", "3 passed"), ("shout", "6 passed, 1 xfailed"), ("0", "no tests ran")]
)
def test_plain_pytest_runs_what_the_step_promises(toy, step, summary):
    command = suites.command(toy, [], 0, "-q", "--step", step, "-o", "testpaths=tests/step*")
    process = subprocess.run(
        [sys.executable, *command], cwd=toy.root, env=suites.environment(), capture_output=True, text=True, check=False
    )
    assert process.stdout.splitlines()[-1].startswith(summary)


def test_a_run_that_cannot_start_is_trouble(toy):
    with pytest.raises(Trouble, match=r"pytest could not run on step 1: .*nosuch"):
        suites.run(toy, [toy.root / "nosuch"], 1)


def test_a_run_that_hangs_is_trouble(toy, monkeypatch):
    monkeypatch.setattr(suites, "PATIENCE", 0.01)
    with pytest.raises(Trouble, match="a test hangs"):
        suites.run(toy, [toy.root / ONE], 1)


def test_no_other_dram_is_found(tmp_path):
    with pytest.raises(ModuleNotFoundError) as info:
        FolderFinder(tmp_path).find_spec("dram")
    assert info.value.name == "dram"
    assert FolderFinder(tmp_path).find_spec("json") is None
