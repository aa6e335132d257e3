"""The benchmark measures the same thing everywhere, in turn, and says how sure it is."""

import argparse
import json

import pytest

from series import bench, environment
from series.benchmarks.cases import CASES
from series.project import ROOT, Project, Trouble


class Answering:
    """Stands for a worker: it takes as long as it is told, and answers what it is told."""

    def __init__(self, name="step 1", seconds=(0.001,), status=200, body="Hello", step=1):
        self.name, self.step, self.status, self.body = name, step, status, body
        self.waiting, self.asked, self.seconds = list(seconds), [], {}

    def ask(self, case, count):
        self.asked.append((case, count))
        return self.waiting[len(self.asked) % len(self.waiting)], self.status, self.body


def test_the_last_step_and_the_others_answer_each_case_alike():
    interpreter, last = environment.python("compare"), Project().last
    kinds = [("flask", None), ("bottle", None), ("werkzeug", None), ("dram", last)]
    answers = {}
    for kind, step in kinds:
        with bench.worker(interpreter, ROOT, kind, step) as each:
            answers[kind] = {name: each.ask(name, 2)[1:] for name in CASES}
    for name, case in CASES.items():
        status, body = answers["dram"][name]
        assert status == case.status
        for kind, _ in kinds:
            same = answers[kind][name][0] == status and (
                status != 200 or bench.plain(answers[kind][name][1]) == bench.plain(body)
            )
            assert same, (kind, name)


def test_a_wrong_answer_is_no_measurement():
    with pytest.raises(Trouble, match=r"step 1 answers \[200, 'Hullo'\] to the case 'hello', and flask"):
        bench.count(Answering(body="Hullo"), "hello", 200, Answering("flask"))
    with pytest.raises(Trouble, match="step 1 answers"):
        bench.count(Answering(status=500), "hello", 200, Answering("flask"))


def test_json_is_compared_by_its_meaning():
    assert bench.count(Answering(body='{"a":1}'), "json", 200, Answering("flask", body='{"a": 1}\n')) == 20


def test_all_are_asked_in_turn_and_none_always_first(monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 4)
    monkeypatch.setattr(bench, "CASES", {name: CASES[name] for name in ("hello", "json")})
    order = []
    workers = [Answering("flask", step=99), Answering("step 15", step=15), Answering()]
    for each in workers:
        monkeypatch.setattr(each, "ask", lambda case, count, each=each: order.append(each.name) or (0.001, 200, ""))
    bench.measure(workers)
    assert [len(each.seconds["hello"]) for each in workers] == [4, 4, 4]
    assert [len(each.seconds.get("json", [])) for each in workers] == [4, 4, 0]
    last = order[-8:]
    turns = [last[turn : turn + 2] for turn in range(0, 8, 2)]
    assert turns == [["flask", "step 15"], ["step 15", "flask"]] * 2


def test_ratios_are_those_of_rounds_so_that_a_slow_machine_slows_both():
    assert bench.quartiles([0.1, 0.2, 0.9], [0.05, 0.1, 0.45]) == [2.0, 2.0, 2.0]
    lower, middle, upper = bench.quartiles([4, 4, 4, 4, 4], [1, 2, 4, 4, 4])
    assert (lower, middle) == (1.0, 1.0)
    assert upper > 2


def test_the_table_has_a_row_for_each_case_and_leaves_empty_what_was_not_measured():
    figures = {
        "versions": {"python": "3.11.7"},
        "cases": {"hello": {"flask": 50.0, "step 1": [1.9, 2.0, 2.1]}, "json": {"flask": 60.0}},
    }
    head, hello, last, *_, versions = bench.table(figures)
    assert "step 1" in head
    assert "50.0 µs" in hello
    assert "×2.00 (1.90–2.10)" in hello
    assert last.rstrip().endswith("60.0 µs")
    assert "python 3.11.7" in versions


def test_part_of_the_steps_is_not_stored(monkeypatch):
    monkeypatch.setattr(bench, "python", lambda group: pytest.fail("measured first"))
    with pytest.raises(Trouble, match="Only a run of all steps"):
        bench.run(argparse.Namespace(steps=["1"], write=True))


def test_the_figures_that_are_stored_are_those_of_all_steps():
    stored = json.loads((ROOT / bench.FIGURES).read_text(encoding="utf-8"))
    hello = stored["cases"]["hello"]
    assert [name for name in hello if name.startswith("step")] == [f"step {step.number}" for step in Project().steps]
