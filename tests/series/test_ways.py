"""The way of a request is what its file says, in each step; a detour, a fault and a bad file are seen."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from series import stations, store, ways
from series.project import Project, Step, Trouble
from series.site import Series

#: A framework whose second step asks somebody new, and an app that it answers with.
FIRST = """\
from werkzeug.wrappers import Request, Response


class Dram:
    def __call__(self, environ, start_response):
        request = Request(environ)
        return Response(self.answer(request.path))(environ, start_response)

    def answer(self, path):
        return self.views[path]()
"""
SECOND = FIRST.replace(
    "return self.views[path]()",
    "return self.find(path)()\n\n    def find(self, path):\n        return self.views[path]",
)
APP = """\
import os
from dram import Dram

app = Dram()


def index():
    return _greet() + _greet()


def _greet():
    return os.environ.get("GREETING", "Hello")


app.views = {"/": index, "/form": lambda: '<input type="hidden" name="token" value="7">'}
"""
WAY = """\
about: Somebody comes again.
set: GREETING=Good day
before: GET /form
request: GET /

Dram.__call__                 dram/__init__.py
  Request.__init__            werkzeug
  Dram.answer                 dram/__init__.py
    Dram.find                 dram/__init__.py
    index                     app.py
      _greet ×2               app.py
  Response.__init__           werkzeug
  Response.get_wsgi_response  werkzeug
  start_response              server

entered: app.py 1, dram/__init__.py 1
200 OK
"""

FILES = {
    "steps/step01_answer/dram/__init__.py": FIRST,
    "steps/step01_answer/app.py": APP,
    "steps/step02_find/dram/__init__.py": SECOND,
    "steps/step02_find/app.py": APP,
    "tests/series/ways/01.txt": "about: Somebody comes.\nrequest: GET /\n",
    "tests/series/ways/02.txt": WAY.partition("\n\n")[0] + "\n",
}

Make = Callable[[dict[str, str]], Project]


@pytest.fixture
def small(make: Make) -> Project:
    return make(FILES)


def way(project: Project, number: int) -> ways.Way:
    return ways.way_of(project, project.step(number))


def test_the_way_through_each_step_is_the_one_that_was_reviewed(project: Project) -> None:
    recorded = ways.recorded(project, project.steps)
    assert list(recorded) == project.steps
    found = [
        line
        for step, made in recorded.items()
        for line in ways.compare(ways.path_of(project, step), ways.text_of(ways.path_of(project, step), made))
    ]
    assert not found, "\n".join(["A way is not as its file says; 'ways --write' keeps it.", *found])


def test_no_way_is_cut(project: Project) -> None:
    assert [step for step, made in ways.recorded(project, project.steps).items() if made.recording["cut"]] == []


def test_two_recordings_are_the_same_byte_for_byte(project: Project) -> None:
    step = project.step(16)  # with a database, a session, tokens and times
    head = ways.head_of(ways.path_of(project, step))
    one, other = (json.dumps(ways.record(step, head)) for _ in range(2))
    assert one == other


def test_a_recording_does_not_tell_when_the_files_were_checked_out(small: Project, make: Make) -> None:
    app = APP.replace("def _greet():\n", "def _greet():\n    second = int(os.stat(__file__).st_mtime) % 60\n")
    make({"steps/step01_answer/app.py": app})
    step, found = small.step(1), []
    for second in (1, 2):
        os.utime(step.folder / "app.py", (second, second))
        found.append(ways.record(step, ways.head_of(ways.path_of(small, step))))
    assert found[0] == found[1]


def test_a_way_is_written_with_files_repetitions_and_what_was_done_before(small: Project) -> None:
    path = ways.path_of(small, small.step(2))
    assert ways.text_of(path, way(small, 2)) == WAY
    # The values are texts of what the app was told by the settings.
    assert "'Good day'" in json.dumps(way(small, 2).recording)


def test_a_detour_is_seen_and_shown_as_a_difference(
    small: Project, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ways.path_of(small, small.step(2))
    path.write_text(WAY, encoding="utf-8")
    assert ways.compare(path, ways.text_of(path, way(small, 2))) == []
    detour = SECOND.replace("return self.find(path)()", "self.views['/form']()\n        return self.find(path)()")
    make({"steps/step02_find/dram/__init__.py": detour})
    difference = ways.compare(path, ways.text_of(path, way(small, 2)))
    assert [line for line in difference if line.startswith(("-", "+")) and line[1] not in "-+"] == [
        "+    lambda                    app.py",
        "-entered: app.py 1, dram/__init__.py 1",
        "+entered: app.py 2, dram/__init__.py 1",
    ]


def test_the_command_says_what_differs_and_writes_it_when_asked(
    small: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ways, "Project", lambda: small)
    assert ways.run(argparse.Namespace(step="2", write=False)) == 1
    said = capsys.readouterr().out
    assert "step02_find: GET /, 200 OK. Entered: app.py 1, dram/__init__.py 1\n" in said
    assert "+    index                     app.py\n" in said
    assert ways.run(argparse.Namespace(step="2", write=True)) == 0
    assert ways.path_of(small, small.step(2)).read_text(encoding="utf-8") == WAY
    assert ways.run(argparse.Namespace(step="2", write=False)) == 0
    ways.path_of(small, small.step(1)).unlink()
    with pytest.raises(Trouble, match=r"tests/series/ways/01\.txt is not there: write into it what"):
        ways.run(argparse.Namespace(step="1", write=False))


def test_a_recording_is_kept_until_something_changes(
    small: Project, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(store, "FOLDER", tmp_path / "made")
    made = way(small, 1)
    monkeypatch.setattr(ways, "record", lambda *_: {"status": "anew", "recording": {}})
    assert way(small, 1) == made
    make({"steps/step01_answer/app.py": f"{APP}\n"})
    assert way(small, 1).status == "anew"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("request: GET /\nask: GET /\n", r"01\.txt:2: A line of the head begins with about, set, client,"),
        ("about: Nobody comes.\n", r"01\.txt names no request: write a line such as 'request: GET /essays/4'"),
        ("request: GET\n", r"01\.txt:1: A request is a method, a path and fields"),
        ("request: POST / note\n", r"01\.txt:1: A request is a method, a path and fields"),
        ("request: GET /nowhere\n", r"step01_answer cannot be recorded: KeyError: '/nowhere'"),
    ],
)
def test_a_fault_is_one_sentence(small: Project, make: Make, text: str, message: str) -> None:
    make({"tests/series/ways/01.txt": text})
    with pytest.raises(Trouble, match=message):
        way(small, 1)


def test_while_one_writes_the_fault_takes_the_place_of_the_way(small: Project, make: Make) -> None:
    make({"steps/step01_answer/app.py": "import nothing_of_this_name"})
    with pytest.raises(Trouble, match="No module named 'nothing_of_this_name'"):
        Series(small, {}, patient=False).watch()
    shown = Series(small, {}, patient=True).watch()
    assert [watch["fault"].count("nothing_of_this_name") for watch in shown.values()] == [1, 1]


def test_what_the_app_itself_offers_to_tests_is_a_client_too(make: Make) -> None:
    client = "\nfrom werkzeug.test import Client\napp.test_client = lambda: Client(app)\n"
    head = "about: A test.\nclient: own\nrequest: GET /\n"
    project = make({**FILES, "steps/step01_answer/app.py": APP + client, "tests/series/ways/01.txt": head})
    assert way(project, 1).status == "200 OK"


def rows(project: Project, number: int) -> list[tuple[str, str, int, int, str]]:
    step = project.step(number)
    return [
        (", ".join(f"{name.name}{name.outcome}" for name in row.names), row.file, row.lane, row.depth, row.mark)
        for row in stations.of(project, step, way(project, number))["rows"]
    ]


def test_what_is_new_and_what_is_changed_is_marked(small: Project) -> None:
    assert rows(small, 2) == [
        ("answer", "dram/__init__.py", 0, 0, "changed"),
        ("find", "dram/__init__.py", 0, 1, "new"),
        ("index", "app.py", 1, 1, ""),
    ]
    # In the first step all is new, and so shown.
    assert [row[0] for row in rows(small, 1)] == ["__call__", "answer", "index", "_greet"]
    assert {row[4] for row in rows(small, 1)} == {"new"}


def test_what_moved_into_another_file_is_not_new(small: Project, make: Make) -> None:
    base = SECOND.replace("class Dram", "class Base").replace("class Base", "class Dram")
    make(
        {"steps/step02_find/dram/__init__.py": "from .app import Dram as Dram\n", "steps/step02_find/dram/app.py": base}
    )
    assert [row[4] for row in rows(small, 2)] == ["changed", "new", ""]


def test_functions_that_follow_each_other_share_a_row_and_an_exception_is_named(make: Make) -> None:
    app = APP.replace("return _greet() + _greet()", "one(); two()\n    return three()")
    app += "\ndef one(): ...\ndef two(): ...\ndef four():\n    raise OSError\n"
    app += "def three():\n    try:\n        four()\n    except OSError:\n        return ''\n"
    project = make({**FILES, "steps/step02_find/app.py": app})
    assert [row[0] for row in rows(project, 2)] == [
        "answer", "find", "index", "one, two", "three catches OSError", "four raises OSError",
    ]  # fmt: skip


def test_what_lies_deep_and_is_as_it_was_is_folded(make: Make) -> None:
    app = APP.replace("return _greet() + _greet()", "return a()")
    app += "\ndef a(): return b()\ndef b(): return c()\ndef c(): return d()\ndef d(): return ''\n"
    files = {**FILES, "steps/step01_answer/app.py": app, "steps/step02_find/app.py": app}
    assert [row[0] for row in rows(make(files), 2)] == ["answer", "find", "index", "a", "b"]
    news = make({**files, "steps/step02_find/app.py": app.replace("return ''", "return str()")})
    assert [row[0] for row in rows(news, 2)] == ["answer", "find", "index", "a", "b", "c", "d"]


def test_the_script_has_the_coloured_lines_of_each_function(project: Project) -> None:
    step: Step = project.step(2)
    text = stations.of(project, step, ways.way_of(project, step))["script"]
    data = json.loads(text.removeprefix("watchRecorded(").removesuffix(")\n"))
    (essay,) = [function for function in data["functions"] if function["name"] == "essay"]
    assert essay["mark"] == "new"
    assert essay["lines"][1].startswith('<span class="k">def</span> <span class="nf">essay</span>(number: ')
    assert (data["request"], data["status"]) == ("GET /essays/4", "200 OK")


def test_the_lines_of_a_text_that_goes_over_several_are_less_the_indent(small: Project, make: Make) -> None:
    doc = SECOND.replace(
        "    def find(self, path):\n",
        '    def find(self, path):\n        """Find.\n\n        It is there.\n        """\n',
    )
    make({"steps/step02_find/dram/__init__.py": doc})
    step = small.step(2)
    text = stations.of(small, step, way(small, 2))["script"]
    assert '"<span class=\\"sd\\">    It is there.</span>"' in text
