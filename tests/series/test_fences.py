"""The fences of the essays: what they become, and that each mistake in one names the essay and the line."""

import re
import textwrap

import markdown
import pytest

from series.essays import FenceFault, fences, first_line, front_matter
from series.fences import FencesExtension
from series.project import Project

ONE = '''\
class Dram:
    def route(self, rule):
        """Register <b>."""
        return rule
'''
TWO = ONE.replace("rule)", "rule, **options)") + "\n\ndef new():\n    return 1\n"
PATCH = """\
--- a/dram/app.py
+++ b/dram/app.py
@@ -1,4 +1,4 @@
 class Dram:
     def route(self, rule):
-        \"\"\"Register <b>.\"\"\"
+        \"\"\"Register.\"\"\"
         return rule
"""
DRAWING = '<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"><title>A way</title></svg>'


@pytest.fixture
def two_steps(make) -> Project:
    return make(
        {
            "steps/step01_one/dram/app.py": ONE,
            "steps/step01_one/dram/same.py": "x = 1\n",
            "steps/step02_two/dram/app.py": TWO,
            "steps/step02_two/dram/same.py": "x = 1\n",
            "tests/step02_two/test_two.py": "def test_it():\n    pass\n",
            "exercises/step01/greet/test_greet.py": "def test_greet():\n    assert True\n",
            "exercises/step01/greet/solution.patch": PATCH,
            "exercises/step01/half/test_half.py": "",
            "posts/figures/01-way.svg": DRAWING,
            "posts/figures/broken.svg": "<svg>",
            "posts/figures/mute.svg": "<svg/>",
        }
    )


def render(project: Project, text: str, page: str = "02-two.md") -> str:
    extension = FencesExtension(project, page)
    return markdown.markdown(textwrap.dedent(text), extensions=["fenced_code", "codehilite", "admonition", extension])


def fence(head: str, body: str = "") -> str:
    return f"```{head}\n{body}```\n"


def test_a_listing_marks_what_changed_and_shows_what_went(two_steps):
    html = render(two_steps, fence('step at="dram/app.py Dram.route"'))
    assert html.startswith('<figure class="listing" id="dram-app-py-dram-route">')
    assert '<a href="../02-two/changes/#dram-app-py"><code>dram/app.py</code> ' in html
    assert '<span class="symbol">Dram.route</span></a> <span class="news">+1 −1</span>' in html
    assert (
        '<div class="code" tabindex="0" role="region" aria-label="dram/app.py, Dram.route"><pre><code><del cl' in html
    )
    assert html.count('<ins class="row">') == html.count('<del class="row">') == 1
    assert html.count('<span class="row">') == 2
    assert "Register &lt;b&gt;." in html
    assert '<del class="row"><span class="indent">    </span><span class="k">def</span>' in html


def test_a_listing_that_is_all_new_says_so_once(two_steps):
    html = render(two_steps, fence('step at="dram/app.py new"'))
    assert '<figure class="listing new"' in html
    assert '<span class="news">new in this step</span>' in html
    assert "<ins" not in html


def test_a_listing_from_another_step_or_without_news_says_since_when(two_steps):
    html = render(two_steps, fence('step at="01 dram/app.py Dram"') + fence('step at="dram/same.py"'))
    assert 'href="../01-one/changes/#dram-app-py"' in html
    assert "new in step 1" in html
    assert "unchanged since step 1" in html
    assert 'href="../02-two/code/#dram-same-py"' in html  # because the file is not among the changes


def test_a_part_says_where_it_begins(two_steps):
    html = render(two_steps, fence('step at="dram/app.py Dram" lines="def route"'))
    assert '<span class="place">from line 2</span>' in html


def test_a_test_is_shown_from_the_steps_suite(two_steps):
    assert 'href="../02-two/tests/#tests-test_two-py"' in render(
        two_steps, fence('step at="tests/test_two.py test_it"')
    )


def test_a_listing_shown_twice_has_its_own_id_and_label(two_steps):
    html = render(two_steps, fence('step at="dram/app.py new"') * 2)
    assert 'id="dram-app-py-new"' in html
    assert 'id="dram-app-py-new-2"' in html
    assert 'aria-label="dram/app.py, new 2"' in html


def test_links_are_made_by_whoever_builds_the_site(two_steps):
    extension = FencesExtension(two_steps, "02-two.md", link=lambda target: f"here:{target}")
    html = markdown.markdown(fence('step at="dram/app.py new"'), extensions=[extension])
    assert 'href="here:02-two/changes/#dram-app-py"' in html


def test_a_diff_between_steps_is_shown_whole_or_of_one_folder(two_steps):
    html = render(two_steps, fence('stepdiff from="01" to="2" only="dram"'))
    assert '<section class="file changed" id="step-1-to-2-dram-app-py">' in html
    assert '<p class="name"><code>dram/app.py</code>' in html


def test_a_terminal_transcript_tells_what_is_typed_from_what_is_printed(two_steps):
    html = render(two_steps, fence('console on="01"', "$ curl -i /<x>\nHTTP/1.1 200 OK\n"))
    assert '<div class="transcript" data-on="01" tabindex="0" role="region" aria-label="Transcript, on step 1">' in html
    assert '<p class="where">on step 1, one</p>' in html
    assert '<span class="prompt">$ </span><kbd>curl -i /&lt;x&gt;</kbd>\n' in html
    assert '<span class="output">HTTP/1.1 200 OK\n</span>' in html
    assert "where" not in render(two_steps, fence("console", "$ curl /\n"))


def test_a_page_that_belongs_to_no_step_says_once_on_which_its_transcripts_run(two_steps):
    texts = [fence(f'pycon on="{step}"', ">>> 1\n1\n") for step in ("last", "2", "1", "1")]
    html = render(two_steps, "".join(texts), "becoming-big.md")
    assert re.findall('where">(.*?)<', html) == ["on step 2, two", "on step 1, one"]


def test_a_command_may_go_on_in_the_next_line(two_steps):
    html = render(two_steps, fence("console", "$ python -c \\\n> 'print(1)'\n1\n> quoted\n"))
    assert re.findall("<kbd>(.*?)</kbd>", html) == ["python -c \\", "'print(1)'"]
    assert '<span class="output">&gt; quoted' in html


def test_a_python_transcript_keeps_the_colours_of_the_code(two_steps):
    html = render(two_steps, fence("pycon", '>>> def f():\n...     """A\n...     b."""\n...\n>>> f()\n>>>\n'))
    assert '<span class="prompt">&gt;&gt;&gt; </span><span class="typed"><span class="k">def</span>' in html
    assert '<span class="prompt">... </span><span class="typed"><span class="sd">    b."""</span></span>' in html


def test_dots_in_output_are_a_hole_and_no_prompt(two_steps):
    html = render(two_steps, fence("pycon", ">>> f()\n[1,\n...\n9]\n"))
    assert '<span class="output">...\n</span>' in html


def test_an_exercise_shows_its_test_its_command_and_its_solution(two_steps):
    html = render(two_steps, fence('exercise at="step01/greet"'))
    assert "python3 series test 1 --exercise greet --on mine" in html
    assert '<span class="nf">test_greet</span>' in html
    assert 'id="solution-of-greet-dram-app-py"' in html
    assert "<mark>" in html
    assert html.count("<details>") == 2


def test_a_file_that_belongs_to_no_step_is_shown_whole(two_steps):
    (two_steps.root / "deploy").mkdir()
    (two_steps.root / "deploy" / "site.conf").write_text("listen 80;\n", encoding="utf-8")
    html = render(two_steps, fence('file src="deploy/site.conf"'))
    assert "<figcaption><code>deploy/site.conf</code></figcaption>" in html
    assert '<span class="row"><span class="k">listen</span>' in html


def test_a_drawing_is_inlined_and_its_caption_is_markdown(two_steps):
    html = render(two_steps, fence('figure src="01-way.svg"', "The *way* in.\n"))
    assert (
        '<figure class="drawing"><svg xmlns="http://www.w3.org/2000/svg"><title>A way</title></svg><figcaption>' in html
    )
    assert "<em>way</em>" in html
    assert html.endswith("</figcaption></figure>")
    assert "by hand" not in html


def test_fences_work_inside_of_admonitions(two_steps):
    html = render(two_steps, '!!! aside "A"\n\n    Text.\n\n    ```step at="dram/app.py new"\n    ```\n\nAfter.\n')
    assert html.index("<figure") < html.index("</div>\n<p>After.")


def test_other_fences_are_left_to_markdown(two_steps):
    html = render(two_steps, fence("text", '```step at="not a fence\n'.replace("```", "~~~")) + fence("html", "<p>\n"))
    assert html.count('<div class="codehilite">') == 2


def test_a_fence_inside_of_a_fence_is_text(two_steps):
    assert "codehilite" in render(two_steps, '````text\n```step at="dram/none.py"\n```\n````\n')


def test_code_of_others_is_shown_as_theirs(two_steps):
    html = render(two_steps, fence('python elsewhere="Starlette"', "async def app(scope): ...\n") * 2)
    assert 'aria-label="Code of Starlette 2"' in html
    assert "Starlette 2, not ours" not in html
    assert "<figcaption>Starlette, not ours</figcaption>" in html
    assert '<span class="nf">app</span>' in html


def test_pages_that_are_no_essays_may_show_python(two_steps):
    assert "codehilite" in render(two_steps, fence("python", "x = 1\n"), "installation.md")
    assert "listing" in render(two_steps, fence('step at="01 dram/app.py"'), "installation.md")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (fence('step at="dram/none.py"'), "step02_two has no file 'dram/none.py'."),
        (fence('step at="dram/app.py Dram.rout"'), "step02_two/dram/app.py has no 'Dram.rout'. Is 'Dram.route' meant?"),
        (fence('step at="dram/app.py" lines="return"'), "Several lines of 'dram/app.py' begin with 'return': 4, 8."),
        (fence('step at="09 dram/app.py"'), "There is no step '09'. The steps are: 1 one, 2 two."),
        (fence('step lines="x"'), "The step fence needs at."),
        (fence('step at="dram/app.py" line="x"'), "The step fence has no attribute line. It takes at, lines."),
        (fence("step at=dram/app.py"), "The attributes 'at=dram/app.py' must be of the form name=\"value\"."),
        (fence('step at="dram/app.py"', "x = 1\n"), "The step fence shows what it names, and has no text of its own."),
        ('```step at="dram/app.py"\ntext\n', "The step fence is not closed."),
        (
            fence('stepdiff from="1" to="2" only="dram/same.py"'),
            "Nothing in dram/same.py differs between step01_one and",
        ),
        (fence('stepdiff from="1" to="3"'), "There is no step '3'."),
        (fence('console on="7"', "$ curl /\n"), "There is no step '7'."),
        (
            fence('exercise at="step01/none"'),
            "There is no exercise 'step01/none': exercises/step01/none does not exist.",
        ),
        (fence('exercise at="step01/half"'), "exercises/step01/half needs a test_*.py and a solution.patch."),
        (fence('figure src="none.svg"', "Text\n"), "There is no drawing posts/figures/none.svg."),
        (fence('figure src="01-way.svg"'), "A figure needs a caption: the text of the fence."),
        (fence('figure src="broken.svg"', "Text\n"), "posts/figures/broken.svg is not well-formed"),
        (
            fence('figure src="mute.svg"', "Text\n"),
            "posts/figures/mute.svg needs a <title>, for those who cannot see it.",
        ),
        (fence('file src="deploy/none.conf"'), "There is no file deploy/none.conf."),
        (fence("python", "x = 1\n"), "No pasted code"),
        (fence('python elsewhere="Starlette"', "x = \n"), "The code does not parse: invalid syntax, in its line 1."),
    ],
)
def test_a_mistake_names_the_essay_and_the_line(two_steps, text, message):
    extension = FencesExtension(two_steps, "02-two.md", first_line=5)
    with pytest.raises(FenceFault) as caught:
        markdown.markdown(f"Text.\n\n{text}", extensions=["fenced_code", extension])
    fault = caught.value
    assert (fault.essay, fault.line) == ("posts/02-two.md", 7)
    assert str(fault).startswith("posts/02-two.md:7: ")
    assert message in fault.message


def test_a_patch_that_does_not_fit_is_a_fault(two_steps):
    (two_steps.step(1).folder / "dram" / "app.py").write_text("pass\n", encoding="utf-8")
    with pytest.raises(FenceFault, match=r"posts/02-two\.md:1: .*does not fit"):
        render(two_steps, fence('exercise at="step01/greet"'))


def test_a_page_of_no_step_must_name_one(two_steps):
    with pytest.raises(FenceFault, match=r"posts/installation\.md:1: This page belongs to no step"):
        render(two_steps, fence('step at="dram/app.py"'), "installation.md")


def test_an_essays_front_matter_and_fences_are_read():
    text = (
        "---\ntitle: Hello\ndescription: \"a: b\"\n---\n\n# Hello\n\n```pycon on='01'\n>>> 1\n1\n```\n~~~text\nx\n~~~\n"
    )
    assert front_matter(text) == {"title": "Hello", "description": "a: b"}
    assert first_line(text) == 6
    found = list(fences(text))
    assert [(each.kind, each.attributes, each.line, each.last) for each in found] == [
        ("pycon", {"on": "01"}, 8, 11),
        ("text", {}, 12, 14),
    ]
    assert found[0].body == ">>> 1\n1"


def test_quotes_inside_of_an_attribute_are_escaped_or_of_the_other_kind():
    text = fence('step at="a.py" lines=\'"""A .. "\'') + fence('step at="a.py" lines="\\"\\"\\"A .. \\""')
    assert [each.attributes["lines"] for each in fences(text)] == ['"""A .. "'] * 2


def test_an_attribute_may_quote_code_with_backticks():
    text = fence('step at="a.py" lines="#: The class of `g`."')
    assert [(each.kind, each.attributes["lines"]) for each in fences(text)] == [("step", "#: The class of `g`.")]
