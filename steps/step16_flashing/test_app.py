"""The suite of Marginalia itself: what a reader of the list can rely on."""

import csv
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from markupsafe import escape
from werkzeug.http import parse_date

import readers
from app import app
from database import add_reader
from dram import g, request
from library import reading_list, summary
from readers import secret_key


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """Give each test a database, settings and a folder of its own."""
    before = dict(app.config)
    app.config.update(TESTING=True, DATABASE=tmp_path / "test.db", SECRET_KEY="for tests")
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "instance"))
    yield app.config
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def client():
    return app.test_client()


def signed_in(name):
    """A client of a reader who is registered and signed in, without the time that a password takes."""
    with app.app_context():
        assert add_reader(name, "")
    client = app.test_client()
    with client.session_transaction() as session:
        session["reader"] = name
    return client


@pytest.fixture
def ada():
    return signed_in("Ada")


def send(client, path, follow_redirects=False, **data):
    """Send a form as a page of ours does, with the token."""
    with client.session_transaction() as session:
        token = session.setdefault("token", "a token")
    return client.post(path, data={"token": token, **data}, follow_redirects=follow_redirects)


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


def test_a_note_can_be_left_as_json(ada):
    before = datetime.now(UTC).replace(microsecond=0)
    response = ada.post("/api/essays/4/notes", json={"text": " so  true"})
    assert response.status_code == 201
    note = ada.get(response.location).json
    assert note == response.json == ada.get("/api/essays/4").json["notes"][0]
    assert (note["essay"], note["reader"], note["text"]) == (4, "Ada", "so true")
    assert before <= parse_date(note["left_at"]) <= datetime.now(UTC)


@pytest.mark.parametrize("sent", [{}, [], "so true", {"text": 1}, {"text": " "}, {"text": "x" * 501}])
def test_a_note_as_json_is_an_object_with_a_text(ada, sent):
    response = ada.post("/api/essays/4/notes", json=sent)
    assert response.status_code == 400
    assert response.json["error"].startswith("A note ")
    assert ada.get("/api/essays/4").json["notes"] == []


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


def test_half_a_character_is_no_error(ada):
    sent = {"data": r'{"text": "\ud83d"}', "content_type": "application/json"}
    assert ada.post("/api/essays/4/notes", **sent).json["text"] == "?"


def test_a_method_that_the_api_has_not_is_an_error_with_those_it_has(client):
    response = client.put("/api/essays", json=[])
    assert (response.status_code, list(response.json)) == (405, ["error"])
    assert "GET" in response.allow


def test_the_list_can_be_had_as_a_table(client, essays):
    response = client.get("/essays.csv?q=poe", buffered=True)
    assert response.content_type == "text/csv; charset=utf-8"
    assert list(csv.reader(response.text.splitlines())) == [["4", essays[4].title, str(essays[4].year)]]


def test_a_page_is_only_for_reading(client):
    response = client.post("/essays/", json={})
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


def test_a_note_is_left_and_shown(ada):
    response = send(ada, "/essays/7/notes", text="so\r\n true ", follow_redirects=True)
    assert response.request.path == "/essays/7"
    assert "1 note in the margin" in response.text
    assert "so true <small>Ada, <time" in response.text
    assert f"{datetime.now(UTC):%B %Y}</time>" in response.text


def test_a_note_is_text_and_no_script(client):
    send(signed_in("<script>"), "/essays/7/notes", text="<script>alert(1)</script>")
    page = client.get("/essays/7").text
    assert ">&lt;script&gt;alert(1)&lt;/script&gt; <small>&lt;script&gt;, <time" in page
    assert "<script" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_a_note_that_says_nothing_or_too_much_is_refused(ada, text):
    assert send(ada, "/essays/7/notes", text=text).status_code == 400
    assert "<li id" not in ada.get("/essays/7").text


def test_a_form_that_is_too_long_is_refused(ada):
    assert send(ada, "/essays/7/notes", text="x" * 70_000).status_code == 413


def test_there_is_no_margin_without_an_essay(ada):
    assert send(ada, "/essays/8/notes", text="so true").status_code == 404


def test_only_readers_who_are_signed_in_leave_notes(client):
    assert "<textarea" not in client.get("/essays/7").text
    assert send(client, "/essays/7/notes", text="so true").status_code == 403
    assert client.post("/api/essays/7/notes", json={"text": "so true"}).status_code == 403
    assert client.get("/api/essays/7").json["notes"] == []


def test_a_reader_can_delete_a_note(ada):
    send(ada, "/essays/7/notes", text="so true")
    assert 'action="/notes/1/delete"' in ada.get("/essays/7").text
    assert "No notes" in send(ada, "/notes/1/delete", follow_redirects=True).text
    assert send(ada, "/notes/1/delete").status_code == 404


def test_a_reader_can_delete_a_note_by_the_api(ada):
    url = ada.post("/api/essays/7/notes", json={"text": "so true"}).location
    assert ada.delete(url, content_type="application/json").status_code == 204
    assert ada.get(url).status_code == 404


def test_nobody_can_delete_the_note_of_another(client, ada):
    send(ada, "/essays/7/notes", text="so true")
    for other in [client, signed_in("Bob")]:
        assert "/delete" not in other.get("/essays/7").text
        assert send(other, "/notes/1/delete").status_code == 403
        assert other.delete("/api/notes/1", content_type="application/json").status_code == 403
    assert "so true" in client.get("/essays/7").text


def test_a_form_without_the_token_is_refused(ada):
    ada.get("/essays/7")
    for data in [{}, {"token": ""}, {"token": "another"}, {"token": "é"}]:
        response = ada.post("/essays/7/notes", data={"text": "forged", **data})
        assert response.status_code == 400
        assert "out of date" in response.text
    assert ada.post("/sign-out").status_code == 400
    assert "forged" not in ada.get("/essays/7").text


@pytest.mark.parametrize("path", ["/", "/essays/7", "/sign-in", "/register"])
def test_every_form_that_changes_something_has_the_token(ada, path):
    page = ada.get(path).text
    with ada.session_transaction() as session:
        field = f'<input type="hidden" name="token" value="{session["token"]}">'
    assert page.count(field) == page.count('<form method="post"') > 0


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""])
def test_the_api_refuses_what_a_form_on_another_site_can_send(ada, kind):
    for method in ["POST", "DELETE"]:
        response = ada.open("/api/essays/7/notes", method=method, data='{"text": "forged"}', content_type=kind)
        assert (response.status_code, list(response.json)) == (415, ["error"])


def register(client, name, password, **others):
    return send(client, "/register", name=name, password=password, **others)


def test_a_reader_registers_and_signs_out_and_in(client):
    assert register(client, "  Ada  Lovelace ", "a long password").location == "/"
    assert "Ada Lovelace <button" in client.get("/").text
    send(client, "/sign-out")
    assert "Sign in" in client.get("/").text
    assert send(client, "/sign-in", name="ada lovelace", password="another password").status_code == 400
    send(client, "/sign-in", name="ada lovelace", password="a long password")
    assert "Ada Lovelace <button" in client.get("/").text


@pytest.mark.usefixtures("ada")
def test_a_wrong_password_and_a_name_that_is_not_there_are_one_answer_after_the_same_work(client, monkeypatch):
    compared = []
    monkeypatch.setattr(readers, "nobodys_password", lambda: "nobody's")
    monkeypatch.setattr(readers, "check_password_hash", lambda *args: compared.append(args))
    answers = [send(client, "/sign-in", name=name, password="a password") for name in ["Ada", "Bob"]]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].text.replace('"Ada"', '"Bob"') == answers[1].text
    assert compared == [("", "a password"), ("nobody's", "a password")]


@pytest.mark.parametrize("name", ["", " A ", "x" * 41, "A\u202eda", "ada", "ＡＤＡ"])
@pytest.mark.usefixtures("ada")
def test_a_name_that_cannot_be_had_is_said_beside_it_and_kept(client, name, monkeypatch):
    monkeypatch.setattr(readers, "generate_password_hash", str)
    response = register(client, name, "a long password")
    assert response.status_code == 400
    assert '<strong id="name-problem">' in response.text
    assert 'aria-invalid="true" aria-describedby="name-problem"' in response.text
    assert f'value="{name}"' in response.text


def test_a_password_that_is_too_short_is_said_and_not_sent_back(client):
    response = register(client, "Ada", "2short")
    assert response.status_code == 400
    assert "at least 8 characters" in response.text
    assert 'value="Ada"' in response.text
    assert "2short" not in response.text


def quick(*_):
    return {}


@pytest.mark.usefixtures("ada")
def test_nothing_of_the_session_before_is_in_that_after_signing_in(client, monkeypatch):
    with client.session_transaction() as session:
        session.update(token="planted", planted="by another")
    monkeypatch.setattr("app.recognise", quick)
    send(client, "/sign-in", name="Ada", password="a long password")
    with client.session_transaction() as session:
        assert session.pop("_flashes")
        assert dict(session) == {"reader": "Ada", "_permanent": False}


@pytest.mark.parametrize(("ticked", "lasts"), [({}, False), ({"keep": "on"}, True)])
@pytest.mark.usefixtures("ada")
def test_the_cookie_outlasts_the_browser_if_that_was_ticked(client, ticked, lasts, monkeypatch):
    monkeypatch.setattr("app.recognise", quick)
    cookie = send(client, "/sign-in", name="Ada", password="a long password", **ticked).headers["Set-Cookie"]
    assert ("Expires=" in cookie) == lasts
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("asked", "went"),
    [
        ("/essays/7", "/essays/7"),
        ("/essays/?q=a+b", "/essays/?q=a+b"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("", "/"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_signing_in_leads_back_and_never_to_another_site(client, asked, went, monkeypatch):
    monkeypatch.setattr("app.recognise", quick)
    path = "/sign-in?" + urlencode({"next": asked})
    assert send(client, path, name="Ada", password="a long password").location == went


def test_a_page_that_leads_to_signing_in_is_come_back_to(client):
    assert "/sign-in?next=/essays/7" in client.get("/essays/7").text
    page = client.get("/sign-in?next=/essays/7").text
    assert 'action="/sign-in?next=/essays/7"' in page
    assert 'href="/register?next=/essays/7"' in page


def messages(response):
    return re.findall(r'<p class="(message|done|gone)">(.*)</p>', response.text)


def test_what_was_done_is_said_once(ada):
    assert messages(send(ada, "/essays/7/notes", text="so true", follow_redirects=True)) == [
        ("done", "Your note is in the margin.")
    ]
    assert messages(ada.get("/essays/7")) == []
    assert messages(send(ada, "/notes/1/delete", follow_redirects=True)) == [("gone", "The note is deleted.")]
    assert messages(send(ada, "/sign-out", follow_redirects=True)) == [("message", "You are signed out.")]
    assert messages(ada.get("/")) == []


def test_a_reader_is_welcomed_by_name_as_text(client, monkeypatch):
    signed_in("<b>Ada</b>")
    monkeypatch.setattr("app.recognise", quick)
    page = send(client, "/sign-in", name="<B>ada</B>", password="a long password", follow_redirects=True)
    assert messages(page) == [("message", "Welcome, &lt;b&gt;Ada&lt;/b&gt;.")]


def test_a_message_waits_for_a_page(ada):
    send(ada, "/essays/7/notes", text="so true")
    ada.get("/api/essays/7")
    ada.get("/static/style.css", buffered=True)
    assert len(messages(ada.get("/"))) == 1


def test_nothing_is_said_of_what_was_refused(ada):
    assert messages(send(ada, "/essays/7/notes", text=" ")) == []
    assert messages(ada.get("/essays/7")) == []


def test_who_only_reads_gets_no_cookie(client):
    for path in ["/", "/essays/", "/essays/7", "/nowhere", "/api/essays"]:
        assert "Set-Cookie" not in client.get(path).headers
    assert "Cookie" in client.get("/essays/7").vary
    assert "Cookie" not in client.get("/static/style.css", buffered=True).vary


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    folder, together = tmp_path / "new" / "instance", Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        keys = {*pool.map(lambda _: together.wait() >= 0 and secret_key(folder), range(8))}
    assert keys == {secret_key(folder)}
    assert len(keys.pop()) == 64
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_another_process_knows_who_is_signed_in(settings):
    settings["SECRET_KEY"] = None
    client = app.test_client()
    client.get("/")
    assert settings["SECRET_KEY"] == Path(app.instance_path, "secret_key").read_text()
    with client.session_transaction() as session:
        session["reader"] = "Ada"
    code = """
import sys
from app import app
app.instance_path = sys.argv[1]
app.config["DATABASE"] = sys.argv[2]
print("Ada <button" in app.test_client(use_cookies=False).get("/", headers={"Cookie": sys.argv[3]}).text)
"""
    cookie = f"session={client.get_cookie('session').value}"
    command = [sys.executable, "-B", "-c", code, app.instance_path, settings["DATABASE"], cookie]
    process = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    assert process.stdout == "True\n"


def test_the_key_of_the_environment_comes_first(settings, client):
    client.get("/")
    assert settings["SECRET_KEY"] == "for tests"
    assert not Path(app.instance_path).exists()


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
