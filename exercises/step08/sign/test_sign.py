import pytest
from werkzeug.test import Client


@pytest.fixture
def closed(monkeypatch):
    """Close Marginalia, with further settings; ask for its front page."""
    from app import app

    def ask(**settings):
        for name, value in {"CLOSED": True, **settings}.items():
            monkeypatch.setitem(app.config, name, value)
        return Client(app).get("/")

    return ask


def test_the_sign_says_what_the_settings_say(closed):
    response = closed(CLOSED_SIGN="Back on Monday.", CLOSED_RETRY_AFTER=86400)
    assert response.status_code == 503
    assert "Back on Monday." in response.text
    assert response.headers["Retry-After"] == "86400"


def test_the_sign_is_text_and_not_html(closed):
    assert "Smith &amp; Sons &lt;closed&gt;" in closed(CLOSED_SIGN="Smith & Sons <closed>").text


def test_without_these_settings_it_is_as_before(closed):
    from app import app

    assert {"CLOSED_SIGN", "CLOSED_RETRY_AFTER"} <= app.config.keys()
    response = closed()
    assert "Come back in an hour." in response.text
    assert response.headers["Retry-After"] == "3600"
