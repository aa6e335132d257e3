"""The files of one folder, `static` beside the application, have URLs without a view."""

from pathlib import Path

import pytest
from werkzeug.routing import BuildError
from werkzeug.test import Client

from dram import Dram, request


@pytest.fixture
def root(tmp_path):
    """A folder for an application, with files in some folders of it."""
    for folder in ("static/deep", "assets/public"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "note.txt").write_text(f"in {folder}")
    (tmp_path / "static" / "note.txt").write_text("in static")
    return tmp_path


@pytest.fixture
def app(root):
    return Dram("tests", root_path=str(root))


@pytest.fixture
def make(root):
    """Makes an application in that folder; `ask` reads a page of one."""
    return lambda **options: Dram("tests", root_path=str(root), **options)


def ask(app, path, **options):
    with Client(app).get(path, **options) as response:
        return response.text if response.status_code == 200 else response.status_code


@pytest.mark.parametrize(
    ("path", "text"),
    [("/static/note.txt", "in static"), ("/static/deep/note.txt", "in static/deep")],
)
def test_a_file_of_the_folder_has_a_url(client, path, text):
    response = client.get(path)
    assert (response.status_code, response.text) == (200, text)


def test_it_is_sent_as_it_is(client, root):
    every_byte = bytes(range(256)) * 300
    (root / "static" / "bytes.bin").write_bytes(every_byte)
    response = client.get("/static/bytes.bin")
    assert (response.data, response.headers.get("Content-Length")) == (every_byte, "76800")


def test_head_gets_the_headers_alone(client):
    get, head = client.get("/static/note.txt"), client.head("/static/note.txt")
    assert (head.status_code, head.data, head.content_length) == (200, b"", 9)
    assert [name for name, _ in head.headers] == [name for name, _ in get.headers]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_it_can_only_be_read(client, root, method):
    response = client.open("/static/note.txt", method=method)
    assert (response.status_code, set(response.allow)) == (405, {"GET", "HEAD", "OPTIONS"})
    assert (root / "static" / "note.txt").read_text() == "in static"


def test_there_is_one_rule_for_all_files(app):
    rules = [(rule.rule, rule.endpoint) for rule in app.url_map.iter_rules()]
    assert rules == [("/static/<path:filename>", "static")]


@pytest.mark.parametrize(
    ("filename", "url"),
    [
        ("note.txt", "/static/note.txt"),
        ("deep/note.txt", "/static/deep/note.txt"),
        ("Größe & 7.txt", "/static/Gr%C3%B6%C3%9Fe%20&%207.txt"),
        ("100%.txt", "/static/100%25.txt"),
        ("what?.txt", "/static/what%3F.txt"),
        ("a#b.txt", "/static/a%23b.txt"),
    ],
)
def test_a_link_to_a_file_leads_to_it(app, client, root, filename, url):
    (root / "static" / filename).write_text(filename, encoding="utf-8")
    with app.test_request_context("/"):
        try:
            link = app.url_for("static", filename=filename)
        except BuildError as error:
            pytest.fail(str(error))
    assert (link, client.get(link).text) == (url, filename)


def test_the_folder_need_not_be_there(tmp_path):
    app = Dram("tests", root_path=str(tmp_path / "empty"))
    with app.test_request_context("/"):
        assert "static" in app.view_functions
        assert app.url_for("static", filename="note.txt", v="3") == "/static/note.txt?v=3"
    assert ask(app, "/static/note.txt") == 404


def test_it_is_where_the_application_is_not_where_it_was_started(client, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert client.get("/static/note.txt").text == "in static"


def test_the_application_knows_its_folder(app, root):
    assert (app.static_folder, app.static_url_path, app.has_static_folder) == (str(root / "static"), "/static", True)


@pytest.mark.parametrize(
    ("folder", "is_at", "url_path"),
    [
        ("assets", "assets", "/assets"),
        ("assets/", "assets", "/assets"),
        ("assets/public", "assets/public", "/public"),
        (Path("assets", "public"), "assets/public", "/public"),
    ],
)
def test_another_folder_has_urls_of_its_last_name(make, root, folder, is_at, url_path):
    app = make(static_folder=folder)
    assert (app.static_folder, app.static_url_path) == (str(root / is_at), url_path)
    assert [rule.rule for rule in app.url_map.iter_rules()] == [f"{url_path}/<path:filename>"]


@pytest.mark.parametrize("kind", [str, Path])
def test_the_folder_may_be_anywhere(make, tmp_path_factory, kind):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "note.txt").write_text("elsewhere")
    app = make(static_folder=kind(elsewhere))
    assert app.static_folder == str(elsewhere)
    assert ask(app, f"/{elsewhere.name}/note.txt") == "elsewhere"


@pytest.mark.parametrize(
    ("url_path", "is_at"), [("/files", "/files"), ("/files/", "/files"), ("/a/b/", "/a/b"), ("", ""), ("/", "")]
)
def test_the_urls_may_have_another_beginning(make, url_path, is_at):
    app = make(static_url_path=url_path)
    assert app.static_url_path == is_at
    assert ask(app, f"{is_at}/deep/note.txt") == "in static/deep"
    assert ask(app, "/static/note.txt") == 404
    with app.test_request_context("/"):
        assert app.url_for("static", filename="note.txt") == f"{is_at}/note.txt"


def test_the_urls_begin_with_a_slash_or_not_at_all(make):
    with pytest.raises(ValueError, match="slash"):
        make(static_url_path="files")


def test_where_files_are_at_the_root_views_come_first(make):
    app = make(static_url_path="")
    app.get("/", endpoint="index")(lambda: "view")
    app.get("/note.txt", endpoint="note")(lambda: "view")
    app.get("/<name>", endpoint="name")(lambda name: f"view of {name}")
    assert [ask(app, path) for path in ("/", "/note.txt", "/other.txt", "/deep/note.txt")] == [
        "view",
        "view",
        "view of other.txt",
        "in static/deep",
    ]


def test_a_view_may_answer_for_one_file(app, client):
    app.get("/static/deep/note.txt", endpoint="note")(lambda: "view")
    assert [client.get(f"/static/{name}").text for name in ("deep/note.txt", "note.txt")] == ["view", "in static"]


def test_there_may_be_no_such_folder_at_all(make):
    app = make(static_folder=None)
    assert (app.static_folder, app.has_static_folder, app.static_url_path) == (None, False, None)
    assert list(app.url_map.iter_rules()) == []
    assert ask(app, "/static/note.txt") == 404


def test_without_a_folder_the_endpoint_is_free(make):
    app = make(static_folder=None, static_url_path="/files")
    app.add_url_rule("/static/<path:filename>", "static", lambda filename: f"my {filename}")
    assert ask(app, "/static/note.txt") == "my note.txt"


def test_a_file_cannot_be_sent_without_a_folder(make):
    app = make(static_folder=None)
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="static_folder"):
        app.send_static_file("note.txt")


def test_a_file_cannot_be_sent_without_a_request(app):
    with app.app_context(), pytest.raises(RuntimeError, match="request"):
        app.send_static_file("note.txt")
    with pytest.raises(RuntimeError, match=r"request|application context"):
        app.send_static_file("note.txt")


def test_the_folder_can_be_changed(app, root):
    app.static_folder = "assets/public/"
    assert app.static_folder == str(root / "assets" / "public")
    assert ask(app, "/static/note.txt") == "in assets/public"
    app.static_folder = root / "assets"
    assert (app.static_folder, ask(app, "/static/public/note.txt")) == (str(root / "assets"), "in assets/public")


def test_the_files_may_have_a_host_of_their_own(make):
    app = make(host_matching=True, static_host="files.example")
    assert ask(app, "/static/note.txt", base_url="http://files.example") == "in static"
    assert ask(app, "/static/note.txt", base_url="http://www.example") == 404
    with app.test_request_context("/", base_url="http://www.example"):
        assert app.url_for("static", filename="note.txt") == "http://files.example/static/note.txt"


def test_where_hosts_are_matched_the_files_need_one(make):
    with pytest.raises((AssertionError, ValueError), match="static_host"):
        make(host_matching=True)


def test_where_hosts_are_not_matched_the_files_have_none(make):
    with pytest.raises((AssertionError, ValueError), match="host_matching"):
        make(static_host="files.example")


def test_the_hooks_are_called_for_files_too(app, client):
    seen = []
    app.before_request(lambda: seen.append((request.endpoint, request.view_args)))
    app.teardown_request(lambda error: seen.append(error))

    @app.after_request
    def after(response):
        response.headers["X-After"] = str(response.status_code)
        return response

    response = client.get("/static/note.txt")
    assert (response.text, response.headers.get("X-After")) == ("in static", "200")
    assert seen == [("static", {"filename": "note.txt"}), None]


def test_a_view_may_send_a_file_of_the_folder(app, client):
    app.get("/favicon.ico", endpoint="favicon")(lambda: app.send_static_file("deep/note.txt"))
    assert client.get("/favicon.ico").text == "in static/deep"


def test_an_application_may_send_its_files_its_own_way():
    class Upper(Dram):
        def send_static_file(self, filename):
            return filename.upper()

    assert ask(Upper("tests"), "/static/note.txt") == "NOTE.TXT"


def test_the_server_may_send_the_file_its_own_way(client):
    sent = []

    class Wrapper(list):
        def __init__(self, file, size):
            super().__init__([b"by the server"])
            sent.append((Path(file.name).name, size > 0))
            file.close()

    response = client.get("/static/note.txt", environ_overrides={"wsgi.file_wrapper": Wrapper})
    assert (response.text, sent) == ("by the server", [("note.txt", True)])
