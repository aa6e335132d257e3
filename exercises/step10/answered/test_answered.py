import io

import pytest

from dram import Dram, redirect, request


@pytest.fixture
def app():
    app = Dram("exercise")
    app.testing = True
    app.get("/fails", endpoint="fails")(lambda: 1 / 0)
    app.get("/go", endpoint="go")(lambda: redirect("/fails"))
    app.errorhandler(500)(lambda error: (f"Our fault: {type(error.original_exception).__name__}", 500))
    return app


@pytest.fixture
def client(app):
    def make(**options):
        try:
            return app.test_client(**options)
        except TypeError as error:
            raise AssertionError(str(error)) from None

    return make


def ask(client, path, **options):
    return client.get(path, errors_stream=io.StringIO(), **options)


def test_it_answers_with_the_error_page_while_testing(client):
    response = ask(client(raise_errors=False), "/fails")
    assert (response.status_code, response.text) == (500, "Our fault: ZeroDivisionError")


def test_other_clients_of_the_application_go_on_raising(app, client):
    ask(client(raise_errors=False), "/fails")
    for other in (client(), client(raise_errors=True)):
        with pytest.raises(ZeroDivisionError):
            ask(other, "/fails")
    assert app.testing is True


def test_it_holds_after_a_redirect_and_in_a_block(client):
    with client(raise_errors=False) as answered:
        assert ask(answered, "/go", follow_redirects=True).status_code == 500
        assert request.path == "/fails"


def test_an_environ_that_is_sent_is_not_written_to(client):
    from werkzeug.test import create_environ

    environ = create_environ("/fails", errors_stream=io.StringIO())
    before = dict(environ)
    assert client(raise_errors=False).open(environ).status_code == 500
    assert environ == before
