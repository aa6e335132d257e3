"""`send_file` answers with a file that the view names, or with one that it has in memory."""

import os
import tempfile
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from werkzeug.http import parse_options_header

from dram import Dram, make_response


@pytest.fixture
def root(tmp_path):
    """A folder for an application, with a file in it."""
    (tmp_path / "note.txt").write_text("0123456789")
    os.utime(tmp_path / "note.txt", (10**9, 10**9))
    return tmp_path


@pytest.fixture
def app(root):
    return Dram("tests", root_path=str(root))


@pytest.fixture
def send(app):
    """What a client gets of a view that returns `send_file(…)`; the view's errors are raised."""
    from dram import send_file

    app.testing = True
    sent = []
    app.get("/", endpoint="view")(lambda: send_file(sent[-1][0], **sent[-1][1]))

    def send(file, headers=None, method="GET", **options):
        sent.append((file, options))
        with app.test_client().open("/", method=method, headers=headers) as response:
            response.get_data()
            return response

    return send


def named(response):
    """The parts of the header that names the file."""
    return parse_options_header(response.headers.get("Content-Disposition"))


def test_a_path_is_relative_to_the_application(send, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    response = send("note.txt")
    assert (response.status_code, response.text) == (200, "0123456789")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_may_be_absolute_and_a_path(send, root, kind):
    assert send(kind(root / "note.txt")).text == send(kind("note.txt")).text == "0123456789"


def test_the_path_is_trusted(send, root):
    (root.parent / "beside.txt").write_text("beside")
    assert send("../beside.txt").text == "beside"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.html", "text/html; charset=utf-8"),
        ("note.txt", "text/plain; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("STYLE.CSS", "text/css; charset=utf-8"),
        ("data.json", "application/json"),
        ("picture.png", "image/png"),
        ("picture.svg", "image/svg+xml; charset=utf-8"),
        ("thing.unheard-of", "application/octet-stream"),
        ("README", "application/octet-stream"),
        (".hidden", "application/octet-stream"),
    ],
)
def test_the_type_follows_from_the_name(send, root, name, content_type):
    (root / name).write_bytes(b"x")
    assert send(name).headers.get("Content-Type") == content_type
    assert send(BytesIO(b"x"), download_name=name).headers.get("Content-Type") == content_type


def test_a_type_that_is_given_is_taken(send):
    assert send("note.txt", mimetype="application/x-note").headers.get("Content-Type") == "application/x-note"
    response = send("note.txt", mimetype="text/markdown", download_name="note.csv")
    assert response.headers.get("Content-Type") == "text/markdown; charset=utf-8"


@pytest.mark.parametrize(("as_attachment", "encoding"), [(False, "gzip"), (True, None)])
def test_a_packed_file_is_unpacked_by_the_browser_unless_it_is_a_download(send, root, as_attachment, encoding):
    (root / "notes.tar.gz").write_bytes(b"x")
    response = send("notes.tar.gz", as_attachment=as_attachment)
    assert (response.mimetype, response.headers.get("Content-Encoding")) == ("application/x-tar", encoding)


@pytest.mark.parametrize(("as_attachment", "what"), [(False, "inline"), (True, "attachment")])
@pytest.mark.parametrize(
    ("given", "name", "mimetype"), [(None, "note.txt", "text/plain"), ("my.csv", "my.csv", "text/csv")]
)
def test_it_is_shown_or_saved_under_its_name_or_another(send, as_attachment, what, given, name, mimetype):
    response = send("note.txt", as_attachment=as_attachment, download_name=given)
    assert (named(response), response.mimetype) == ((what, {"filename": name}), mimetype)


@pytest.mark.parametrize("name", ["two words.txt", 'a "b" c.txt', "a;b=c.txt", "a\\b.txt", "100%.txt"])
def test_a_name_is_quoted_where_it_must(send, name):
    assert named(send("note.txt", as_attachment=True, download_name=name)) == ("attachment", {"filename": name})


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Größe.txt", "attachment; filename=Groe.txt; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"),
        ("本.txt", "attachment; filename=.txt; filename*=UTF-8''%E6%9C%AC.txt"),
        ("à la carte.txt", "attachment; filename=\"a la carte.txt\"; filename*=UTF-8''%C3%A0%20la%20carte.txt"),
    ],
)
def test_a_name_beyond_ascii_is_sent_twice_once_for_old_browsers(send, root, name, header):
    (root / name).write_bytes(b"x")
    assert send(name, as_attachment=True).headers.get("Content-Disposition") == header
    assert send("note.txt", as_attachment=True, download_name=name).headers.get("Content-Disposition") == header


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "a\nb.txt", "a\rb.txt"])
def test_a_name_cannot_bring_a_header_along(send, name):
    with pytest.raises(ValueError, match="newline"):
        send("note.txt", as_attachment=True, download_name=name)


def test_a_file_in_memory_is_sent(send):
    response = send(BytesIO(b"0123456789"), mimetype="text/plain")
    assert (response.text, response.content_length) == ("0123456789", 10)
    absent = [response.headers.get(name) for name in ("Content-Disposition", "ETag", "Last-Modified")]
    assert absent == [None, None, None]


def test_a_file_in_memory_may_have_a_name(send):
    response = send(BytesIO(b"x"), download_name="note.csv", as_attachment=True)
    assert (response.mimetype, named(response)) == ("text/csv", ("attachment", {"filename": "note.csv"}))


def test_a_file_that_is_open_is_sent(send, root):
    assert send((root / "note.txt").open("rb"), mimetype="text/plain").text == "0123456789"
    with tempfile.TemporaryFile() as file:
        file.write(b"temporary")
        file.seek(0)
        assert send(file, mimetype="text/plain").text == "temporary"


def test_without_a_name_the_type_cannot_be_known(send):
    with pytest.raises(TypeError, match=r"'download_name'.*'mimetype'"):
        send(BytesIO(b"x"))


def test_without_a_name_it_is_no_download(send):
    with pytest.raises(TypeError, match=r"'download_name'"):
        send(BytesIO(b"x"), mimetype="text/plain", as_attachment=True)


def test_text_is_refused(send, root):
    with pytest.raises(ValueError, match="binary"):
        send(StringIO("x"), mimetype="text/plain")
    with (root / "note.txt").open() as file, pytest.raises(ValueError, match="binary"):
        send(file, mimetype="text/plain")


@pytest.mark.parametrize("file", [None, 7, b"note.txt", ["note.txt"]])
def test_what_is_neither_path_nor_file_is_refused(send, file):
    with pytest.raises(TypeError):
        send(file)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=0-1"}, 206),
        ("GET", {"If-None-Match": '"tag"'}, 304),
    ],
)
def test_the_file_is_closed_in_the_end(send, method, headers, status):
    file = BytesIO(b"0123456789")
    assert send(file, headers, method, mimetype="text/plain", etag="tag").status_code == status
    assert file.closed


def test_a_part_of_a_file_in_memory_may_be_asked_for(send):
    response = send(BytesIO(b"0123456789"), {"Range": "bytes=4-5"}, mimetype="text/plain")
    assert (response.status_code, response.text, response.headers.get("Content-Range")) == (206, "45", "bytes 4-5/10")


def test_there_may_be_another_tag_or_none(send):
    assert send("note.txt", etag="tag").headers.get("ETag") == '"tag"'
    assert send("note.txt", {"If-None-Match": '"tag"'}, etag="tag").status_code == 304
    assert send("note.txt", etag=False).headers.get("ETag") is None


@pytest.mark.parametrize("time", [10**9, 10**9 + 0.9, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)])
def test_the_time_of_the_last_change_may_be_given(send, time):
    response = send(BytesIO(b"x"), mimetype="text/plain", last_modified=time)
    assert response.headers.get("Last-Modified") == "Sun, 09 Sep 2001 01:46:40 GMT"
    since = {"If-Modified-Since": "Sun, 09 Sep 2001 01:46:40 GMT"}
    assert send(BytesIO(b"x"), since, mimetype="text/plain", last_modified=time).status_code == 304


def test_the_conditions_of_a_client_may_be_ignored(send):
    for headers in ({"If-None-Match": "*"}, {"Range": "bytes=0-1"}, {"Range": "bytes=50-"}, {"If-Match": '"other"'}):
        response = send("note.txt", headers, conditional=False)
        assert (response.status_code, response.text) == (200, "0123456789")
        assert response.headers.get("Accept-Ranges") is None


def test_only_the_file_is_given_by_position_as_a_rule(app):
    """`mimetype`, `as_attachment` and `download_name` may be too; they come in this order."""
    from dram import send_file

    with app.test_request_context("/"), send_file("note.txt", "text/markdown", True, "mine.md") as response:
        assert (response.mimetype, named(response)) == ("text/markdown", ("attachment", {"filename": "mine.md"}))


def test_the_response_is_of_the_applications_class(app):
    from dram import send_file, send_from_directory

    class Own(app.response_class):
        pass

    app.response_class = Own
    (Path(app.root_path) / "static").mkdir()
    (Path(app.root_path) / "static" / "note.txt").touch()
    with app.test_request_context("/"):
        for response in (
            send_file("note.txt"),
            send_from_directory("static", "note.txt"),
            app.send_static_file("note.txt"),
        ):
            response.close()
            assert isinstance(response, Own)


def test_it_may_be_changed_like_any_other(app, client):
    from dram import send_file

    app.get("/", endpoint="index")(lambda: (send_file("note.txt"), 203, {"X-Note": "1"}))

    @app.get("/made")
    def made():
        response = make_response(send_file("note.txt"))
        response.headers["X-Note"] = "2"
        return response

    answers = [client.get(path) for path in ("/", "/made")]
    assert [(answer.status_code, answer.text, answer.headers.get("X-Note")) for answer in answers] == [
        (203, "0123456789", "1"),
        (200, "0123456789", "2"),
    ]


def test_it_needs_a_request(app):
    from dram import send_file, send_from_directory

    with pytest.raises(RuntimeError, match="request"):
        send_file("note.txt")
    with app.app_context(), pytest.raises(RuntimeError, match="request"):
        send_from_directory(".", "note.txt")
