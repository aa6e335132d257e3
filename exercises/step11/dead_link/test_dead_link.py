import logging

import pytest
from werkzeug.test import Client


@pytest.fixture
def said(monkeypatch):
    """Sends a request for a path that nothing is at; returns level and text of what the application logs."""
    from app import app

    records = []
    handler = logging.Handler()
    handler.emit = records.append
    monkeypatch.setattr(app.logger, "handlers", [handler])

    def ask(path, referrer=None):
        records.clear()
        headers = {} if referrer is None else {"Referer": referrer}
        assert Client(app).get(path, headers=headers).status_code == 404
        return [(record.levelname, record.getMessage()) for record in records]

    return ask


def test_a_dead_link_of_our_own_is_a_warning_that_names_both_ends(said):
    lines = said("/essays/8", "http://localhost/essays/5")
    assert [level for level, _ in lines] == ["WARNING"]
    assert "/essays/5" in lines[0][1]
    assert "/essays/8" in lines[0][1]


def test_a_dead_link_of_somebody_else_is_not_logged(said):
    assert said("/essays/8", "http://localhost/essays/5")
    assert said("/essays/8", "http://elsewhere.example/essays/5") == []
    assert said("/essays/8", "http://localhost.example/essays/5") == []
    assert said("/essays/8") == []


def test_neither_end_can_forge_a_line(said):
    lines = said("/nowhere%0A[now]%20ERROR", "http://localhost/\x85[now] ERROR")
    assert len(lines) == 1
    assert len(lines[0][1].splitlines()) == 1
