"""Each of these tests has an application with a template folder of its own, which is empty at first."""

import pytest


@pytest.fixture
def app(tmp_path):
    """A fresh application, whose files are in `tmp_path`."""
    from dram import Dram

    (tmp_path / "templates").mkdir()
    return Dram("tests", root_path=str(tmp_path))


@pytest.fixture
def write(tmp_path):
    """Write templates, each a name and its text; returns the path of the last."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def render(app):
    """`render_template`, in an application context of its own."""
    from dram import render_template

    def render(*names, **values):
        with app.app_context():
            return render_template(*names, **values)

    return render


@pytest.fixture
def render_string(app):
    """`render_template_string`, in an application context of its own."""
    from dram import render_template_string

    def render_string(*sources, **values):
        with app.app_context():
            return render_template_string(*sources, **values)

    return render_string
