"""Where SERVER_NAME says which host and port the application is for, `run` serves there."""

import pytest


@pytest.fixture
def served(monkeypatch):
    """The host and the port that reached `werkzeug.serving.run_simple`."""
    calls = []
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda host, port, app, **options: calls.append((host, port)))
    return calls


@pytest.mark.parametrize(
    ("server_name", "arguments", "expected"),
    [
        ("books.example:8080", {}, ("books.example", 8080)),
        ("books.example", {}, ("books.example", 5000)),
        ("books.example:0", {}, ("books.example", 0)),
        ("books.example:8080", {"host": "localhost"}, ("localhost", 8080)),
        ("books.example:8080", {"port": 80}, ("books.example", 80)),
    ],
)
def test_it_serves_the_host_and_port_of_the_configuration(app, served, server_name, arguments, expected):
    app.config["SERVER_NAME"] = server_name
    app.run(**arguments)
    assert served == [expected]
