"""Each of these tests finds `logging` as a program does in which nobody configured anything."""

import io
import logging

import pytest


@pytest.fixture(autouse=True)
def unconfigured(pytestconfig, monkeypatch):
    """For the time of a test there are no loggers yet, and the root has no handlers."""
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root.manager, "loggerDict", {})
    # Before the test begins, pytest would put handlers of its own on the root, which would pass for a configuration.
    plugins = pytestconfig.pluginmanager
    capturing = plugins.unregister(name="logging-plugin") if plugins.has_plugin("logging-plugin") else None
    yield
    if capturing is not None:
        plugins.register(capturing, "logging-plugin")


class Recorder(logging.Handler):
    """A handler that keeps the records it is given."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def records():
    """What the logger of `app` is given, from now on."""
    recorder = Recorder()
    logging.getLogger("tests").addHandler(recorder)
    return recorder.records


@pytest.fixture
def log():
    """A server's log: give it to a request as its `errors_stream`."""
    return io.StringIO()
