import io

from werkzeug.test import Client


def application(steps):
    from dram import Dram

    app = Dram("exercise")

    def outer():
        steps.append("outer in")
        try:
            yield
        finally:
            steps.append("outer out")

    def inner():
        steps.append("inner in")
        yield
        steps.append("inner out")

    try:
        app.around_request(outer)
        assert app.around_request(inner) is inner
    except AttributeError as error:
        raise AssertionError(str(error)) from None
    app.get("/", endpoint="page")(lambda: steps.append("view") or "page")
    app.get("/fails", endpoint="fails")(lambda: 1 / 0)
    return app


def test_it_wraps_the_view():
    steps = []
    assert Client(application(steps)).get("/").text == "page"
    assert steps == ["outer in", "inner in", "view", "inner out", "outer out"]


def test_it_ends_also_when_the_view_fails():
    steps = []
    response = Client(application(steps)).get("/fails", errors_stream=io.StringIO())
    assert response.status_code == 500
    assert steps == ["outer in", "inner in", "inner out", "outer out"]


def test_each_request_has_its_own():
    steps = []
    client = Client(application(steps))
    client.get("/")
    client.get("/")
    assert len(steps) == 10
