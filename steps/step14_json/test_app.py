"""The suite of Marginalia itself: what a reader of the list can rely on."""

import csv
import re
import sqlite3
from datetime import UTC, datetime

import pytest
from markupsafe import escape
from werkzeug.http import parse_date

from app import app
from dram import g, request
from library import reading_list, summary


@pytest.fixture(autouse=True)
def settings(tmp_path):
    """Give each test a database and settings of its own."""
    before = dict(app.config)
    app.config.update(TESTING=True, DATABASE=tmp_path / "test.db")
    yield app.config
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def client():
    return app.test_client()


@pytest.fixture
def essays():
    with app.app_context():
        return reading_list()


def test_the_front_page_leads_to_the_list(client):
    page = client.get("/")
    assert page.mimetype == "text/html"
    assert 'href="/essays/"' in page.text
    assert client.get("/essays/").status_code == 200


def test_the_list_has_a_link_to_each_essay(client, essays):
    page = client.get("/essays/").text
    for number, essay in essays.items():
        assert f'<a href="/essays/{number}">{essay.title}</a> {essay.author}' in page


def test_every_page_has_the_same_frame(client):
    for path in ["/", "/essays/", "/essays/7", "/nowhere"]:
        page = client.get(path).text
        assert page.startswith('<!doctype html>\n<html lang="en">')
        assert page.count("<h1>") == page.count("<main ") == page.count("<nav ") == 1


def test_the_frame_says_which_page_this_is(client):
    assert '<a href="/essays/" aria-current="page">Essays</a>' in client.get("/essays/").text
    assert "aria-current" not in client.get("/essays/7").text


def test_each_essay_has_a_page(client, essays):
    for number, essay in essays.items():
        page = client.get(f"/essays/{number}").text
        assert essay.title in page
        assert essay.quote in page


@pytest.mark.parametrize("query", ["poe", "POE", " margin  poe ", "1844 margin"])
def test_a_search_finds_the_essays_that_have_every_word(client, query):
    found = client.get("/api/essays", query_string={"q": query}).json
    assert [essay["title"] for essay in found] == ["Marginalia"]


def test_a_search_that_finds_nothing_is_an_empty_list(client):
    response = client.get("/essays/?q=zebra")
    assert response.status_code == 200
    assert "No essays." in response.text
    assert "<li>" not in response.text


def test_what_was_searched_for_stays_in_the_form_as_text(client):
    query = '"><script>alert(1)</script>'
    page = client.get("/essays/", query_string={"q": query}).text
    assert f'value="{escape(query)}"' in page
    assert "<script>" not in page


def test_an_essay_that_is_not_there_gets_a_page_that_leads_back(client):
    response = client.get("/essays/1000")
    assert response.status_code == 404
    assert "There is no essay 1000." in response.text
    assert 'href="/essays/"' in response.text


def test_a_path_that_leads_nowhere_gets_the_same_page(client):
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "Not on the list" in response.text


def test_the_latest_essay_is_a_redirect_to_its_page(client, essays):
    response = client.get("/essays/latest", follow_redirects=True)
    assert [step.status_code for step in response.history] == [302]
    newest = max(essays.values(), key=lambda essay: essay.year)
    assert newest.title in response.text


def test_the_slash_of_the_list_may_be_left_out(client):
    response = client.get("/essays?q=poe", follow_redirects=True)
    assert response.request.path == "/essays/"
    assert response.request.args["q"] == "poe"


def test_the_list_can_be_had_as_json(client, essays):
    found = client.get("/api/essays").json
    assert [essay["number"] for essay in found] == list(essays)
    assert found[0] == {"number": 1, **essays[1]._asdict()}


def test_an_essay_can_be_had_as_json(client, essays):
    assert client.get("/api/essays/4").json == {"number": 4, **essays[4]._asdict(), "notes": []}


@pytest.mark.parametrize("path", ["/api/essays/1000", "/api/notes/1", f"/api/notes/{2**64}", "/api/nowhere"])
def test_an_error_of_the_api_is_json(client, path):
    response = client.get(path)
    assert (response.status_code, response.mimetype, list(response.json)) == (404, "application/json", ["error"])


def test_a_note_can_be_left_as_json(client):
    before = datetime.now(UTC).replace(microsecond=0)
    response = client.post("/api/essays/4/notes", json={"text": " so  true"})
    assert response.status_code == 201
    note = client.get(response.location).json
    assert note == response.json == client.get("/api/essays/4").json["notes"][0]
    assert (note["essay"], note["text"]) == (4, "so true")
    assert before <= parse_date(note["left_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("sent", [{}, [], "so true", {"text": 1}, {"text": " "}, {"text": "x" * 501}])
def test_a_note_as_json_is_an_object_with_a_text(client, sent):
    response = client.post("/api/essays/4/notes", json=sent)
    assert response.status_code == 400
    assert response.json["error"].startswith("A note ")
    assert client.get("/api/essays/4").json["notes"] == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"json": {"text": "x" * 70_000}}, 413),
        ({"data": {"text": "so true"}}, 415),
    ],
)
def test_what_the_api_cannot_read_is_an_error_in_json(client, sent, status):
    response = client.post("/api/essays/4/notes", **sent)
    assert (response.status_code, list(response.json)) == (status, ["error"])


def test_half_a_character_is_no_error(client):
    sent = {"data": r'{"text": "\ud83d"}', "content_type": "application/json"}
    assert client.post("/api/essays/4/notes", **sent).json["text"] == "?"


def test_a_method_that_the_api_has_not_is_an_error_with_those_it_has(client):
    response = client.put("/api/essays", json=[])
    assert (response.status_code, list(response.json)) == (405, ["error"])
    assert "GET" in response.allow


def test_the_list_can_be_had_as_a_table(client, essays):
    response = client.get("/essays.csv?q=poe", buffered=True)
    assert response.content_type == "text/csv; charset=utf-8"
    assert list(csv.reader(response.text.splitlines())) == [["4", essays[4].title, str(essays[4].year)]]


def test_a_page_is_only_for_reading(client):
    response = client.post("/essays/")
    assert response.status_code == 405
    assert "GET" in response.allow
    assert "<h1>Method Not Allowed</h1>" in response.text


def test_the_file_is_read_once_for_a_request(client):
    with client:
        client.get("/essays/4")
        assert request.view_args == {"number": 4}
        assert g.essays is reading_list()


def test_an_error_of_ours_gets_a_page_that_tells_nothing(client, monkeypatch):
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.view_functions, "index", lambda: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    assert "Our fault" in response.text
    assert "ZeroDivisionError" not in response.text


def test_the_nightly_line_counts_essays_and_pages(essays):
    app.config["SERVER_NAME"] = "marginalia.example"
    with app.app_context():
        line = summary()
    assert line.startswith(f"{len(essays)} essays from 1625 to ")
    assert " http://marginalia.example/essays/ http://marginalia.example/essays/latest " in line


def test_a_note_is_left_and_shown(client):
    response = client.post("/essays/7/notes", data={"text": "so\r\n true "}, follow_redirects=True)
    assert response.request.path == "/essays/7"
    assert "1 note in the margin" in response.text
    assert "so true <small>" in response.text
    assert f"{datetime.now(UTC):%B %Y}</time>" in response.text


def test_a_note_is_text_and_no_script(client):
    client.post("/essays/7/notes", data={"text": "<script>alert(1)</script>"})
    page = client.get("/essays/7").text
    assert ">&lt;script&gt;alert(1)&lt;/script&gt; <small>" in page
    assert "<script" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_a_note_that_says_nothing_or_too_much_is_refused(client, text):
    assert client.post("/essays/7/notes", data={"text": text}).status_code == 400
    assert "<li id" not in client.get("/essays/7").text


def test_a_form_that_is_too_long_is_refused(client):
    assert client.post("/essays/7/notes", data={"text": "x" * 70_000}).status_code == 413


def test_there_is_no_margin_without_an_essay(client):
    assert client.post("/essays/8/notes", data={"text": "so true"}).status_code == 404


def test_a_closed_library_says_when_to_come_back(client, settings):
    settings["CLOSED"] = True
    response = client.get("/essays/")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
    assert "Closed for stocktaking" in response.text
    assert client.get("/static/style.css", buffered=True).status_code == 200


@pytest.mark.parametrize("path", ["/", "/essays/", "/essays/7", "/nowhere"])
def test_all_that_a_page_needs_is_here_and_may_be_kept_for_an_hour(client, path):
    needed = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(path).text)
    assert "/static/style.css" in needed
    for url in needed:
        response = client.get(url, buffered=True)
        assert (response.status_code, response.cache_control.max_age) == (200, 3600)


def test_a_style_sheet_that_has_not_changed_is_not_sent_again(client):
    etag = client.get("/static/style.css", buffered=True).headers["ETag"]
    again = client.get("/static/style.css", headers={"If-None-Match": etag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_but_static_files_is_sent_as_a_file(client):
    for path in ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/"]:
        assert client.get(path).status_code in (308, 404)


def test_browsers_find_the_icon_under_its_old_name(client):
    response = client.get("/favicon.ico", buffered=True)
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")


def test_the_connection_is_closed_with_the_request(client):
    with client:
        client.get("/essays/7")
        connection = g.database
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")
