import pytest

from dram import Dram, flash, get_flashed_messages


@pytest.fixture
def client():
    """One page flashes a message, another shows the messages."""
    app = Dram("tests")
    app.secret_key = "for the tests"
    app.get("/say")(lambda: flash("saved") or "said")
    app.get("/show", endpoint="show")(lambda: get_flashed_messages())
    return app.test_client()


AHEAD = [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}]


def test_a_head_request_leaves_the_messages_for_the_page(client):
    client.get("/say")
    assert "Set-Cookie" not in client.head("/show").headers
    assert client.get("/show").json == ["saved"]


@pytest.mark.parametrize("headers", AHEAD)
def test_a_page_that_is_loaded_ahead_leaves_them_too(client, headers):
    client.get("/say")
    assert "Set-Cookie" not in client.get("/show", headers=headers).headers
    assert client.get("/show").json == ["saved"]


def test_a_page_that_is_looked_at_still_takes_them(client):
    client.get("/say")
    client.head("/show")
    assert [client.get("/show").json, client.get("/show").json] == [["saved"], []]
