from werkzeug.test import Client


def application():
    from dram import Dram

    return Dram("exercise")


def ask(app, url):
    app.testing = True
    try:
        return Client(app).get(url).text
    except TypeError as error:
        raise AssertionError(f"the application raised {error!r}") from None


def test_a_view_may_take_the_request():
    app = application()

    @app.get("/essays/<int:number>")
    def essay(request, number):
        return f"{type(request).__name__} {request.args['q']} {number}"

    assert ask(app, "/essays/7?q=sea") == "Request sea 7"


def test_other_views_are_called_as_before():
    app = application()

    @app.get("/one/<name>")
    def one(name):
        return name

    @app.get("/two")
    def two(request):
        return request.path

    assert ask(app, "/one/Ada") == "Ada"
    assert ask(app, "/two") == "/two"
