"""An `EnvironBuilder` makes requests for the host that the configuration names."""


def test_a_builder_knows_its_application(app):
    from werkzeug.test import EnvironBuilder as Plain

    from dram.testing import EnvironBuilder

    builder = EnvironBuilder(app)
    assert isinstance(builder, Plain)
    assert builder.app is app


def test_a_builder_makes_an_environ_as_the_configuration_says(app):
    from dram.testing import EnvironBuilder

    app.config.update(SERVER_NAME="books.example", APPLICATION_ROOT="/shop")
    environ = EnvironBuilder(app, "/essays?q=sea", method="POST").get_environ()
    names = ["REQUEST_METHOD", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"]
    assert [environ[name] for name in names] == ["POST", "books.example", "/shop", "/essays", "q=sea"]


def test_a_builder_takes_its_arguments_in_this_order(app):
    from dram.testing import EnvironBuilder

    builder = EnvironBuilder(app, "/essays", None, "api", "https", {"q": "sea"}, "POST")
    assert builder.get_request().url == "https://api.localhost/essays?q=sea"
    assert builder.method == "POST"


def test_a_builder_may_write_json_its_own_way(app):
    from dram.testing import EnvironBuilder

    class Loud(EnvironBuilder):
        def json_dumps(self, obj, **kwargs):
            return super().json_dumps(obj, **kwargs).upper()

    assert Loud(app, json="sea").get_request().get_data() == b'"SEA"'
