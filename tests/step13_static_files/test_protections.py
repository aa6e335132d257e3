"""No name leads out of the folder, neither by the URL of a file nor by a view that sends what a visitor names."""

import json
from urllib.parse import quote

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.test import create_environ, run_wsgi_app

from dram import Dram, request

SECRET = "the secret"


@pytest.fixture
def root(tmp_path):
    """A folder for an application: `static` is for everybody, everything else is for nobody."""
    root = tmp_path / "shop"
    for folder in ("static/deep", "static-private", "private"):
        (root / folder).mkdir(parents=True)
    (root / "static" / "open.txt").write_text("open")
    (root / "static" / "deep" / "open.txt").write_text("open")
    for secret in ("secret.txt", "private/secret.txt", "static-private/secret.txt", "../secret.txt"):
        (root / secret).write_text(SECRET)
    return root


@pytest.fixture
def app(root):
    """The application; what a visitor names is looked for in `static` by `/named?name=…` as well."""
    app = Dram("tests", root_path=str(root))

    @app.get("/named")
    def named():
        from dram import send_from_directory

        return send_from_directory("static", request.args["name"])

    return app


def ask(app, path, query="", **environ):
    """Send a request as a server hands it over: its path decoded once, and tidied by nobody."""
    environ = {**create_environ(), "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query, **environ}
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return status[:3], b"".join(body).decode("latin-1"), headers


by_url = pytest.param(lambda app, name, **environ: ask(app, f"/static/{name}", **environ), id="url")
by_view = pytest.param(
    lambda app, name, **environ: ask(app, "/named", f"name={quote(name, safe='')}", **environ), id="view"
)
both = pytest.mark.parametrize("ask_for", [by_url, by_view])


def is_served(answer):
    return answer[:2] == ("200", "open")


def is_refused(answer):
    return answer[0] == "404" and SECRET not in answer[1]


@both
@pytest.mark.guard(removes="no_walls.patch")
@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "../private/secret.txt",
        "../static-private/secret.txt",
        "deep/../../secret.txt",
        "deep/../../private/../secret.txt",
        "./../secret.txt",
        "../../secret.txt",
        "../../shop/secret.txt",
    ],
)
def test_no_dots_lead_out_of_the_folder(app, ask_for, name):
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, name))


@pytest.mark.guard(removes="no_walls.patch")
def test_no_absolute_path_leads_out_of_the_folder(app, root):
    for name in (str(root / "secret.txt"), f"/{root / 'secret.txt'}"):
        assert is_refused(ask(app, "/named", f"name={quote(name)}"))
        with app.test_request_context("/"), pytest.raises(NotFound):
            app.send_static_file(name)
    assert is_served(ask(app, "/named", "name=open.txt"))


@pytest.mark.parametrize("begin", ["/static/", "/static//"])
def test_an_absolute_path_in_a_url_leads_to_nothing(app, root, begin):
    status, body, headers = ask(app, f"{begin}{root / 'secret.txt'}")
    assert (status, SECRET in body) == ("308", False)
    assert headers.get("Location") == f"http://localhost/static{root / 'secret.txt'}"
    assert is_refused(ask(app, f"/static{root / 'secret.txt'}"))
    assert is_served(ask(app, "/static/open.txt"))


def test_without_that_redirect_it_leads_to_nothing_either(app, root):
    app.url_map.merge_slashes = False
    assert is_refused(ask(app, f"/static/{root / 'secret.txt'}"))
    assert is_served(ask(app, "/static/open.txt"))


@pytest.mark.guard(removes="plain_join.patch")
@pytest.mark.parametrize("name", ["../static/open.txt", "../../shop/static/open.txt", "deep/../../static/open.txt"])
@both
def test_a_name_that_leaves_the_folder_and_comes_back_is_refused(app, ask_for, name):
    assert is_served(ask_for(app, "open.txt"))
    assert ask_for(app, name)[0] == "404"


@pytest.mark.parametrize("name", ["./open.txt", "deep/../open.txt", "deep/./open.txt", "deep/../deep/open.txt"])
@both
def test_a_name_that_stays_inside_may_have_dots(app, ask_for, name):
    assert is_served(ask_for(app, name))


@pytest.mark.parametrize(
    "name",
    [
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "..%2Fsecret.txt",
        "%252e%252e/secret.txt",
        "..%5csecret.txt",
        "..;/secret.txt",
        "..%c0%afsecret.txt",
        "....//secret.txt",
        "․․/secret.txt",
        "．．/secret.txt",
        "..／secret.txt",
    ],
)
def test_nothing_is_decoded_twice(app, name):
    """A server decodes a path once; what still looks encoded afterwards is the name of a file."""
    assert is_refused(ask(app, "/named", f"name={quote(name, safe='')}"))
    assert ask(app, f"/static/{name}")[0] in ("404", "308")
    assert is_served(ask(app, "/static/open.txt"))


@pytest.mark.parametrize(
    "name",
    [
        "..\\secret.txt",
        "deep\\..\\..\\secret.txt",
        "\\secret.txt",
        "C:/secret.txt",
        "C:\\secret.txt",
        "C:secret.txt",
        "\\\\host\\secret.txt",
        "CON",
    ],
)
@both
def test_names_that_mean_more_on_another_system_lead_nowhere(app, ask_for, name):
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, name))


@pytest.mark.parametrize("name", ["~/secret.txt", "$HOME/secret.txt", "*.txt", "open.*", "[o]pen.txt", "open.txt\n"])
@both
def test_a_name_is_no_pattern_and_no_shorthand(app, root, monkeypatch, ask_for, name):
    monkeypatch.setenv("HOME", str(root))
    assert is_refused(ask_for(app, name))
    assert is_served(ask_for(app, "open.txt"))


@pytest.mark.guard(removes="any_kind.patch")
@pytest.mark.parametrize(
    "name",
    [
        "\0",
        "open.txt\0",
        "open\0.txt",
        "open.txt\0.png",
        "x" * 5000,
        "x/" * 5000,
    ],
    ids=lambda name: repr(name[:20]),
)
@both
def test_a_name_that_no_file_can_have_is_missing_and_no_error(app, ask_for, name):
    assert is_refused(ask_for(app, name))
    assert is_served(ask_for(app, "open.txt"))


@pytest.mark.parametrize("path", ["/static/\xff\xfe.txt", "/static/\xed\xa0\x80.txt"])
def test_bytes_that_are_no_text_are_missing_and_no_error(app, path):
    assert is_refused(ask(app, "", PATH_INFO=path))
    assert is_served(ask(app, "/static/open.txt"))


def test_text_that_cannot_be_encoded_is_missing_and_no_error(app):
    from dram import send_from_directory

    with app.test_request_context("/"), pytest.raises(NotFound):
        send_from_directory("static", json.loads(r'"\ud800.txt"'))


@pytest.mark.guard(removes="any_kind.patch")
@pytest.mark.parametrize("name", [".", "./", "deep", "deep/", "deep/.", "deep/.."])
@both
def test_a_folder_is_not_listed_and_no_error(app, ask_for, name):
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, name))


@pytest.mark.parametrize("path", ["/static", "/static/", "/static//", "/static/..", "/static/../", "/static/../.."])
def test_a_url_that_names_no_file_leads_to_nothing(app, path):
    assert is_served(ask(app, "/static/open.txt"))
    assert is_refused(ask(app, path))


@pytest.mark.guard(removes="no_walls.patch")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@both
def test_neither_headers_nor_ranges_tell_of_what_is_outside(app, ask_for, method):
    about_it = {"HTTP_IF_NONE_MATCH": "*", "HTTP_RANGE": "bytes=0-3", "HTTP_IF_MATCH": "*", "REQUEST_METHOD": method}
    refused, missing = (ask_for(app, name, **about_it) for name in ("../secret.txt", "nothing.txt"))
    assert refused[0] == "404"
    assert sorted(refused[2]) == sorted(missing[2])
    assert is_served(ask_for(app, "open.txt"))


@pytest.mark.guard(removes="no_walls.patch")
@both
def test_the_server_is_not_asked_to_send_it_either(app, ask_for):
    app.config["USE_X_SENDFILE"] = True
    status, _, headers = ask_for(app, "../secret.txt")
    assert (status, headers.get("X-Sendfile")) == ("404", None)
    assert ask_for(app, "open.txt")[2].get("X-Sendfile", "").endswith("open.txt")


@pytest.mark.guard(removes="no_walls.patch")
@pytest.mark.parametrize("folder", ["static", "static/", "../shop/static", "private/../static", "static/deep/.."])
def test_however_the_folder_is_written_nothing_beside_it_is_sent(app, folder):
    from dram import send_from_directory

    with app.test_request_context("/"):
        with send_from_directory(folder, "open.txt") as response:
            assert response.status_code == 200
        with pytest.raises(NotFound):
            send_from_directory(folder, "../secret.txt" if folder != "static/deep/.." else "../../secret.txt")
