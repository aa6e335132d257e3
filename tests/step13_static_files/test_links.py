"""A symbolic link inside the folder is followed as far as the folder reaches."""

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from dram import Dram, request

SECRET = "the secret"


@pytest.fixture
def root(tmp_path):
    """A folder for an application: `static` is for everybody, everything else is for nobody."""
    root = tmp_path / "shop"
    for folder in ("static/deep", "static-private"):
        (root / folder).mkdir(parents=True)
    for name in ("open.txt", "deep/open.txt"):
        (root / "static" / name).write_text("open")
    for secret in ("secret.txt", "static-private/secret.txt", "../secret.txt"):
        (root / secret).write_text(SECRET)
    return root


@pytest.fixture
def link(root):
    """Makes a link, named from `root`, to what is named from where the link is."""

    def link(name, target, is_folder=False):
        try:
            (root / name).symlink_to(target, is_folder)
        except OSError as error:
            pytest.skip(f"There are no links here: {error}")

    return link


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
    environ = {**create_environ(), "PATH_INFO": path, "QUERY_STRING": query, **environ}
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return status[:3], b"".join(body).decode(), headers


by_url = pytest.param(lambda app, name, **environ: ask(app, f"/static/{name}", **environ), id="url")
by_view = pytest.param(lambda app, name, **environ: ask(app, "/named", f"name={name}", **environ), id="view")
both = pytest.mark.parametrize("ask_for", [by_url, by_view])


def is_served(answer):
    return answer[:2] == ("200", "open")


def is_refused(answer):
    return answer[0] == "404" and SECRET not in answer[1]


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@pytest.mark.parametrize(
    "target", ["../secret.txt", "../../secret.txt", "../static-private/secret.txt", "{root}/secret.txt"]
)
@both
def test_a_link_to_a_file_outside_is_refused(app, ask_for, root, link, target):
    link("static/link.txt", target.format(root=root))
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, "link.txt"))


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@pytest.mark.parametrize(
    ("target", "name"),
    [("..", "link/secret.txt"), ("../static-private", "link/secret.txt"), ("../..", "link/shop/secret.txt")],
)
@both
def test_a_linked_folder_outside_is_refused(app, ask_for, link, target, name):
    link("static/link", target, is_folder=True)
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, name))


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@both
def test_a_link_to_a_link_outside_is_refused(app, ask_for, link):
    link("static/deep/second.txt", "../../secret.txt")
    link("static/first.txt", "deep/second.txt")
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, "first.txt"))


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@both
def test_a_link_that_is_turned_outside_later_is_refused_from_then_on(app, ask_for, root, link):
    link("static/link.txt", "open.txt")
    assert is_served(ask_for(app, "link.txt"))
    (root / "static" / "link.txt").unlink()
    link("static/link.txt", "../secret.txt")
    assert is_refused(ask_for(app, "link.txt"))


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@both
def test_neither_headers_nor_ranges_tell_of_what_is_behind_it(app, ask_for, link, method):
    link("static/link.txt", "../secret.txt")
    about_it = {"HTTP_IF_NONE_MATCH": "*", "HTTP_RANGE": "bytes=0-3", "REQUEST_METHOD": method}
    refused, missing = (ask_for(app, name, **about_it) for name in ("link.txt", "nothing.txt"))
    assert refused[0] == "404"
    assert sorted(refused[2]) == sorted(missing[2])


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@both
def test_the_server_is_not_asked_to_follow_it_either(app, ask_for, link):
    app.config["USE_X_SENDFILE"] = True
    link("static/link.txt", "../secret.txt")
    status, _, headers = ask_for(app, "link.txt")
    assert (status, headers.get("X-Sendfile")) == ("404", None)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a.txt", "open.txt"),
        ("a.txt", "deep/open.txt"),
        ("deep/a.txt", "../open.txt"),
        ("a.txt", "{root}/static/open.txt"),
    ],
)
@both
def test_a_link_within_the_folder_is_followed(app, ask_for, root, link, name, target):
    link(f"static/{name}", target.format(root=root))
    assert is_served(ask_for(app, name))


@both
def test_a_linked_folder_within_the_folder_is_followed(app, ask_for, link):
    link("static/link", "deep", is_folder=True)
    assert is_served(ask_for(app, "link/open.txt"))


def test_a_link_is_sent_under_its_own_name(app, link):
    link("static/latest.css", "open.txt")
    status, _, headers = ask(app, "/static/latest.css")
    assert (status, headers.get("Content-Type")) == ("200", "text/css; charset=utf-8")
    assert headers.get("Content-Disposition") == "inline; filename=latest.css"


@both
def test_a_folder_that_is_a_link_itself_is_served(app, ask_for, root, link):
    (root / "static").rename(root.parent / "elsewhere")
    link("static", "../elsewhere", is_folder=True)
    assert is_served(ask_for(app, "deep/open.txt"))
    assert app.static_folder == str(root / "static")


@pytest.mark.differs("Flask follows every link, wherever it leads")
@pytest.mark.guard(removes="all_links.patch")
@both
def test_a_link_out_of_a_folder_that_is_a_link_is_refused(app, ask_for, root, link):
    (root / "static").rename(root.parent / "elsewhere")
    link("static", "../elsewhere", is_folder=True)
    link("static/link.txt", root / "secret.txt")
    assert is_served(ask_for(app, "open.txt"))
    assert is_refused(ask_for(app, "link.txt"))


def test_an_application_behind_a_link_is_served(root, link):
    link("../other", "shop", is_folder=True)
    link("static/link.txt", "deep/open.txt")
    app = Dram("tests", root_path=str(root.parent / "other"))
    assert is_served(ask(app, "/static/link.txt"))


@pytest.mark.parametrize("target", ["nothing.txt", "link.txt", "link.txt/x"])
@both
def test_a_link_that_leads_nowhere_is_missing_and_no_error(app, ask_for, link, target):
    link("static/link.txt", target)
    assert is_refused(ask_for(app, "link.txt"))
    assert is_served(ask_for(app, "open.txt"))


def test_a_view_that_names_a_file_itself_may_follow_any_link(app, link):
    from dram import send_file

    link("static/link.txt", "../secret.txt")
    with app.test_request_context("/"), send_file("static/link.txt") as response:
        response.direct_passthrough = False
        assert response.get_data(as_text=True) == SECRET
