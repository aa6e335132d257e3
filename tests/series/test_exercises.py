"""An exercise is red on its step and green with its solution; each way to fall short is planted here."""

import pytest

from series import exercises
from series.project import Project, Trouble

TEST = 'def test_it_whispers(app):\n    assert app.whisper() == "hel"\n'
SOLUTION = """\
--- a/dram/__init__.py
+++ b/dram/__init__.py
@@ -5 +5,4 @@
+    def whisper(self):
+        return self.greet()[:3]
+
     def greet(self):
"""


@pytest.fixture
def whisper(toy: Project) -> exercises.Exercise:
    """A sound exercise on the toy's first step."""
    exercise = exercises.Exercise(toy.step(1), "whisper")
    exercise.folder.mkdir(parents=True)
    (exercise.folder / "test_whisper.py").write_text(TEST, encoding="utf-8")
    exercise.solution.write_text(SOLUTION, encoding="utf-8")
    return exercise


def faults(toy: Project) -> list[str]:
    return [fault.removeprefix("exercises/step01/whisper: ") for fault in exercises.check(toy, toy.step(1))]


def plant(exercise: exercises.Exercise, *, test: str = TEST, solution: str = SOLUTION) -> None:
    exercise.tests[0].write_text(test, encoding="utf-8")
    exercise.solution.write_text(solution, encoding="utf-8")


@pytest.mark.usefixtures("whisper")
def test_a_sound_exercise_has_no_faults(toy):
    assert faults(toy) == []
    assert exercises.check(toy, toy.step(2)) == []


def test_a_test_that_is_green_already(toy, whisper):
    plant(whisper, test=TEST + 'def test_it_greets(app):\n    assert app.greet() == "hello"\n')
    assert faults(toy) == ["test_whisper.py::test_it_greets passes on step 1 already."]


def test_a_test_that_is_red_for_another_reason(toy, whisper):
    plant(whisper, test=TEST + "def test_it_counts(app):\n    assert int(app.greet()) == 3\n")
    red = "invalid literal for int() with base 10: 'hello'"
    assert faults(toy) == [
        f"test_whisper.py::test_it_counts is red for a reason that does not count: ValueError: {red}",
        f"test_whisper.py::test_it_counts does not pass with the solution: ValueError: {red}",
    ]


def test_a_solution_that_does_not_solve(toy, whisper):
    plant(whisper, solution=SOLUTION.replace("[:3]", "[:2]"))
    (fault,) = faults(toy)
    assert fault.startswith("test_whisper.py::test_it_whispers does not pass with the solution: AssertionError")


def test_a_solution_that_does_not_apply(toy, whisper):
    plant(whisper, solution=SOLUTION.replace("def greet", "def hail"))
    (fault,) = faults(toy)
    assert fault.startswith("the solution does not apply: The patch does not fit dram/__init__.py")


def test_a_solution_that_breaks_a_promise(toy, whisper):
    plant(
        whisper,
        solution=SOLUTION.replace("-5 +5,4", "-5,2 +5,5") + '-        return "hello"\n+        return "hel"\n',
    )
    assert "test_greet.py::test_it_greets is broken by the solution: AssertionError: assert 'hel' == 'hello'" in faults(
        toy
    )


def test_an_exercise_without_a_solution_or_a_test(toy, whisper):
    whisper.solution.unlink()
    assert faults(toy) == ["an exercise needs a test_*.py and a solution.patch."]
    plant(whisper, test="")
    assert faults(toy) == ["its files hold no test."]


@pytest.mark.usefixtures("whisper")
def test_an_unknown_exercise_is_trouble_that_names_the_others(toy):
    with pytest.raises(Trouble, match=r"no exercise 'shout'\. Its exercises with a test are: whisper\."):
        exercises.find(toy.step(1), "shout")
    with pytest.raises(Trouble, match=r"are: none\."):
        exercises.find(toy.step(2), "shout")
