import re

import pytest


@pytest.fixture
def client(tmp_path):
    from app import app

    before = dict(app.config)
    app.config.update(TESTING=True, DATABASE=tmp_path / "test.db", SECRET_KEY="for tests")
    yield app.test_client()
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def ada(client):
    with client.session_transaction() as session:
        session["reader"] = "Ada"
    return client


def linked(client):
    """The numbers of the essays that the front page links to."""
    return [int(number) for number in re.findall(r'href="/essays/(\d+)"', client.get("/").text)]


def test_the_last_three_are_linked_the_latest_first(ada):
    for number in (2, 5, 7, 4):
        ada.get(f"/essays/{number}")
    assert linked(ada) == [4, 7, 5]


def test_each_is_there_once(ada):
    for number in (5, 7, 5):
        ada.get(f"/essays/{number}")
    assert linked(ada) == [5, 7]


def test_what_is_not_an_essay_was_not_opened(ada):
    ada.get("/essays/5")
    assert ada.get("/essays/1000").status_code == 404
    assert linked(ada) == [5]


def test_who_is_not_signed_in_gets_no_cookie(client, ada):
    ada.get("/essays/5")
    assert linked(ada) == [5]
    other = client.application.test_client()
    assert other.get("/essays/5").headers.get("Set-Cookie") is None
    assert linked(other) == []
