"""Excerpts are found by name, and what is new in them is marked where a reader would mark it."""

import pytest

from series.changes import changed
from series.project import Project
from series.sources import BadExcerpt, Excerpt, excerpt, since

ONE = '''\
"""The application."""

import sys

#: How often to greet.
#: Zero is never.
TIMES = 1

app = object()


class Dram:
    """An application."""

    #: Where it is.
    place = "/"

    def __init__(self) -> None:
        self.views = {}

    @property
    def size(self) -> int:
        return len(self.views)

    @size.setter
    def size(self, value: int) -> None:
        raise AttributeError

    def route(self, rule):
        """Register."""

        def register(view):
            self.views[rule] = view
            return view

        return register


def twice():
    return 1


app = Dram()


def twice():
    return 2
'''
TWO = (
    ONE.replace('"""Register."""', '"""Register a view."""')
    .replace("    def route(self, rule):\n", "    def route(self, rule, **options):\n")
    .replace("    raise AttributeError\n", "    pass\n")
    .replace("self.views[rule] = view", "self.add(rule, view)")
    .replace(
        "\n\ndef twice():\n    return 1\n",
        '''
    def endpoint(self, name):
        """Register."""

        def register(view):
            self.views[name] = view
            return view

        return register


def twice():
    return 1
''',
    )
)


@pytest.fixture
def two_steps(make) -> Project:
    return make(
        {
            "steps/step01_one/dram/app.py": ONE,
            "steps/step01_one/page.html": "<p>\none\n",
            "steps/step02_two/dram/app.py": TWO,
            "steps/step02_two/page.html": "<p>\none\n",
            "tests/step02_two/test_it.py": "def test_it():\n    assert True\n",
        }
    )


def find(project: Project, at: str, lines: str = "", step: int = 2) -> Excerpt:
    return excerpt(project, project.step(step), at, lines)


@pytest.mark.parametrize(
    ("at", "first", "last"),
    [
        ("dram/app.py TIMES", "#: How often to greet.", "TIMES = 1"),
        ("dram/app.py Dram.place", "    #: Where it is.", '    place = "/"'),
        ("dram/app.py Dram.size", "    @property", "        pass"),
        ("dram/app.py Dram.endpoint", "    def endpoint(self, name):", "        return register"),
        ("dram/app.py Dram", "class Dram:", "        return register"),
        ("dram/app.py", '"""The application."""', "    return 2"),
        ("page.html", "<p>", "one"),
        ("tests/test_it.py test_it", "def test_it():", "    assert True"),
    ],
)
def test_an_excerpt_is_found_by_name(two_steps, at, first, last):
    found = find(two_steps, at)
    assert (found.lines[0], found.lines[-1]) == (first, last)


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        ('class Dram: .. """An', "class Dram:", '    """An application."""'),
        (".. place", "class Dram:", '    place = "/"'),
        ("def endpoint ..", "    def endpoint(self, name):", "        return register"),
        ("self.views = {}", "        self.views = {}", "        self.views = {}"),
        # The last line is looked for after the first: there is one such line after `endpoint`.
        ("def endpoint .. return view", "    def endpoint(self, name):", "            return view"),
    ],
)
def test_a_part_is_cut_by_the_text_of_its_first_and_last_lines(two_steps, lines, first, last):
    found = find(two_steps, "dram/app.py Dram", lines)
    assert (found.lines[0], found.lines[-1], found.cut) == (first, last, True)


def test_a_line_that_is_the_text_exactly_goes_before_longer_ones(make):
    project = make({"steps/step01_one/a.py": "x = 1\nx = 12\ny = 3\n"})
    assert find(project, "a.py", "x = 1 .. y", 1).first == 1


@pytest.mark.parametrize(
    ("at", "lines", "message"),
    [
        ("dram/apps.py", "", "step02_two has no file 'dram/apps.py'."),
        ("dram/app.py Dram.rout", "", "step02_two/dram/app.py has no 'Dram.rout'. Is 'Dram.route' meant?"),
        ("dram/app.py twice", "", "step02_two/dram/app.py has several 'twice', at lines 48, 55."),
        (
            "page.html body",
            "",
            "page.html is not Python and has no symbol 'body'. Name its lines with lines=\"… .. …\".",
        ),
        ("dram/app.py Dram", "def absent", "No line of 'dram/app.py Dram' begins with 'def absent'"),
        ("dram/app.py Dram", "def register", "Several lines of 'dram/app.py Dram' begin with 'def register': 32, 41."),
        (
            "dram/app.py Dram",
            "return register .. class Dram",
            "Several lines of 'dram/app.py Dram' begin with 'return reg",
        ),
        ("dram/app.py Dram", "def endpoint .. class Dram", "No line of 'dram/app.py Dram' begins with 'class Dram'"),
        ("dram/app.py Dram route", "", "must be a file, or a file and a symbol"),
    ],
)
def test_a_name_that_does_not_exist_or_is_not_unique_is_a_fault(two_steps, at, lines, message):
    with pytest.raises(BadExcerpt) as caught:
        find(two_steps, at, lines)
    assert message in str(caught.value)


def test_a_file_that_does_not_parse_is_a_fault(make):
    with pytest.raises(BadExcerpt, match=r"step01_one/a\.py does not parse: line 2"):
        find(make({"steps/step01_one/a.py": "x = 1\ndef (\n"}), "a.py x", step=1)


def test_changed_lines_are_new_and_what_they_replace_is_shown_in_front_of_them(two_steps):
    found = find(two_steps, "dram/app.py Dram.route")
    start = found.first
    assert found.new == {start, start + 1, start + 4}
    assert found.removed == {
        start: ["    def route(self, rule):", '        """Register."""'],
        start + 4: ["            self.views[rule] = view"],
    }
    assert not found.is_new


def test_a_new_method_is_new_in_all_its_lines_though_others_are_like_it(two_steps):
    found = find(two_steps, "dram/app.py Dram.endpoint")
    assert found.is_new
    assert not found.removed


def test_another_step_can_be_named(two_steps):
    found = find(two_steps, "01 dram/app.py Dram.route")
    assert found.step.number == 1
    assert found.is_new


def test_lines_stand_since_the_step_that_wrote_them(two_steps):
    assert since(two_steps, find(two_steps, "dram/app.py Dram.__init__")).number == 1
    assert since(two_steps, find(two_steps, "dram/app.py Dram.endpoint")).number == 2


def test_a_line_removed_at_the_end_of_a_function_is_shown_there(make):
    before = "def a():\n    x = 1\n    return x\n    # done\n\n\ndef b():\n    pass\n"
    project = make({"steps/step01_a/a.py": before, "steps/step02_b/a.py": before.replace("    # done\n", "")})
    assert find(project, "a.py a").removed == {4: ["    # done"]}
    assert find(project, "a.py b").removed == {}


def test_a_function_removed_in_front_of_another_is_not_shown_as_part_of_it(make):
    after = "def b():\n    pass\n"
    project = make({"steps/step01_a/a.py": "def a():\n    pass\n\n\n" + after, "steps/step02_b/a.py": after})
    assert find(project, "a.py b").removed == {}
    assert find(project, "a.py").removed == {}


def test_what_a_new_function_took_the_place_of_is_not_shown_as_part_of_it(make):
    project = make({"steps/step01_a/a.py": "def a(x):\n    return x\n", "steps/step02_b/a.py": "def b():\n    pass\n"})
    found = find(project, "a.py b")
    assert found.is_new
    assert not found.removed


def marked(before: str, after: str) -> str:
    """The text after, with a sign in front of each line, and what went where it was."""
    changes, rows, j = changed(before.splitlines(), after.splitlines()), [], 0
    for hunk in changes.hunks:
        rows += [f" {line}" for line in changes.after[j : hunk.new.start]]
        rows += [f"-{changes.before[i]}" for i in hunk.old] + [f"+{changes.after[n]}" for n in hunk.new]
        j = hunk.new.stop
    return "\n".join(rows + [f" {line}" for line in changes.after[j:]])


def test_a_block_begins_at_its_head_and_not_in_its_middle():
    before = "def f():\n    with lock:\n        a()\n    with lock:\n        c()"
    after = before.replace("        c()", "        b()\n    with lock:\n        c()")
    assert marked(before, after).split("\n")[3:] == [
        "+    with lock:",
        "+        b()",
        "     with lock:",
        "         c()",
    ]


def test_a_block_begins_at_its_decorator():
    block = '@app.get("/")\ndef {}():\n    pass\n\n\n'
    before, after = block.format("a") + block.format("c"), "".join(block.format(name) for name in "abc")
    assert marked(before, after).split("\n")[5:10] == ['+@app.get("/")', "+def b():", "+    pass", "+", "+"]


def test_a_removed_block_slides_as_well():
    block = "    def {}(self):\n        pass\n"
    before = "class A:\n" + "\n".join(block.format(name) for name in "abc")
    after = "class A:\n" + "\n".join(block.format(name) for name in "ac")
    assert marked(before, after).split("\n")[4:7] == ["-    def b(self):", "-        pass", "-"]


def test_a_longer_run_elsewhere_does_not_draw_a_function_away_from_itself():
    # difflib gives the inner lines of the old `route` to the new `endpoint`, where a longer run is the same.
    rows = marked(ONE, TWO).split("\n")
    start = rows.index("+    def endpoint(self, name):")
    assert all(row.startswith("+") for row in rows[start : start + 8])


def test_a_constant_and_a_method_that_both_changed_stay_beside_their_names():
    before = "A = 1\n\n\ndef f():\n    return A\n"
    assert marked(before, "A = 2\nB = 3\n\n\ndef f():\n    return B\n").split("\n")[:3] == [
        "-A = 1",
        "+A = 2",
        "+B = 3",
    ]


def test_a_decorator_that_changed_stays_with_its_function(make):
    before = '@app.route("/")\ndef index():\n    pass\n'
    after = "def page():\n    pass\n\n\n" + before.replace("route", "get")
    project = make({"steps/step01_a/a.py": before, "steps/step02_b/a.py": after})
    assert find(project, "a.py index").removed == {5: ['@app.route("/")']}
    assert find(project, "a.py page").is_new


def test_a_new_function_is_new_also_in_lines_that_stood_outside_of_functions(make):
    before = 'if __name__ == "__main__":\n    app.run()\n'
    after = "def main():\n    app.run()\n\n\n" + before.replace("app.run", "main")
    project = make({"steps/step01_a/a.py": before, "steps/step02_b/a.py": after})
    assert find(project, "a.py main").is_new


def test_a_function_that_was_renamed_is_still_the_same():
    before = "def a(x):\n    x += 1\n    return x\n"
    assert marked(before, before.replace("a(x)", "b(x)")) == "-def a(x):\n+def b(x):\n     x += 1\n     return x"


def test_a_blank_line_alone_does_not_tear_a_change_apart():
    assert marked("<p>\na\n\nb\n</p>", "<p>\nc\n\nd\n</p>") == " <p>\n-a\n-\n-b\n+c\n+\n+d\n </p>"


@pytest.mark.parametrize(("before", "after"), [(ONE, TWO), (TWO, ONE), ("", ONE), (ONE, ""), (ONE, ONE[::-1])])
def test_the_changes_make_one_text_of_the_other(before, after):
    changes = changed(before.splitlines(), after.splitlines())
    made = list(changes.before)
    for hunk in reversed(changes.hunks):
        made[hunk.old.start : hunk.old.stop] = [changes.after[n] for n in hunk.new]
    assert made == list(changes.after)
