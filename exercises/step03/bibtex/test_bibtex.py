from werkzeug.test import Client


def test_the_list_can_be_had_as_bibtex():
    from app import app

    response = Client(app).get("/essays.bib")
    assert response.mimetype == "application/x-bibtex"
    assert response.headers.get("Content-Disposition") == 'attachment; filename="essays.bib"'
    assert response.text.count("@misc{") == 7
    assert "author = {Virginia Woolf}" in response.text


def test_it_is_sent_entry_by_entry():
    from app import app

    response = Client(app).get("/essays.bib")
    assert response.status_code == 200
    assert "Content-Length" not in response.headers
