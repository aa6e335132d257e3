"""Each line that a step adds to the framework is shown in its essay, or the check names it."""

import pytest

from series.essays import FenceFault
from series.explained import also_changed, unexplained
from series.project import Project, Trouble

ONE = '"""The application."""\n\nimport sys\n\n\ndef one():\n    return 1\n'
TWO = ONE.replace("import sys", "import os\nimport sys").replace(
    "return 1\n", "return 2\n\n\n# Because.\ndef two():\n    import json\n\n    return json\n"
)


@pytest.fixture
def two_steps(make) -> Project:
    return make(
        {
            "steps/step01_one/dram/__init__.py": "from .app import one as one\n",
            "steps/step01_one/dram/app.py": ONE,
            "steps/step02_two/dram/__init__.py": "from .app import one as one\nfrom .app import two as two\n",
            "steps/step02_two/dram/app.py": TWO,
            "steps/step02_two/dram/py.typed": "",
            "steps/step02_two/app.py": "print('not the framework')\n",
        }
    )


def essay(project: Project, *fences: str) -> Project:
    path = project.root / "posts" / "02-two.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("---\ntitle: Two\n---\n\n" + "".join(f"```{head}\n```\n\n" for head in fences), encoding="utf-8")
    return project


def missing(project: Project) -> list[str]:
    return unexplained(project, project.step(2))


def test_an_essay_that_shows_all_is_complete(two_steps):
    essay(two_steps, 'step at="dram/app.py one"', 'step at="dram/app.py two"')
    assert missing(two_steps) == []
    assert missing(essay(two_steps, 'stepdiff from="1" to="2" only="dram"')) == []


def test_a_line_that_is_not_shown_is_named(two_steps):
    essay(two_steps, 'step at="dram/app.py two" lines="# Because. .. def two"')
    assert missing(two_steps) == [
        "dram/app.py:8: return 2",
        "dram/app.py:13: import json",
        "dram/app.py:15: return json",
    ]


def test_an_excerpt_from_another_step_explains_nothing_of_this_one(two_steps):
    essay(two_steps, 'step at="01 dram/app.py"', 'step at="dram/app.py two"')
    assert missing(two_steps) == ["dram/app.py:8: return 2"]


def test_a_faulty_fence_names_the_essay_and_the_line(two_steps):
    with pytest.raises(FenceFault, match=r"posts/02-two\.md:5: .* has no 'three'"):
        missing(essay(two_steps, 'step at="dram/app.py three"'))


def test_a_step_without_an_essay_is_a_fault(two_steps):
    with pytest.raises(Trouble, match=r"step02_two has no essay: posts/02-two\.md does not exist\."):
        missing(two_steps)


def test_what_needs_no_explanation_is_gathered(two_steps):
    html = also_changed(essay(two_steps, 'step at="dram/app.py two"'), two_steps.step(2))
    assert html.startswith('<details class="also"><summary>Also changed</summary><p><code>dram/__init__.py</code></p>')
    assert html.count('<ins class="row">') == 2  # the import of os, and the name of two; `json` is shown in `two`
    assert "<p><code>dram/py.typed</code> new</p>" in html
    assert "json" not in html


def test_nothing_is_gathered_twice(two_steps):
    html = also_changed(essay(two_steps, 'step at="dram/app.py"', 'step at="dram/__init__.py"'), two_steps.step(2))
    assert "<ins" not in html


@pytest.mark.parametrize("step", Project().steps, ids=lambda step: step.name)
def test_every_line_is_explained(project, step):
    assert unexplained(project, step) == []
