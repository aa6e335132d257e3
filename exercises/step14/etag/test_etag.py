import pytest


@pytest.fixture
def client(monkeypatch, tmp_path):
    from app import app

    monkeypatch.setitem(app.config, "DATABASE", str(tmp_path / "marginalia.db"))
    return app.test_client()


def again(client, path, etag):
    return client.get(path, headers={"If-None-Match": etag})


@pytest.mark.parametrize("path", ["/api/essays", "/api/essays/5"])
def test_what_is_known_already_is_not_sent_again(client, path):
    first = client.get(path)
    assert first.headers.get("ETag"), "the answer has no ETag"
    response = again(client, path, first.headers["ETag"])
    assert (response.status_code, response.data) == (304, b"")
    assert again(client, path, '"another"').json == first.json


def test_a_new_note_is_sent(client):
    known = client.get("/api/essays/5")
    assert known.headers.get("ETag"), "the answer has no ETag"
    client.post("/api/essays/5/notes", json={"text": "So true."})
    response = again(client, "/api/essays/5", known.headers["ETag"])
    assert (response.status_code, len(response.json["notes"])) == (200, 1)


def test_what_is_written_by_the_provider_has_it_wherever_it_is_written(client):
    from app import app

    first, second = (app.json.response(["sea"]).headers.get("ETag") for _ in range(2))
    assert first, "a response of the provider has no ETag"
    assert first == second


def test_an_error_stays_one(client):
    missing = client.get("/api/essays/1000")
    response = again(client, "/api/essays/1000", missing.headers.get("ETag", '"none"'))
    assert (response.status_code, response.json) == (404, missing.json)
    assert client.get("/api/essays").headers.get("ETag"), "the answer has no ETag"
