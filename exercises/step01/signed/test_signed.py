from werkzeug.test import Client


def test_every_answer_is_signed():
    from app import app

    client = Client(app)
    assert client.get("/").headers.get("X-Served-By") == "Marginalia"
    assert client.get("/nowhere").headers.get("X-Served-By") == "Marginalia"


def test_the_answer_itself_is_as_before():
    from app import app

    response = Client(app).get("/essays/1")
    assert "Francis Bacon" in response.text
    assert response.headers.getlist("X-Served-By") == ["Marginalia"]
