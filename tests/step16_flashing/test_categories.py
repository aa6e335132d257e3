"""A message has a category; a page can ask for the categories, or for some of them only."""

import pytest

SAID = [["message", "saved"], ["error", "too long"], ["info", "draft"], ["error", "no title"]]


@pytest.fixture
def client(app):
    from dram import flash

    @app.get("/flash")
    def say():
        flash("saved")
        flash("too long", "error")
        flash("draft", category="info")
        flash("no title", "error")
        return "said"

    app.secret_key = "for the tests"
    return app.test_client()


@pytest.fixture
def ask(app, client):
    """What pages show that ask with these arguments, one after the other in one request."""
    from dram import get_flashed_messages

    asked = []
    app.get("/show")(lambda: [get_flashed_messages(**options) for options in asked])

    def ask(*options):
        asked[:] = options
        return client.get("/show").json

    return ask


@pytest.fixture
def flashed(client):
    client.get("/flash")


def test_messages_come_without_their_categories_unless_asked_for(ask, flashed):
    assert ask({}, {"with_categories": False}) == [[message for _, message in SAID]] * 2


def test_with_categories_gives_pairs_of_category_and_message(ask, flashed):
    assert ask({"with_categories": True}) == [SAID]


def test_the_pairs_are_tuples(app):
    from dram import flash, get_flashed_messages

    app.secret_key = "for the tests"
    with app.test_request_context():
        flash("saved")
        flash("too long", "error")
        assert get_flashed_messages(True) == [("message", "saved"), ("error", "too long")]


@pytest.mark.parametrize("category", ["", "two words", "é"])
def test_a_category_is_any_text(app, category):
    from dram import flash, get_flashed_messages

    app.secret_key = "for the tests"
    with app.test_request_context():
        flash("saved", category)
        assert get_flashed_messages(with_categories=True, category_filter=[category]) == [(category, "saved")]


@pytest.mark.parametrize(
    ("only", "messages"),
    [
        (["error"], ["too long", "no title"]),
        (("info", "error"), ["too long", "draft", "no title"]),
        ({"message", "unknown"}, ["saved"]),
        (["unknown"], []),
        (["err"], []),
    ],
)
def test_a_filter_keeps_the_categories_it_names_in_the_order_of_flashing(ask, flashed, only, messages):
    assert ask({"category_filter": only}) == [messages]


def test_a_filter_and_categories_go_together(ask, flashed):
    assert ask({"with_categories": True, "category_filter": ["error"]}) == [[SAID[1], SAID[3]]]


@pytest.mark.parametrize("only", [(), []])
def test_an_empty_filter_keeps_all(ask, flashed, only):
    assert ask({"with_categories": True, "category_filter": only}) == [SAID]


def test_one_page_can_ask_for_one_category_after_the_other(ask, flashed):
    found = ask({"category_filter": ["error"]}, {"category_filter": ["info"]}, {"with_categories": True})
    assert found == [["too long", "no title"], ["draft"], SAID]


@pytest.mark.parametrize("only", [["error"], ["unknown"]])
def test_what_a_filter_left_out_is_gone_for_the_next_page(ask, flashed, only):
    ask({"category_filter": only})
    assert ask({}) == [[]]


def test_a_text_is_a_filter_for_one_category(ask, flashed):
    assert ask({"category_filter": "error"}) == [["too long", "no title"]]
