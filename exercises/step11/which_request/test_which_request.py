import logging
import re
import threading

from werkzeug.test import Client


def application(name):
    """An application with two lines in its log for each request, and the list of all `request_id: line`."""
    from dram import Dram, copy_current_request_context
    from dram.logging import RequestFilter

    lines = []
    handler = logging.Handler()
    handler.setFormatter(logging.Formatter("%(request_id)s: %(message)s"))
    handler.addFilter(RequestFilter())
    handler.emit = lambda record: lines.append(tuple(handler.format(record).split(": ")))
    app = Dram(name)
    logging.getLogger(name).handlers[:] = [handler]

    @app.get("/<word>")
    def view(word):
        app.logger.warning("%s once", word)
        thread = threading.Thread(target=copy_current_request_context(lambda: app.logger.warning("%s again", word)))
        thread.start()
        thread.join(5)
        return "Hello"

    return app, lines


def test_the_lines_of_a_request_have_one_id():
    app, lines = application("exercise.one")
    Client(app).get("/sea")
    (first, once), (second, again) = lines
    assert (once, again) == ("sea once", "sea again")
    assert first == second
    assert re.fullmatch("[0-9a-f]{8}", first)


def test_two_requests_have_two():
    app, lines = application("exercise.two")
    client = Client(app)
    client.get("/sea")
    client.get("/wind")
    assert len({request_id for request_id, _ in lines}) == 2


def test_without_a_request_it_is_a_dash():
    app, lines = application("exercise.none")
    app.logger.warning("alone")
    with app.app_context():
        app.logger.warning("in the application")
    assert lines == [("-", "alone"), ("-", "in the application")]
