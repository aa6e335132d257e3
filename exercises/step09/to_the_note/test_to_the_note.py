import re

import pytest
from werkzeug.test import Client


@pytest.fixture
def client(tmp_path):
    from app import app

    app.config["DATABASE"] = str(tmp_path / "notes.db")
    return Client(app)


@pytest.mark.parametrize("base", ["http://localhost/", "http://localhost/library/"])
def test_the_reader_is_sent_to_the_note(client, base):
    for text in ("By the sea?", "In the rain."):
        response = client.post("/essays/5/notes", base_url=base, data={"text": text})
        assert response.status_code == 303
        path, _, anchor = response.location.partition("#")
        assert path == base.removeprefix("http://localhost") + "essays/5"
        assert re.fullmatch(r"note-\d+", anchor)
        page = client.get("/essays/5", base_url=base).text
        assert re.search(rf'<li id="{anchor}">{re.escape(text)}', page)
