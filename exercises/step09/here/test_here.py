import pytest
from werkzeug.test import Client


@pytest.fixture
def here():
    """What `url_here` makes of some values in a request for a URL."""
    from dram import Dram

    app = Dram("exercise")
    app.add_url_rule("/<lang>/essays/", "essays", lambda lang: "")
    app.add_url_rule("/<lang>/essays/<int:number>", "essay", lambda lang, number: "")

    def here(url, /, **values):
        with app.test_request_context(url):
            try:
                return app.url_here(**values)
            except AttributeError as error:
                raise AssertionError(str(error)) from None

    return here


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "/de/essays/?q=sea&tag=a&tag=b&page=1"),
        ({"page": 2}, "/de/essays/?q=sea&tag=a&tag=b&page=2"),
        ({"lang": "en"}, "/en/essays/?q=sea&tag=a&tag=b&page=1"),
        ({"page": None, "tag": "c"}, "/de/essays/?q=sea&tag=c"),
    ],
)
def test_some_values_change_and_the_rest_stays(here, values, url):
    assert here("/de/essays/?q=sea&tag=a&tag=b&page=1", **values) == url


def test_the_query_cannot_change_the_path(here):
    assert here("/de/essays/7?number=8&lang=fr") == "/de/essays/7"


def test_the_query_cannot_set_options(here):
    assert here("/de/essays/?_scheme=ftp&_external=1&endpoint=essay") == (
        "/de/essays/?_scheme=ftp&_external=1&endpoint=essay"
    )


def test_defaults_are_filled_in():
    from dram import Dram, g

    app = Dram("exercise")

    @app.url_value_preprocessor
    def take_language(endpoint, values):
        g.lang = values.pop("lang")

    @app.url_defaults
    def add_language(endpoint, values):
        values.setdefault("lang", g.lang)

    def essay(number):
        try:
            return app.url_here(page=2)
        except AttributeError as error:
            return str(error)

    app.add_url_rule("/<lang>/essays/<int:number>", "essay", essay)
    client = Client(app)
    assert client.get("/de/essays/7?q=sea").text == "/de/essays/7?q=sea&page=2"
    assert client.get("/de/essays/7?lang=fr").text == "/de/essays/7?page=2"
