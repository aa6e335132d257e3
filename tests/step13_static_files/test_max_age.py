"""How long a client keeps a file without asking is a setting, an argument, or a method of a subclass."""

from datetime import timedelta
from io import BytesIO

import pytest

from dram import Dram


def caching(response):
    """What the response tells caches; it is closed."""
    with response:
        return response.headers.get("Cache-Control"), response.headers.get("Expires") is not None


@pytest.fixture
def root(tmp_path):
    (tmp_path / "static" / "deep").mkdir(parents=True)
    (tmp_path / "static" / "deep" / "note.css").write_text("")
    return tmp_path


@pytest.fixture
def app(root):
    return Dram("tests", root_path=str(root))


@pytest.fixture
def asking(root):
    """An application that gives style sheets an hour, and a list of what it was asked about."""
    asked = []

    class Asking(Dram):
        def get_send_file_max_age(self, name):
            asked.append(name)
            return 3600 if name and name.endswith(".css") else super().get_send_file_max_age(name)

    return Asking("tests", root_path=str(root)), asked


def test_the_settings_begin_with_none_and_without_the_server(app):
    names = ("SEND_FILE_MAX_AGE_DEFAULT", "USE_X_SENDFILE")
    assert [app.config.get(name, "missing") for name in names] == [None, False]


@pytest.mark.parametrize(
    ("setting", "seconds"),
    [(None, None), (0, 0), (60, 60), (timedelta(days=1), 86400), (timedelta(seconds=1.7), 1), (timedelta(), 0)],
)
def test_the_setting_is_none_seconds_or_a_timedelta(app, setting, seconds):
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = setting
    with app.app_context():
        assert app.get_send_file_max_age("note.css") == seconds


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (None, ("no-cache", False)),
        (0, ("no-cache, max-age=0", True)),
        (60, ("public, max-age=60", True)),
        (timedelta(hours=1), ("public, max-age=3600", True)),
    ],
)
@pytest.mark.parametrize("way", ["static", "file", "directory", "memory"])
def test_it_holds_for_all_files_and_ways_to_send_them(app, setting, told, way):
    from dram import send_file, send_from_directory

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = setting
    ways = {
        "static": lambda: app.send_static_file("deep/note.css"),
        "file": lambda: send_file("static/deep/note.css"),
        "directory": lambda: send_from_directory("static", "deep/note.css"),
        "memory": lambda: send_file(BytesIO(b""), mimetype="text/css"),
    }
    with app.test_request_context("/"):
        assert caching(ways[way]()) == told


@pytest.mark.parametrize(
    ("age", "told"), [(7, "public, max-age=7"), (0, "no-cache, max-age=0"), (None, "public, max-age=60")]
)
def test_a_view_may_give_one_file_another_age(app, age, told):
    from dram import send_file, send_from_directory

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
    with app.test_request_context("/"):
        assert caching(send_file("static/deep/note.css", max_age=age)) == (told, True)
        assert caching(send_from_directory("static", "deep/note.css", max_age=age)) == (told, True)


@pytest.mark.parametrize(("age", "told"), [(7, ("public, max-age=7", True)), (None, ("no-cache", False))])
def test_the_age_may_be_a_function_of_the_path(app, root, age, told):
    from dram import send_file

    asked = []
    with app.test_request_context("/"):
        response = send_file("static/deep/note.css", max_age=lambda path: asked.append(path) or age)
    assert caching(response) == told
    assert asked == [str(root / "static" / "deep" / "note.css")]


def test_a_subclass_may_decide_by_the_name(asking, root):
    app, _ = asking
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
    (root / "static" / "note.txt").write_text("")
    with app.test_request_context("/"):
        ages = [caching(app.send_static_file(name))[0] for name in ("deep/note.css", "note.txt")]
    assert ages == ["public, max-age=3600", "public, max-age=60"]


def test_it_is_asked_once_by_the_name_in_the_url(asking):
    app, asked = asking
    with app.test_client() as client:
        client.get("/static/deep/note.css").close()
    assert asked == ["deep/note.css"]


def test_for_other_files_it_is_asked_by_the_path(asking, root):
    from dram import send_file, send_from_directory

    app, asked = asking
    with app.test_request_context("/"):
        assert caching(send_file("static/deep/note.css")) == ("public, max-age=3600", True)
        assert caching(send_from_directory("static", "deep/note.css")) == ("public, max-age=3600", True)
    assert asked == [str(root / "static" / "deep" / "note.css")] * 2


@pytest.mark.parametrize("options", [{"mimetype": "text/css"}, {"download_name": "note.css"}])
def test_for_a_file_in_memory_it_is_asked_by_none(asking, options):
    from dram import send_file

    app, asked = asking
    with app.test_request_context("/"):
        assert caching(send_file(BytesIO(b""), **options)) == ("no-cache", False)
    assert asked == [None]


def test_it_is_not_asked_where_the_view_says(asking):
    from dram import send_file

    app, asked = asking
    with app.test_request_context("/"):
        assert caching(send_file("static/deep/note.css", max_age=7)) == ("public, max-age=7", True)
    assert asked == []


def test_the_server_may_be_asked_to_send_files(app, client, root):
    app.config["USE_X_SENDFILE"] = True
    response = client.get("/static/deep/note.css")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers.get("X-Sendfile") == str(root / "static" / "deep" / "note.css")


def test_it_is_not_asked_for_what_is_in_memory(app):
    from dram import send_file

    app.config["USE_X_SENDFILE"] = True
    with app.test_request_context("/"), send_file(BytesIO(b"text"), mimetype="text/css") as response:
        response.direct_passthrough = False
        assert (response.data, response.headers.get("X-Sendfile")) == (b"text", None)
