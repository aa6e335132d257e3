from werkzeug.test import Client


def test_a_near_miss_is_named():
    from app import app

    response = Client(app).get("/esays/1")
    assert response.status_code == 404
    assert "/essays/1" in response.text


def test_what_is_nothing_like_it_is_not_guessed_at():
    from app import app

    Client(app).get("/essays/1")
    text = Client(app).get("/wp-login.php").text
    assert "Did you mean" not in text
    assert "Did you mean" in Client(app).get("/essay/2").text
