import hashlib
import re

import pytest

YEAR, HOUR = 365 * 24 * 60 * 60, 60 * 60


@pytest.fixture
def client():
    from app import app

    return app.test_client()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A static folder of our own, with a style sheet in it."""
    from app import app

    monkeypatch.setattr(app, "static_folder", tmp_path)
    (tmp_path / "style.css").write_text("main { max-width: 38em }")
    return tmp_path


def link(filename):
    from app import app

    with app.test_request_context("/"):
        return app.url_for("static", filename=filename)


def age(client, url):
    response = client.get(url, buffered=True)
    assert response.status_code == 200
    return response.cache_control.max_age


def test_a_link_carries_eight_digits_of_the_hash(folder):
    version = hashlib.sha256((folder / "style.css").read_bytes()).hexdigest()[:8]
    assert link("style.css") == f"/static/style.css?v={version}"


def test_so_do_all_links_of_a_page(client):
    links = re.findall(r'"(/static/[^"]+)"', client.get("/").text)
    assert [url for url in links if not re.search(r"\?v=[0-9a-f]{8}$", url)] == []
    assert {age(client, url) for url in links} == {YEAR}


def test_another_content_has_another_link(folder):
    before = link("style.css")
    (folder / "style.css").write_text("main { max-width: 40em }")
    assert link("style.css") != before


def test_only_the_right_version_is_kept_for_a_year(client, folder):
    right = link("style.css")
    assert age(client, right) == YEAR
    (folder / "style.css").write_text("main { max-width: 40em }")
    assert [age(client, url) for url in (right, "/static/style.css", "/static/style.css?v=")] == [HOUR] * 3


def test_the_short_answer_says_so_too(client, folder):
    response = client.get(link("style.css"), headers={"If-None-Match": "*"}, buffered=True)
    assert (response.status_code, response.cache_control.max_age) == (304, YEAR)


@pytest.mark.parametrize("name", ["nothing.css", "../app.py"])
def test_what_is_not_there_has_no_version_and_is_no_error(client, folder, name):
    (folder.parent / "app.py").write_text("secret")
    assert "v=" in link("style.css")
    assert "v=" not in link(name)
    response = client.get("/static/nothing.css?v=12345678", buffered=True)
    assert (response.status_code, response.cache_control.max_age) == (404, None)
