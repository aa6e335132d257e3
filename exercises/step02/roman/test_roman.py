from werkzeug.test import Client


def test_an_essay_may_be_asked_for_in_roman():
    from app import app

    client = Client(app)
    assert "Poe" in client.get("/essays/IV").text
    assert "Woolf" in client.get("/essays/VII").text


def test_what_is_no_numeral_is_not_found():
    from app import app

    client = Client(app)
    assert "Bacon" in client.get("/essays/I").text
    assert client.get("/essays/VX").status_code == 404
    assert client.get("/essays/MMXX").status_code == 404
    assert "Poe" in client.get("/essays/4").text
