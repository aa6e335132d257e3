"""`abort` and `redirect` end a view early."""

import pytest
from werkzeug.exceptions import HTTPException, NotFound


def test_abort_raises_the_exception_of_a_status():
    from dram import abort

    with pytest.raises(NotFound) as caught:
        abort(404, "no such essay")
    assert caught.value.description == "no such essay"


def test_abort_ends_the_view(app, client):
    from dram import abort

    @app.get("/")
    def view():
        abort(410)
        return "unreachable"

    assert client.get("/").status_code == 410


def test_abort_with_a_response_sends_it(app, client):
    from dram import Response, abort

    app.get("/")(lambda: abort(Response("mine", 418)))
    response = client.get("/")
    assert (response.status_code, response.text) == (418, "mine")


def test_such_a_response_passes_by_the_handlers(app, client):
    from dram import Response, abort

    app.errorhandler(HTTPException)(lambda error: "handled")
    app.get("/")(lambda: abort(Response("mine", 418)))
    assert client.get("/").text == "mine"


def test_abort_with_an_unknown_status_is_refused():
    from dram import abort

    with pytest.raises(LookupError, match="999"):
        abort(999)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_a_response_with_a_location(app, client, status):
    from dram import redirect

    app.get("/old")(lambda: redirect("/new?q=früh", status))
    response = client.get("/old")
    assert (response.status_code, response.headers["Location"]) == (status, "/new?q=fr%C3%BCh")


def test_redirect_is_302_unless_it_says_otherwise(app, client):
    from dram import redirect

    app.get("/old")(lambda: redirect("/new"))
    assert client.get("/old").status_code == 302


def test_redirect_escapes_what_it_links_to(app, client):
    from dram import redirect

    app.get("/old")(lambda: redirect('/"><script>'))
    assert "<script>" not in client.get("/old").text
