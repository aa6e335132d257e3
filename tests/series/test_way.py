"""A plain request takes a short way, and no request leaves anything for the garbage collector."""

import shutil

import pytest

from series import way
from series.project import Project, Step

PROJECT = Project()

#: From the step with contexts on; before it a request and its environ hold each other.
STEPS = [pytest.param(step, id=step.name) for step in PROJECT.steps if step.number >= 5]


@pytest.mark.parametrize("step", STEPS)
def test_the_way_is_short_and_leaves_nothing(step: Step):
    ways = way.measure(step.folder)
    print(way.describe(step, ways))
    assert way.faults(ways) == []


@pytest.fixture
def planted(tmp_path):
    """Measure the step with contexts, after a change to its framework."""

    def plant(path: str, old: str, new: str) -> list[str]:
        folder = tmp_path / "planted"
        shutil.copytree(PROJECT.step(5).folder, folder)
        text = (folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
        return way.faults(way.measure(folder))

    return plant


def test_a_cycle_of_request_and_environ_is_seen(planted):
    faults = planted("dram/ctx.py", ", populate_request=False", "")
    assert len(faults) == len(way.PATHS)


def test_an_error_that_holds_itself_is_seen(planted):
    faults = planted("dram/app.py", "                del error\n", "                pass\n")
    assert [fault.split()[0] for fault in faults] == ["failing"]


def test_a_kept_routing_exception_is_seen(planted):
    faults = planted("dram/ctx.py", "self.request.routing_exception = None", "pass")
    assert [fault.split(" leaves")[0] for fault in faults] == ["not found"]


def test_a_detour_is_seen(planted):
    (fault,) = planted(
        "dram/app.py",
        "        request = context.request\n        if request.url_rule",
        "        request = [has_request_context() for _ in range(9)] and context.request\n        if request.url_rule",
    )
    assert "calls, more than 20" in fault


def test_the_way_with_hooks_is_measured_too():
    step = PROJECT.step(7)
    ways = way.measure(step.folder)
    assert {"preprocess_request", "process_response"} <= {*ways[way.HOOKED].calls} - {*ways["plain"].calls}
    assert way.faults({**ways, way.HOOKED: way.Way(["one"] * 21, [], 7)}) == [
        "with hooks leaves 7 objects in cycles",
        f"with hooks makes 21 calls, more than 20: {', '.join(['one'] * 21)}",
    ]


def test_a_long_way_names_its_calls():
    plain = way.Way(["one"] * (way.CALLS + 1), ["a.py"] * (way.FILES + 1), 0)
    calls, files = way.faults({"plain": plain})
    assert calls == f"plain makes {way.CALLS + 1} calls, more than {way.CALLS}: {', '.join(plain.calls)}"
    assert "more than 5: a.py" in files
