import gzip
import os

import pytest

from dram import Dram

SHEET = b"main { max-width: 38em }"
PACKED = gzip.compress(SHEET)


@pytest.fixture
def folder(tmp_path):
    """A static folder with a style sheet, packed and not, and a picture that is not packed."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "style.css").write_bytes(SHEET)
    (folder / "style.css.gz").write_bytes(PACKED)
    (folder / "emblem.svg").write_bytes(b"<svg/>")
    return folder


@pytest.fixture
def ask(folder):
    """The answer to a client that accepts this encoding."""
    client = Dram("exercise", root_path=str(folder.parent)).test_client()

    def ask(accepted, path="/static/style.css", **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, headers={"Accept-Encoding": accepted, **sent}, buffered=True)

    return ask


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.1"])
def test_a_client_that_accepts_it_gets_the_packed_file(ask, accepted):
    response = ask(accepted)
    assert (response.data, response.headers.get("Content-Encoding")) == (PACKED, "gzip")


def test_the_type_is_that_of_the_sheet(ask):
    response = ask("gzip")
    assert (response.content_encoding, response.content_type) == ("gzip", "text/css; charset=utf-8")


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0"])
def test_other_clients_get_the_sheet_and_caches_learn_that_it_depends(ask, accepted):
    response = ask(accepted)
    assert (response.data, response.headers.get("Content-Encoding")) == (SHEET, None)
    assert "accept-encoding" in response.vary


def test_the_two_have_different_tags(ask):
    assert ask("gzip").headers["ETag"] != ask("").headers["ETag"]


@pytest.mark.parametrize("accepted", ["gzip", ""])
def test_caches_learn_it_from_the_short_answer_too(ask, accepted):
    response = ask(accepted, If_None_Match=ask(accepted).headers["ETag"])
    assert (response.status_code, "accept-encoding" in response.vary) == (304, True)


def test_a_part_is_one_of_the_packed_file(ask):
    response = ask("gzip", Range="bytes=0-3")
    assert (response.status_code, response.data) == (206, PACKED[:4])


def test_what_is_not_packed_is_sent_as_it_is(ask):
    assert "accept-encoding" in ask("gzip").vary
    response = ask("gzip", "/static/emblem.svg")
    assert (response.data, response.headers.get("Vary")) == (b"<svg/>", None)


def test_a_packed_file_that_is_older_is_not_sent(ask, folder):
    assert ask("gzip").data == PACKED
    (folder / "style.css").write_bytes(b"main { max-width: 40em }")
    os.utime(folder / "style.css.gz", (10**9, 10**9))
    assert ask("gzip").data == b"main { max-width: 40em }"


def test_the_packed_file_must_be_in_the_folder_too(ask, folder):
    assert ask("gzip").data == PACKED
    (folder / "style.css.gz").rename(folder.parent / "style.css.gz")
    try:
        (folder / "style.css.gz").symlink_to("../style.css.gz")
    except OSError as error:
        pytest.skip(f"There are no links here: {error}")
    assert ask("gzip").data == SHEET
