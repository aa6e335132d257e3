"""A line goes to the log of the request that it was written for."""

import asyncio
import contextlib
import io
import logging
import re
import sys
import threading

import pytest

from dram import Dram, copy_current_request_context


@pytest.fixture
def talking(app):
    """The application, with a view that writes into the log."""

    @app.get("/<word>")
    def view(word):
        app.logger.warning("heard %s", word)
        return "Hello"

    return app


def words(log):
    """What the lines of a log say, of those that were heard."""
    return re.findall(r"^\[[^]]*\] WARNING in test_streams: heard (.*)$", log.getvalue(), re.MULTILINE)


def test_a_view_writes_to_the_log_of_its_server(talking, client, log, capsys):
    client.get("/sea", errors_stream=log)
    assert re.fullmatch(r"\[\d{4}-\d\d-\d\d [\d:,]+\] WARNING in test_streams: heard sea\n", log.getvalue())
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("debug", "said"), [(False, ["warning"]), (True, ["debug", "info", "warning"])])
def test_debugging_is_what_lets_more_than_warnings_through(app, client, log, debug, said):
    @app.get("/")
    def view():
        for level in ("debug", "info", "warning"):
            getattr(app.logger, level)("at level %s", level)
        return "Hello"

    app.debug = debug
    client.get("/", errors_stream=log)
    assert re.findall(r": at level (\w+)$", log.getvalue(), re.MULTILINE) == said


@pytest.mark.parametrize("hook", ["before_request", "after_request", "teardown_request"])
def test_the_hooks_of_a_request_write_there_too(app, client, log, hook):
    @getattr(app, hook)
    def listen(response=None):
        app.logger.warning("heard %s", hook)
        return response

    app.get("/")(lambda: "Hello")
    client.get("/", errors_stream=log)
    assert words(log) == [hook]


@pytest.mark.parametrize("context", [contextlib.nullcontext, Dram.app_context], ids=["no context", "application"])
def test_without_a_request_it_is_stderr(app, capsys, context):
    with context(app):
        app.logger.warning("the sea")
    assert re.fullmatch(r"\[.*\] WARNING in test_streams: the sea\n", capsys.readouterr().err)


def test_stderr_is_looked_up_each_time(app, log):
    app.logger.warning("one")
    with contextlib.redirect_stderr(log):
        app.logger.warning("two")
    assert log.getvalue().endswith(": two\n")


def test_the_stream_is_that_of_the_innermost_request(app, log):
    inner = io.StringIO()
    with app.test_request_context(errors_stream=log):
        app.logger.warning("heard one")
        with app.test_request_context(errors_stream=inner):
            app.logger.warning("heard two")
        app.logger.warning("heard three")
    assert (words(log), words(inner)) == (["one", "three"], ["two"])


def test_threads_do_not_mix(app, client):
    both = threading.Barrier(2, timeout=5)

    @app.get("/<word>")
    def view(word):
        both.wait()
        app.logger.warning("heard %s", word)
        both.wait()
        app.logger.warning("heard %s again", word)
        return "Hello"

    logs = {word: io.StringIO() for word in ("sea", "wind")}
    threads = [
        threading.Thread(target=lambda word=word: client.get(f"/{word}", errors_stream=logs[word])) for word in logs
    ]
    # Asked for by now, because the two would wait for each other in vain where there is no logger.
    assert app.logger
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert {word: words(logs[word]) for word in logs} == {word: [word, f"{word} again"] for word in logs}


def test_tasks_do_not_mix(app):
    async def speak(word, log, both):
        app.test_request_context(errors_stream=log).push()
        await both.wait()
        app.logger.warning("heard %s", word)
        await both.wait()
        app.logger.warning("heard %s again", word)

    async def speak_both(logs):
        both = asyncio.Barrier(2)
        speeches = (speak(word, log, both) for word, log in logs.items())
        await asyncio.wait_for(asyncio.gather(*speeches), 5)

    logs = {word: io.StringIO() for word in ("sea", "wind")}
    asyncio.run(speak_both(logs))
    assert {word: words(logs[word]) for word in logs} == {word: [word, f"{word} again"] for word in logs}


@pytest.mark.parametrize(
    ("decorate", "place"),
    [(lambda work: work, "stderr"), (copy_current_request_context, "log")],
    ids=["without the request", "with it"],
)
def test_a_thread_of_a_view_writes_where_its_context_says(app, client, log, capsys, decorate, place):
    @app.get("/")
    def view():
        thread = threading.Thread(target=decorate(lambda: app.logger.warning("heard the sea")))
        thread.start()
        thread.join(5)
        return "Hello"

    # Asked for by now, because what a thread raises is nobody's failure.
    assert app.logger
    client.get("/", errors_stream=log)
    stderr = io.StringIO(capsys.readouterr().err)
    assert {"log": words(log), "stderr": words(stderr)} == {"log": [], "stderr": [], place: ["the sea"]}


def test_each_of_two_applications_writes_to_the_log_of_its_request(app, log):
    other, others_log = Dram("other"), io.StringIO()
    with app.test_request_context(errors_stream=log):
        app.logger.warning("heard one")
        with other.test_request_context(errors_stream=others_log):
            other.logger.warning("heard two")
    assert (words(log), words(others_log)) == (["one"], ["two"])


def test_an_application_below_another_one_writes_once(log):
    shop, admin = Dram("shop"), Dram("shop.admin")
    with shop.test_request_context(errors_stream=log):
        shop.logger.warning("heard one")
        admin.logger.warning("heard two")
    assert words(log) == ["one", "two"]


def test_a_module_of_the_application_may_have_a_logger_below_it(app, log):
    with app.test_request_context(errors_stream=log):
        app.logger.warning("heard one")
        logging.getLogger("tests.library").warning("heard two")
    assert words(log) == ["one", "two"]


def test_other_loggers_do_not_write_there(app, log):
    with app.test_request_context(errors_stream=log):
        app.logger.warning("heard one")
        logging.getLogger("library").warning("heard two")
    assert words(log) == ["one"]


def test_the_stream_serves_other_handlers_too(app, log, capsys):
    from dram.logging import wsgi_errors_stream

    logging.basicConfig(stream=wsgi_errors_stream, format="%(message)s")
    with app.test_request_context(errors_stream=log):
        logging.getLogger("library").warning("one")
    logging.getLogger("library").warning("two")
    assert (log.getvalue(), capsys.readouterr().err) == ("one\n", "two\n")


def test_the_stream_can_be_written_to_by_hand(app, log, capsys):
    from dram.logging import wsgi_errors_stream

    with app.test_request_context(errors_stream=log):
        print("one", file=wsgi_errors_stream)
    print("two", file=wsgi_errors_stream)
    assert (log.getvalue(), capsys.readouterr().err) == ("one\n", "two\n")


def test_the_stream_stands_for_the_stream_itself(app, log):
    from dram.logging import wsgi_errors_stream

    assert wsgi_errors_stream == sys.stderr
    with app.test_request_context(errors_stream=log):
        assert wsgi_errors_stream == log


def test_each_line_is_flushed(talking, client):
    class Buffered(io.StringIO):
        flushed = ""

        def flush(self):
            self.flushed = self.getvalue()

    log = Buffered()
    client.get("/sea", errors_stream=log)
    assert log.flushed.endswith(": heard sea\n")


def test_a_log_that_cannot_be_written_does_not_cost_the_answer(talking, client, capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError("No space left on device")

    assert client.get("/sea", errors_stream=Full()).text == "Hello"
    assert "No space left on device" in capsys.readouterr().err


def test_a_configured_log_is_written_instead_of_the_servers(talking, client, log):
    configured = io.StringIO()
    logging.basicConfig(stream=configured, format="%(name)s %(message)s")
    client.get("/sea", errors_stream=log)
    assert (configured.getvalue(), log.getvalue()) == ("tests heard sea\n", "")
