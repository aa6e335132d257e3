import re

import pytest
from werkzeug.test import Client


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nowhere", 404), ("/essays/latest", 302)])
def test_every_answer_says_how_long_it_took(path, status):
    from app import app

    response = Client(app).get(path)
    assert response.status_code == status
    assert re.fullmatch(r"app;dur=\d+(\.\d+)?", response.headers.get("Server-Timing", ""))
