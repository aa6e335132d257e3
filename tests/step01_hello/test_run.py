"""`run` serves the application with Werkzeug's development server."""

import pytest


@pytest.fixture
def served(monkeypatch):
    """What reached `werkzeug.serving.run_simple`: host, port, application and options."""
    calls = []
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda *args, **options: calls.append((*args, options)))
    return calls


def test_it_listens_on_this_machine_at_5000(app, served):
    app.run()
    assert served[0][:3] == ("127.0.0.1", 5000, app)


def test_host_and_port_are_ours_to_choose(app, served):
    app.run("0.0.0.0", 0)
    assert served[0][:2] == ("0.0.0.0", 0)


def test_neither_reloader_nor_debugger_unless_asked(app, served):
    app.run()
    assert (served[0][3]["use_reloader"], served[0][3]["use_debugger"]) == (False, False)


def test_debug_switches_on_reloader_and_debugger(app, served):
    app.run(debug=True)
    assert (served[0][3]["use_reloader"], served[0][3]["use_debugger"]) == (True, True)
    assert app.debug


def test_the_attribute_debug_does_the_same(app, served):
    app.debug = True
    app.run()
    assert served[0][3]["use_debugger"]


def test_debug_is_off_by_default(app):
    assert app.debug is False


def test_a_slow_view_does_not_keep_others_waiting(app, served):
    app.run()
    assert served[0][3]["threaded"]


def test_options_go_to_the_server_and_win(app, served):
    app.run(debug=True, use_reloader=False, extra_files=["notes.txt"])
    assert served[0][3]["use_reloader"] is False
    assert served[0][3]["extra_files"] == ["notes.txt"]
