"""The application has a logger of its name, which writes somewhere from the start."""

import logging
import re
import sys
import threading
from types import ModuleType

import pytest

from dram import Dram


def test_it_is_a_logger_with_the_applications_name(app):
    assert isinstance(app.logger, logging.Logger)
    assert app.logger.name == app.import_name


def test_it_is_the_standard_librarys_logger_of_that_name(app):
    assert app.logger is logging.getLogger("tests")


@pytest.mark.parametrize("file", ["/srv/marginalia.py", "marginalia.py"])
def test_a_program_run_as_main_is_named_after_its_file(monkeypatch, file):
    main = ModuleType("__main__")
    main.__file__ = file
    monkeypatch.setitem(sys.modules, "__main__", main)
    app = Dram("__main__")
    assert (app.name, app.logger.name) == ("marginalia", "marginalia")


def test_a_prompt_has_no_file_to_be_named_after(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    assert Dram("__main__").logger.name == "__main__"


def test_applications_of_one_name_share_it(app):
    assert Dram("tests").logger is app.logger


def test_applications_of_different_names_do_not(app):
    assert Dram("other").logger is not app.logger


def test_another_logger_can_take_its_place(app, client):
    spoken = []
    app.logger = logging.getLogger("other")
    app.logger.addFilter(lambda record: spoken.append(record.getMessage()))
    app.get("/")(lambda: 1 / 0)
    client.get("/")
    assert spoken == ["Exception on / [GET]"]


def test_create_logger_makes_it(app):
    from dram.logging import create_logger

    assert create_logger(app) is app.logger


def test_it_is_not_made_before_it_is_asked_for(app, client):
    app.get("/")(lambda: "Hello")
    assert client.get("/").text == "Hello"
    assert logging.getLogger("tests").handlers == []
    assert app.logger.handlers != []


def test_many_threads_may_ask_first(app):
    from dram.logging import default_handler

    all_are_here = threading.Barrier(8, timeout=5)
    found = []

    def ask():
        all_are_here.wait()
        found.append(app.logger)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert found == [logging.getLogger("tests")] * 8
    assert app.logger.handlers == [default_handler]


def test_its_level_is_left_to_the_root(app):
    assert app.logger.level == logging.NOTSET


def test_while_debugging_it_lets_everything_through(app):
    app.debug = True
    assert app.logger.level == logging.DEBUG


@pytest.mark.parametrize("level", [logging.INFO, logging.ERROR])
def test_a_level_that_was_set_is_kept_while_debugging(app, level):
    logging.getLogger("tests").setLevel(level)
    app.debug = True
    assert app.logger.level == level


def test_the_level_is_settled_at_first_use(app):
    assert app.logger.level == logging.NOTSET
    app.debug = True
    assert app.logger.level == logging.NOTSET


def test_it_has_the_default_handler_where_nobody_configured_anything(app):
    from dram.logging import default_handler

    assert app.logger.handlers == [default_handler]


def test_an_application_that_was_made_before_it_was_configured_is_not_too_late(app):
    logging.basicConfig()
    assert app.logger.handlers == []


@pytest.mark.parametrize("name", ["", "shop", "shop.admin"], ids=["root", "package", "itself"])
def test_it_has_no_default_handler_where_another_is(name):
    handler = logging.StreamHandler()
    logging.getLogger(name).addHandler(handler)
    logger = Dram("shop.admin").logger
    assert logger.handlers == ([handler] if name == "shop.admin" else [])


def test_a_handler_of_another_branch_is_none_of_its_own(app):
    from dram.logging import default_handler

    logging.getLogger("library").addHandler(logging.StreamHandler())
    assert app.logger.handlers == [default_handler]


def test_a_handler_that_would_drop_warnings_is_not_enough(app):
    from dram.logging import default_handler

    logging.basicConfig()
    logging.root.handlers[0].setLevel(logging.CRITICAL)
    assert app.logger.handlers == [default_handler]


def test_while_debugging_a_handler_must_take_everything(app):
    from dram.logging import default_handler

    logging.basicConfig()
    logging.root.handlers[0].setLevel(logging.WARNING)
    app.debug = True
    assert app.logger.handlers == [default_handler]


def test_a_logger_that_passes_nothing_on_has_the_default_handler(app):
    from dram.logging import default_handler

    logging.basicConfig()
    logging.getLogger("tests").propagate = False
    assert app.logger.handlers == [default_handler]


def test_the_default_handler_can_be_removed(app, client, log):
    from dram.logging import default_handler

    app.logger.removeHandler(default_handler)
    app.get("/")(lambda: app.logger.info("the sea") or "Hello")
    assert client.get("/", errors_stream=log).text == "Hello"
    assert (app.logger.handlers, log.getvalue()) == ([], "")


def test_removed_before_the_first_use_it_comes_back(app):
    from dram.logging import default_handler

    logging.getLogger("tests").removeHandler(default_handler)
    assert app.logger.handlers == [default_handler]


def test_a_handler_added_later_works_beside_it(app, log):
    app.logger.addHandler(logging.StreamHandler(log))
    with app.test_request_context(errors_stream=log):
        app.logger.warning("the sea")
    assert re.fullmatch(r"\[.*: the sea\nthe sea\n", log.getvalue())


def test_the_default_handler_takes_every_level():
    from dram.logging import default_handler

    assert isinstance(default_handler, logging.StreamHandler)
    assert default_handler.level == logging.NOTSET


def test_the_default_handler_says_when_how_grave_and_where():
    from dram.logging import default_handler

    said = {"levelname": "WARNING", "module": "views", "msg": "%s left", "args": ("Ada",)}
    line = default_handler.format(logging.makeLogRecord(said))
    assert re.fullmatch(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] WARNING in views: Ada left", line)


@pytest.mark.parametrize(("level", "found"), [(logging.DEBUG, True), (logging.WARNING, True), (logging.ERROR, False)])
@pytest.mark.parametrize("name", ["", "tests", "tests.views"])
def test_has_level_handler_finds_one_that_takes_the_level(name, level, found):
    from dram.logging import has_level_handler

    handler = logging.NullHandler(level)
    logging.getLogger(name).addHandler(handler)
    assert has_level_handler(logging.getLogger("tests.views")) is found


def test_has_level_handler_goes_by_the_level_in_effect():
    from dram.logging import has_level_handler

    logging.getLogger("tests").addHandler(logging.NullHandler(logging.INFO))
    assert has_level_handler(logging.getLogger("tests.views"))
    logging.getLogger("tests").setLevel(logging.DEBUG)
    assert not has_level_handler(logging.getLogger("tests.views"))


def test_has_level_handler_finds_nothing_where_nothing_is():
    from dram.logging import has_level_handler

    assert not has_level_handler(logging.getLogger("tests"))


@pytest.mark.parametrize("name", ["tests", "tests.views"])
def test_has_level_handler_stops_where_nothing_is_passed_on(name):
    from dram.logging import has_level_handler

    logging.basicConfig()
    assert has_level_handler(logging.getLogger("tests.views"))
    logging.getLogger(name).propagate = False
    assert not has_level_handler(logging.getLogger("tests.views"))
