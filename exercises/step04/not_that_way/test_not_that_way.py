from werkzeug.test import Client


def test_the_page_names_the_methods_that_work():
    from app import app

    response = Client(app).post("/")
    assert response.status_code == 405
    assert "Not that way" in response.text
    assert "GET" in response.text


def test_the_allow_header_is_kept():
    from app import app

    response = Client(app).delete("/essays/")
    assert "Not that way" in response.text
    assert {"GET", "HEAD", "OPTIONS"} == set(response.headers["Allow"].replace(" ", "").split(","))
