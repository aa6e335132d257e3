"""`make_response`, `abort` and `redirect` ask the current application."""

import pytest
from werkzeug.exceptions import HTTPException, NotFound


def test_make_response_makes_what_the_view_would(app, client):
    from dram import make_response

    @app.get("/")
    def view():
        response = make_response({"a": 1}, 201, {"X-Note": "yes"})
        response.headers["X-More"] = "too"
        return response

    response = client.get("/")
    assert (response.status_code, response.get_json()) == (201, {"a": 1})
    assert (response.headers["X-Note"], response.headers["X-More"]) == ("yes", "too")


def test_make_response_of_one_value(app):
    from dram import make_response

    with app.test_request_context():
        assert make_response("Hello").get_data() == b"Hello"
        assert make_response(("Hello", 202)).status_code == 202


def test_make_response_of_nothing_is_empty(app):
    from dram import make_response

    with app.test_request_context():
        response = make_response()
    assert (response.status_code, response.get_data()) == (200, b"")


def test_an_application_may_have_its_own_statuses():
    from dram import Dram, abort, current_app

    class Enhance(HTTPException):
        code = 420
        description = "Enhance your calm."

    app = Dram("suite")
    app.aborter.mapping[420] = Enhance
    with app.app_context(), pytest.raises(Enhance):
        abort(420)
    assert not current_app
    with pytest.raises(LookupError):
        abort(420)


def test_an_application_may_make_its_own_aborter():
    from werkzeug.exceptions import Aborter

    from dram import Dram, abort

    class Polite(Aborter):
        def __call__(self, code, *args, **kwargs):
            super().__call__(code, "We are sorry.")

    class Ours(Dram):
        aborter_class = Polite

    with Ours("suite").app_context(), pytest.raises(NotFound) as caught:
        abort(404)
    assert caught.value.description == "We are sorry."


def test_redirect_is_the_applications(app):
    from dram import current_app, redirect

    class Marked(app.response_class):
        pass

    app.response_class = Marked
    with app.app_context():
        assert type(redirect("/new")) is Marked
        assert type(redirect("/new", Response=current_app.response_class)) is Marked


def test_an_application_may_redirect_its_own_way():
    from dram import Dram, redirect

    class Ours(Dram):
        def redirect(self, location, code=302):
            return super().redirect(location, 303)

    with Ours("suite").app_context():
        assert redirect("/new").status_code == 303
