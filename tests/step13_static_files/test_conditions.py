"""A client that has the file already is told to keep it."""

import os

import pytest

from dram import Dram

MODIFIED = "Sun, 09 Sep 2001 01:46:40 GMT"
BEFORE, AFTER = "Sat, 08 Sep 2001 01:46:40 GMT", "Mon, 10 Sep 2001 01:46:40 GMT"


@pytest.fixture
def file(tmp_path):
    """A file of the folder that was last changed at `MODIFIED`."""
    (tmp_path / "static").mkdir()
    file = tmp_path / "static" / "note.txt"
    file.write_text("0123456789")
    os.utime(file, (10**9, 10**9))
    return file


@pytest.fixture
def app(file):
    return Dram("tests", root_path=str(file.parent.parent))


@pytest.fixture
def ask(client):
    """Asks for the file with these headers; {tag} in one stands for the file's tag."""

    def ask(method="GET", **headers):
        tag = client.get("/static/note.txt").headers.get("ETag", "no tag")
        sent = {name.replace("_", "-"): value.format(tag=tag) for name, value in headers.items()}
        return client.open("/static/note.txt", method=method, headers=sent)

    return ask


def test_a_file_has_a_tag_and_the_time_of_its_last_change(client):
    response = client.get("/static/note.txt")
    tag, is_weak = response.get_etag()
    assert (bool(tag), is_weak) == (True, False)
    assert response.headers.get("Last-Modified") == MODIFIED


def test_a_client_is_to_ask_each_time_unless_told_otherwise(client):
    response = client.get("/static/note.txt")
    assert (response.headers.get("Cache-Control"), response.headers.get("Expires")) == ("no-cache", None)


@pytest.mark.parametrize("known", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_knows_the_tag_is_told_that_nothing_changed(ask, method, known):
    response = ask(method, If_None_Match=known)
    assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize("known", ['"other"', "no tag at all", '""'])
def test_who_knows_another_tag_gets_the_file(ask, known):
    response = ask(If_None_Match=known)
    assert (response.status_code, response.text) == (200, "0123456789")


@pytest.mark.parametrize("time", [MODIFIED, AFTER])
def test_who_has_it_since_its_last_change_is_told_that_nothing_changed(ask, time):
    response = ask(If_Modified_Since=time)
    assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize("time", [BEFORE, "yesterday", ""])
def test_who_had_it_before_gets_the_file(ask, time):
    response = ask(If_Modified_Since=time)
    assert (response.status_code, response.text) == (200, "0123456789")


@pytest.mark.parametrize(("tag", "time", "status"), [("{tag}", BEFORE, 304), ('"other"', AFTER, 200)])
def test_the_tag_counts_for_more_than_the_time(ask, tag, time, status):
    assert ask(If_None_Match=tag, If_Modified_Since=time).status_code == status


def test_the_short_answer_says_what_a_cache_needs(ask):
    whole, short = ask(), ask(If_None_Match="*")
    assert short.status_code == 304
    assert [short.headers.get(name) for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length")] == [
        whole.headers.get("ETag"),
        "no-cache",
        None,
        None,
    ]


@pytest.mark.parametrize(("known", "status"), [("{tag}", 200), ('"other", {tag}', 200), ('"other"', 412)])
def test_who_wants_one_version_gets_no_other(ask, known, status):
    assert ask(If_Match=known).status_code == status


def test_a_changed_file_is_sent_again(client, file):
    first = client.get("/static/note.txt").headers.get("ETag")
    assert first is not None
    file.write_text("9876543210")
    response = client.get("/static/note.txt", headers={"If-None-Match": first})
    assert (response.status_code, response.text) == (200, "9876543210")
    assert response.headers.get("ETag", first) != first


def test_two_files_alike_have_different_tags(client, file):
    other = file.with_name("other.txt")
    other.write_bytes(file.read_bytes())
    os.utime(other, (10**9, 10**9))
    tags = {client.get(f"/static/{name}").headers.get("ETag") for name in ("note.txt", "other.txt")}
    assert (len(tags), None in tags) == (2, False)
