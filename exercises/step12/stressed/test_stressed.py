import pytest
from werkzeug.test import Client


@pytest.fixture
def margin(tmp_path):
    """Leaves a note and returns the page that it is on."""
    from app import app

    app.config["DATABASE"] = str(tmp_path / "notes.db")

    def margin(text):
        return Client(app).post("/essays/5/notes", data={"text": text}, follow_redirects=True).text

    return margin


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Have you *tried* walking?", "Have you <em>tried</em> walking?"),
        ("*So* *very* true", "<em>So</em> <em>very</em> true"),
        ("*Oh no*, 2 * 3 * 4", "<em>Oh no</em>, 2 * 3 * 4"),
    ],
)
def test_what_stands_between_stars_is_stressed(margin, text, shown):
    assert f"<li>{shown}</li>" in margin(text)


def test_the_rest_of_a_note_is_still_text(margin):
    page = margin("*<b>so</b>* & <script>alert(1)</script>")
    assert "<li><em>&lt;b&gt;so&lt;/b&gt;</em> &amp; &lt;script&gt;alert(1)&lt;/script&gt;</li>" in page
