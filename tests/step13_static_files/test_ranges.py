"""A client may ask for a part of a file, to go on where it stopped."""

import os
from pathlib import Path

import pytest

from dram import Dram

MODIFIED = "Sun, 09 Sep 2001 01:46:40 GMT"
BEFORE, AFTER = "Sat, 08 Sep 2001 01:46:40 GMT", "Mon, 10 Sep 2001 01:46:40 GMT"


@pytest.fixture
def app(tmp_path):
    (tmp_path / "static").mkdir()
    file = tmp_path / "static" / "note.txt"
    file.write_text("0123456789")
    os.utime(file, (10**9, 10**9))
    (tmp_path / "static" / "empty.txt").touch()
    return Dram("tests", root_path=str(tmp_path))


def part(response):
    return response.status_code, response.text, response.headers.get("Content-Range")


def test_a_file_says_that_it_can_be_had_in_parts(client):
    assert client.get("/static/note.txt").headers.get("Accept-Ranges") == "bytes"


@pytest.mark.parametrize(
    ("asked", "text", "sent"),
    [
        ("bytes=0-3", "0123", "0-3"),
        ("bytes=4-", "456789", "4-9"),
        ("bytes=-3", "789", "7-9"),
        ("bytes=0-0", "0", "0-0"),
        ("bytes=9-", "9", "9-9"),
        ("bytes=5-100", "56789", "5-9"),
        ("bytes=0-9", "0123456789", "0-9"),
        ("bytes=0-", "0123456789", "0-9"),
        ("Bytes = 0-3", "0123", "0-3"),
    ],
)
def test_a_part_is_sent_and_says_which_it_is(client, asked, text, sent):
    response = client.get("/static/note.txt", headers={"Range": asked})
    assert part(response) == (206, text, f"bytes {sent}/10")
    assert response.headers.get("Content-Length") == str(len(text))


def test_the_parts_make_the_whole(client, app):
    whole = os.urandom(100_000)
    Path(app.root_path, "static", "whole.bin").write_bytes(whole)
    got = b""
    for first in range(0, len(whole), 30_000):
        response = client.get("/static/whole.bin", headers={"Range": f"bytes={first}-{first + 29_999}"})
        assert response.status_code == 206
        got += response.data
    assert got == whole


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=10-",
        "bytes=50-60",
        "bytes=3-1",
        "bytes=-100",
        "bytes=-0",
        "bytes=x",
        "bytes=",
        "bytes=-",
        "lines=0-3",
        "0-3",
    ],
)
def test_a_part_that_there_is_not_is_refused_with_the_length(client, asked):
    response = client.get("/static/note.txt", headers={"Range": asked})
    assert (response.status_code, response.headers.get("Content-Range")) == (416, "bytes */10")
    assert "0123" not in response.text


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=0-0,0-0,0-0,0-0", "bytes=0-,0-,0-"])
def test_several_parts_at_once_are_refused(client, asked):
    response = client.get("/static/note.txt", headers={"Range": asked})
    assert (response.status_code, response.headers.get("Content-Range")) == (416, "bytes */10")


def test_the_applications_own_page_may_say_so(app, client):
    app.errorhandler(416)(lambda error: (f"there are {error.length}", 416))
    response = client.get("/static/note.txt", headers={"Range": "bytes=10-"})
    assert (response.status_code, response.text) == (416, "there are 10")


def test_head_gets_the_headers_of_the_part(client):
    response = client.head("/static/note.txt", headers={"Range": "bytes=0-3"})
    assert part(response) == (206, "", "bytes 0-3/10")
    assert response.content_length == 4


def test_of_an_empty_file_there_is_only_the_whole(client):
    response = client.get("/static/empty.txt", headers={"Range": "bytes=0-"})
    assert (*part(response), response.content_length) == (200, "", None, 0)


@pytest.mark.parametrize("version", ["{tag}", MODIFIED, AFTER])
def test_a_part_of_the_version_that_the_client_has_is_sent(client, version):
    tag = client.get("/static/note.txt").headers.get("ETag", "no tag")
    response = client.get("/static/note.txt", headers={"Range": "bytes=4-", "If-Range": version.format(tag=tag)})
    assert part(response) == (206, "456789", "bytes 4-9/10")


@pytest.mark.parametrize("version", ['"other"', BEFORE])
def test_of_another_version_the_whole_is_sent(client, version):
    response = client.get("/static/note.txt", headers={"Range": "bytes=4-", "If-Range": version})
    assert part(response) == (200, "0123456789", None)
