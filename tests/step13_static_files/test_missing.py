"""A file that is not there is a page that is not there."""

import socket

import pytest
from werkzeug.exceptions import NotFound

from dram import Dram


@pytest.fixture
def app(tmp_path):
    (tmp_path / "static" / "deep").mkdir(parents=True)
    (tmp_path / "static" / "note.txt").write_text("note")
    (tmp_path / "note.txt").write_text("outside")
    return Dram("tests", root_path=str(tmp_path))


REFUSED = ["/static/nothing.txt", "/static/deep", "/static/deep/", "/static/../note.txt", "/static/note.txt/more"]


@pytest.mark.parametrize("path", REFUSED)
def test_the_applications_own_page_says_so(app, client, path):
    app.errorhandler(404)(lambda error: (f"no {type(error).__name__}", 404))
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    assert (response.status_code, response.text) == (404, "no NotFound")
    assert client.get("/static/note.txt").text == "note"


def test_no_page_is_kept_for_a_file_that_is_missing(app, client):
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    missing, there = client.get("/static/nothing.txt"), client.get("/static/note.txt")
    assert (missing.headers.get("Cache-Control"), there.cache_control.max_age) == (None, 3600)


def test_a_file_that_comes_later_is_there_from_then_on(client, tmp_path):
    assert client.get("/static/new.txt").status_code == 404
    (tmp_path / "static" / "new.txt").write_text("new")
    assert client.get("/static/new.txt").text == "new"
    (tmp_path / "static" / "new.txt").unlink()
    assert client.get("/static/new.txt").status_code == 404


@pytest.mark.parametrize("name", ["nothing.txt", "deep", "", "../note.txt"])
def test_for_a_view_it_is_an_exception(app, name):
    from dram import send_from_directory

    with app.test_request_context("/"):
        with pytest.raises(NotFound):
            app.send_static_file(name)
        for folder in ("static", "nowhere"):
            with pytest.raises(NotFound):
                send_from_directory(folder, name)


@pytest.mark.parametrize(("name", "error"), [("nothing.txt", FileNotFoundError), ("static", OSError)])
def test_a_file_that_the_view_names_itself_has_to_be_there(app, name, error):
    from dram import send_file

    with app.test_request_context("/"), pytest.raises(error, match=name):
        send_file(name)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="There are no sockets among the files here.")
def test_what_is_neither_file_nor_folder_is_missing(client, tmp_path, monkeypatch):
    # By a short name, because the whole path may be longer than a socket's may be.
    monkeypatch.chdir(tmp_path / "static")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        assert client.get("/static/socket.txt").status_code == 404
    assert client.get("/static/note.txt").status_code == 200
