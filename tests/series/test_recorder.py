"""What a recording says of functions that call, raise, wait, hang, and hold values that differ from run to run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from series.playground.recorder import Short, record

Recording = dict[str, Any]


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[..., Recording]:
    """Writes a module into a folder, and records what `work` does with it."""

    def make(
        source: str, work: Callable[[ModuleType], object] = lambda module: module.main(), **more: int
    ) -> Recording:
        path = tmp_path / "folder" / "module.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("module", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        vars(module)["Headers"] = Headers
        spec.loader.exec_module(module)
        return record(lambda: work(module), str(path.parent), **more)

    return make


def story(recording: Recording, *left_out: str) -> list[str]:
    """The events but for lines, in words, each indented by its depth."""
    names = [function["name"] for function in recording["functions"]]
    return [
        " ".join(["  " * depth + kind, names[index], *text])
        for kind, index, depth, _, _, *text in recording["events"]
        if kind not in ("line", *left_out)
    ]


def test_a_function_is_told_with_its_file_its_place_and_its_text(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        class Shop:
            @staticmethod
            def sell(price):
                return price + 1

        def main():
            return Shop.sell(2)
        """
    )
    assert made["functions"][1] == {
        "name": "Shop.sell",
        "file": "module.py",
        "line": 3,
        "source": "@staticmethod\ndef sell(price):\n    return price + 1\n",
    }
    assert made["cut"] is False
    assert [event for event in made["events"] if event[1] == 1] == [
        ["call", 1, 1, 3, [("price", "2")]],
        ["line", 1, 1, 5, []],
        ["return", 1, 1, 5, [], "3"],
    ]
    assert story(made) == ["call main", "  call Shop.sell", "  return Shop.sell 3", "return main 3"]


def test_values_are_told_when_they_change_and_only_then(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        def main():
            found = []
            found.append(1)
            other = 2
            return found
        """
    )
    assert [event[4] for event in made["events"]] == [
        [], [], [("found", "[]")], [("found", "[1]")], [("other", "2")], [],
    ]  # fmt: skip


def test_an_exception_is_followed_to_where_it_is_caught(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        def main():
            try:
                middle()
            except KeyError:
                return "caught"

        def middle():
            try:
                low()
            finally:
                str()

        def low():
            raise KeyError("gone")
        """
    )
    assert story(made) == [
        "call main",
        "  call middle",
        "    call low",
        "    raise low KeyError(\"'gone'\")",
        "    leave low ",
        "  raise middle KeyError(\"'gone'\")",
        "  leave middle ",
        "raise main KeyError(\"'gone'\")",
        "return main 'caught'",
    ]


def test_returning_nothing_is_not_leaving(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        def main():
            try:
                raise ValueError
            except ValueError:
                pass
        """
    )
    assert story(made) == ["call main", "raise main ValueError()", "return main None"]


def test_a_generator_yields_and_goes_on(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        def count():
            number = 1
            yield number
            yield number + 1

        def main():
            for each in count():
                pass
        """
    )
    assert story(made) == [
        "call main",
        "  call count",
        "  yield count 1",
        "  resume count",
        "  yield count 2",
        "  resume count",
        "  return count None",
        "return main None",
    ]
    assert [event[4] for event in made["events"] if event[0] == "resume"] == [[("number", "1")]] * 2


def test_a_generator_that_fails_tells_it(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        from contextlib import contextmanager, suppress

        @contextmanager
        def held():
            yield 1

        def main():
            with suppress(KeyError), held():
                raise KeyError
        """
    )
    assert story(made, "call", "yield", "resume", "return") == [
        "raise main KeyError()",
        "  raise held KeyError()",
        "  leave held ",
    ]


def test_recursion_hooks_lambdas_and_decorators_are_calls_below_their_callers(
    recorded: Callable[..., Recording],
) -> None:
    made = recorded(
        """
        from functools import wraps

        def twice(function):
            @wraps(function)
            def wrapper(number):
                return function(number)
            return wrapper

        @twice
        def down(number):
            return number and down(number - 1)

        def main():
            return [hook(1) for hook in (lambda number: number, down)]
        """
    )
    assert story(made, "return") == [
        "call main",
        "  call main.lambda",
        "  call twice.wrapper",
        "    call down",
        "      call twice.wrapper",
        "        call down",
    ]


def test_comprehensions_class_bodies_and_modules_are_no_stations(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        def one():
            return 1

        def main():
            class Local:
                number = one()
            return [one() for _ in "a"], {one() for _ in "a"}, {1: one() for _ in "a"}, any(one() for _ in "a")
        """
    )
    assert story(made, "return") == ["call main", *["  call one"] * 5]


def test_a_package_is_one_line_out_and_one_back_with_what_it_calls_back(recorded: Callable[..., Recording]) -> None:
    made = recorded(
        """
        class Loud(Headers):
            def add(self, name, value):
                super().add(name, value.upper())

        def main():
            Loud().extend({"a": "b"})
        """
    )
    assert story(made) == [
        "call main",
        "  call Headers.__init__",
        "  return Headers.__init__ None",
        "  call Headers.extend",
        "    call Loud.add",
        "      call Headers.add",
        "      return Headers.add None",
        "    return Loud.add None",
        "  return Headers.extend None",
        "return main None",
    ]
    assert {function["file"]: function["source"] == "" for function in made["functions"]} == {
        "module.py": False,
        "werkzeug": True,
    }


def test_start_response_is_the_servers(recorded: Callable[..., Recording]) -> None:
    def start_response(*_: object) -> None: ...

    made = recorded(
        "def app(environ, start_response):\n    start_response('200 OK')\n", lambda it: it.app({}, start_response)
    )
    assert [function["file"] for function in made["functions"]] == ["module.py", "server"]


def test_a_long_recording_is_cut_and_says_so(recorded: Callable[..., Recording]) -> None:
    source = "def main():\n    for _ in range(9):\n        pass\n    return 1\n"
    assert len(recorded(source, limit=5)["events"]) == 5
    assert recorded(source, limit=5)["cut"] is True
    whole = recorded(source)
    assert recorded(source, limit=len(whole["events"])) == whole


def test_what_the_work_raises_is_raised(recorded: Callable[..., Recording]) -> None:
    with pytest.raises(ZeroDivisionError):
        recorded("def main():\n    1 / 0\n")


class Plain: ...


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Plain(), "<Plain>"),
        (Broken(), "<Broken instance>"),
        ([Plain()], "[<Plain>]"),
        (test_what_the_work_raises_is_raised, "<function test_what_the_work_raises_is_raised>"),
        ("x" * 99, "'" + "x" * 58 + "…"),
        ({"b": 1, "a": "2"}, "{'a': '2', 'b': 1}"),
        ("eyJhIjoxfQ.aSGm8A.Xk3Jb0h5nQw9zVt2LmR7cY4pD1s", "'…'"),
        ("f" * 32, "'…'"),
        (1763833000.25, "…"),
        ("scrypt:32768:8:1$abcDEF$00ff", "'scrypt:…'"),
        ("http://localhost:5000/essays/4", "'http://localhost/essays/4'"),
        ("Sun, 22 Nov 2026 17:36:28 GMT", "'…'"),
        (PurePosixPath("/folder/app.py"), "PurePosixPath('app.py')"),
        (ValueError("no"), "ValueError('no')"),
        ("a\nb", r"'a\nb'"),
    ],
)
def test_the_text_of_a_value_is_short_and_the_same_in_each_run(value: object, text: str) -> None:
    assert Short("/folder").of(value) == text
