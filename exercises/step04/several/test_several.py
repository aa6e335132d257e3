from werkzeug.test import Client


def application():
    from dram import Dram, abort

    app = Dram("exercise")
    app.get("/gone")(lambda: abort(410))
    return app


def test_one_function_for_two_statuses():
    app = application()
    try:
        app.errorhandler(404, 410)(lambda error: (f"lost: {error.code}", error.code))
    except TypeError as error:
        raise AssertionError(str(error)) from None
    assert Client(app).get("/nowhere").text == "lost: 404"
    assert Client(app).get("/gone").text == "lost: 410"


def test_classes_may_be_among_them():
    app = application()
    app.get("/key", endpoint="key")(lambda: {}["key"])
    try:
        handler = app.errorhandler(404, KeyError)(lambda error: "lost")
    except TypeError as error:
        raise AssertionError(str(error)) from None
    assert Client(app).get("/key").text == "lost"
    assert handler(None) == "lost"
