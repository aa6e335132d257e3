import re

import pytest

from app import app
from database import add_reader


@pytest.fixture(autouse=True)
def settings(tmp_path):
    """A database of its own, in which Ada and Bob are readers."""
    before = dict(app.config)
    app.config.update(TESTING=True, DATABASE=tmp_path / "test.db", SECRET_KEY="for the tests")
    with app.app_context():
        assert add_reader("Ada", "")
        assert add_reader("Bob", "")
    yield
    app.config.clear()
    app.config.update(before)


def leave(reader, text, essay=7):
    """What a reader is told who leaves this note, as pairs of category and message, and where the answer leads."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(reader=reader, token="a token")
    response = client.post(f"/essays/{essay}/notes", data={"token": "a token", "text": text})
    assert response.status_code == 303
    page = client.get(response.location).text
    return re.findall(r'<p class="(message|done|gone)">(.*)</p>', page), response.location


def margin(essay=7):
    return re.findall(r'<li id="note-\d+">(.*?) <small>(.*?),', app.test_client().get(f"/essays/{essay}").text)


def test_a_note_that_is_sent_twice_is_left_once():
    leave("Ada", "so true")
    leave("Ada", " so \r\n true ")
    assert margin() == [("so true", "Ada")]


def test_the_second_time_it_is_not_said_to_be_done_and_leads_to_the_note():
    (first, where), (second, there) = leave("Ada", "so true"), leave("Ada", "so true")
    assert [category for category, _ in first] == ["done"]
    assert [category for category, _ in second] == ["message"]
    assert there == where == "/essays/7#note-1"


def test_other_texts_readers_and_essays_are_no_repetition():
    leave("Ada", "so true")
    notes = [("Ada", "so true", 7), ("Ada", "so untrue", 7), ("Bob", "so true", 7), ("Ada", "so true", 6)]
    said = [category for note in notes for category, _ in leave(*note)[0]]
    assert said == ["message", "done", "done", "done"]
