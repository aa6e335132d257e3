import jinja2
import pytest


def rendered(*names):
    """What templates of these names, all with the same hole, make of an angle bracket."""
    from dram import Dram, render_template

    app = Dram("exercise")
    app.jinja_loader = jinja2.DictLoader(dict.fromkeys(names, "{{ text }}"))
    with app.app_context():
        return [render_template(name, text="<") for name in names]


@pytest.mark.parametrize("ending", [".j2", ".jinja", ".jinja2"])
def test_the_ending_before_that_of_jinja_decides(ending):
    names = ["page.html", "picture.svg", "mail.txt", "script.js"]
    assert rendered(*(name + ending for name in names)) == ["&lt;", "&lt;", "<", "<"]


def test_capitals_make_no_difference():
    assert rendered("PAGE.HTML", "Page.Html.J2", "MAIL.TXT") == ["&lt;", "&lt;", "<"]


def test_only_one_ending_is_jinjas():
    assert rendered("page.j2.html.j2", "page.html.txt.j2", "page.html.j2.txt") == ["&lt;", "<", "<"]
