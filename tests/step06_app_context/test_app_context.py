"""A context without a request, for work that nobody asked for over HTTP."""

import pytest


def test_current_app_stands_for_the_application(app):
    from dram import current_app

    with app.app_context():
        assert current_app._get_current_object() is app
        assert current_app.import_name == app.import_name


def test_a_view_sees_current_app(app, client):
    from dram import current_app

    app.get("/")(lambda: current_app.import_name)
    assert client.get("/").text == app.import_name


def test_has_app_context(app):
    from dram import has_app_context

    assert not has_app_context()
    with app.app_context():
        assert has_app_context()
    with app.test_request_context():
        assert has_app_context()
    assert not has_app_context()


def test_an_application_context_is_no_request_context(app):
    from dram import has_request_context, request

    with app.app_context():
        assert not has_request_context()
        assert not request
        with pytest.raises(RuntimeError, match=r"^Working outside of request context"):
            _ = request.args


def test_it_can_be_pushed_and_popped_by_hand(app):
    from dram import current_app

    context = app.app_context()
    context.push()
    assert current_app
    context.pop()
    assert not current_app


def test_it_can_be_pushed_twice(app):
    from dram import has_app_context

    context = app.app_context()
    with context:
        with context:
            assert has_app_context()
        assert has_app_context()
    assert not has_app_context()


def test_applications_nest(app):
    from dram import Dram, current_app

    other = Dram("other")
    with app.app_context():
        with other.app_context():
            assert current_app.import_name == "other"
        assert current_app.import_name == app.import_name


def test_a_request_on_top_has_the_application_of_the_request(app, client):
    from dram import Dram, current_app

    app.get("/")(lambda: current_app.import_name)
    with Dram("other").app_context():
        assert client.get("/").text == app.import_name
        assert current_app.import_name == "other"


@pytest.mark.differs("in Flask the request stays visible below an application context")
def test_an_application_context_within_a_request_hides_the_request(app, client):
    from dram import has_request_context, request

    @app.get("/here")
    def view():
        with app.app_context():
            within = has_request_context()
        return [within, request.path]

    assert client.get("/here").get_json() == [False, "/here"]


def test_app_ctx_stands_for_the_context(app):
    from dram.globals import app_ctx

    assert not app_ctx
    with app.app_context() as context:
        assert app_ctx._get_current_object() is context
        assert app_ctx.app is app


@pytest.mark.parametrize("name", ["current_app", "g"])
def test_outside_of_it_the_error_says_so(name):
    import dram

    proxy = getattr(dram, name)
    assert not proxy
    with pytest.raises(RuntimeError, match=r"^Working outside of application context"):
        _ = proxy.import_name


@pytest.mark.differs("Flask does not say which name was used, and refers to its documentation")
@pytest.mark.parametrize("name", ["current_app", "g"])
def test_the_error_says_which_name_why_and_what_to_do(name):
    import dram

    with pytest.raises(
        RuntimeError, match=rf"(?s)'{name}' needs the application.*there is none.*with app\.app_context"
    ):
        _ = getattr(dram, name).import_name


@pytest.mark.differs("Flask says the same whether there is an application or not")
def test_a_missing_request_is_told_from_a_missing_application(app):
    from dram import request

    with app.app_context(), pytest.raises(RuntimeError, match=f"the context of '{app.import_name}' that is current"):
        _ = request.args


def test_an_error_within_it_gets_out_of_it(app):
    from dram import has_app_context

    with pytest.raises(ZeroDivisionError), app.app_context():
        _ = 1 / 0
    assert not has_app_context()
