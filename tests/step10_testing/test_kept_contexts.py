"""In a `with` block, a client keeps the context of the last request for the test to look at."""

import contextvars
import threading
from contextlib import ExitStack
from io import BytesIO

import pytest

from dram import current_app, g, has_app_context, has_request_context, redirect, request


def apart(test):
    """Call it where no other test sees what it leaves behind, because Flask leaves something."""
    contextvars.copy_context().run(test)


@pytest.fixture
def log():
    return []


@pytest.fixture
def client(app, log):
    @app.route("/<name>", methods=["GET", "POST"])
    def view(name):
        g.name = name
        log.append(f"view {name}")
        return name

    @app.get("/fails")
    def fails():
        log.append("view fails")
        return str(1 / 0)

    app.get("/go", endpoint="go")(lambda: redirect("/one"))
    return app.test_client()


@pytest.fixture
def torn_down(app, client, log):
    app.teardown_request(lambda error: log.append(f"teardown {request.path[1:]}"))


def test_the_block_is_given_the_client(client):
    with client as same:
        assert same is client


def test_the_request_is_there_after_it_is_over(client):
    with client:
        client.post("/one?q=sea", data={"text": "true"})
        assert (request.method, request.path, request.args["q"]) == ("POST", "/one", "sea")
        assert (request.form["text"], request.endpoint, request.view_args) == ("true", "view", {"name": "one"})


def test_g_and_current_app_are_those_of_the_view(app, client):
    with client:
        assert not current_app
        client.get("/one")
        assert g.name == "one"
        assert current_app._get_current_object() is app


def test_without_a_block_nothing_is_kept(client):
    client.get("/one")
    assert not has_app_context()


def test_at_the_end_of_the_block_the_context_goes(client):
    with client:
        client.get("/one")
        assert has_request_context()
    assert not has_app_context()


def test_an_error_in_the_block_gets_out_and_the_context_goes(client):
    with pytest.raises(ValueError, match="one"), client:
        int(client.get("/one").text)
    assert not has_app_context()


def test_at_the_next_request_the_context_goes(client):
    with client:
        client.get("/one")
        client.get("/two")
        assert (request.path, g.name) == ("/two", "two")
    assert not has_app_context()


def test_the_next_request_has_a_g_of_its_own(app, client):
    app.get("/names", endpoint="names")(lambda: list(g))
    with client:
        client.get("/one")
        assert client.get("/names").json == []


@pytest.mark.parametrize(("path", "status"), [("/no/where", 404), ("/fails", 500)])
def test_an_error_page_is_kept_like_any_other_answer(client, path, status):
    with client:
        assert client.get(path).status_code == status
        assert request.path == path
    assert not has_app_context()


@pytest.mark.differs("Flask keeps no context of a request that raised an error")
def test_while_testing_the_request_that_failed_is_there_too(app, client):
    app.testing = True
    with client:
        with pytest.raises(ZeroDivisionError):
            client.get("/fails")
        assert request.path == "/fails"
    assert not has_app_context()


def test_while_testing_the_block_survives_an_error(app, client):
    app.testing = True
    with client:
        with pytest.raises(ZeroDivisionError):
            client.get("/fails")
        client.get("/one")
        assert request.path == "/one"
    assert not has_app_context()


def test_a_request_that_cannot_be_made_leaves_the_block_usable(client):
    with client:
        client.get("/one")
        with pytest.raises(TypeError):
            client.get("/two", nonsense=1)
        client.get("/two")
        assert request.path == "/two"
    assert not has_app_context()


def test_of_a_redirect_the_last_request_is_there(client):
    with client:
        client.get("/go", follow_redirects=True)
        assert request.path == "/one"
    assert not has_app_context()


def test_a_generator_sees_the_request_while_it_is_kept(app, client):
    @app.get("/stream")
    def stream():
        def body():
            yield "from "
            yield request.path

        return body()

    with client:
        assert client.get("/stream").text == "from /stream"


@pytest.mark.differs("Flask closes uploaded files at the end of the request")
def test_an_uploaded_file_can_be_read_while_the_request_is_kept(app, client):
    app.post("/scans", endpoint="scans")(lambda: request.files["scan"].filename)
    with client:
        client.post("/scans", data={"scan": (BytesIO(b"pages"), "walking.txt")})
        assert request.files["scan"].read() == b"pages"


def test_without_a_block_teardown_follows_the_view(client, torn_down, log):
    client.get("/one")
    assert log == ["view one", "teardown one"]


@pytest.mark.differs("Flask tears down at the end of the request, and again when the kept context goes")
def test_in_the_block_teardown_waits(client, torn_down, log):
    with client:
        client.get("/one")
        assert log == ["view one"]


@pytest.mark.differs("Flask tears down at the end of the request, and again when the kept context goes")
def test_at_the_end_of_the_block_teardown_comes_once(client, torn_down, log):
    with client:
        client.get("/one")
    assert log == ["view one", "teardown one"]


@pytest.mark.differs("Flask tears down at the end of the request, and again when the kept context goes")
def test_at_the_next_request_teardown_comes_before_the_view(client, torn_down, log):
    with client:
        client.get("/one")
        client.get("/two")
        assert log == ["view one", "teardown one", "view two"]


def test_a_redirect_is_torn_down_before_it_is_followed(client, torn_down, log):
    with client:
        client.get("/go", follow_redirects=True)
        assert log[:2] == ["teardown go", "view one"]


def test_teardown_is_told_of_the_error_also_when_it_comes_late(app, client):
    errors = []
    app.teardown_request(errors.append)
    with client:
        client.get("/fails")
    assert [type(error) for error in errors][:1] == [ZeroDivisionError]


def test_teardown_of_the_application_context_sees_g_when_it_comes_late(app, client, log):
    app.teardown_appcontext(lambda error: log.append(f"closing {g.get('name')}"))
    with client:
        client.get("/one")
    assert log[-1] == "closing one"


def test_an_error_of_teardown_leaves_no_context(app, client):
    class Broken(Exception):
        pass

    @app.teardown_request
    def close(error):
        raise Broken

    with pytest.raises(Broken), client:
        client.get("/one")
    assert not has_app_context()


def test_a_client_may_have_one_block_after_another(client):
    for name in ("one", "two"):
        with client:
            assert not has_request_context()
            client.get(f"/{name}")
            assert g.name == name


def test_after_the_block_nothing_is_kept_any_more(client):
    with client:
        client.get("/one")
    client.get("/two")
    assert not has_app_context()


def test_a_block_within_a_block_of_the_same_client_is_refused(client):
    with client:
        with pytest.raises(RuntimeError), client:
            pass
        client.get("/one")
        assert request.path == "/one"
    assert not has_app_context()


@pytest.mark.differs("Flask's message says that clients cannot be nested, and not what to do instead")
def test_the_refusal_says_what_to_do(client):
    with client, pytest.raises(RuntimeError, match=r"app\.test_client\(\)"), client:
        pass


def test_another_client_may_have_a_block_within(app, client):
    with client:
        client.get("/one")
        with app.test_client() as other:
            other.get("/two")
            assert request.path == "/two"
        assert request.path == "/one"
    assert not has_app_context()


@pytest.mark.differs("Flask pops the wrong context, and fails")
def test_two_clients_in_blocks_may_take_turns(app, client):
    @apart
    def take_turns():
        with client, app.test_client() as other:
            for sender, name in [(client, "one"), (other, "two"), (client, "three")]:
                sender.get(f"/{name}")
                assert g.name == name
        assert not has_app_context()


def test_a_block_within_a_context_gives_it_back(app, client):
    with app.test_request_context("/outer"):
        with client:
            client.get("/one")
            assert request.path == "/one"
        assert request.path == "/outer"


@pytest.mark.parametrize(
    "kind",
    [
        "app_context",
        pytest.param("test_request_context", marks=pytest.mark.differs("Flask pops the wrong context, and fails")),
    ],
)
def test_a_context_within_the_block_may_end_before_it(app, client, kind):
    @apart
    def end_first():
        with client:
            with getattr(app, kind)():
                client.get("/one")
                assert request.path == "/one"
            client.get("/two")
            assert request.path == "/two"
        assert not has_app_context()


def test_an_application_that_a_view_returns_is_no_obstacle(app, client):
    inner = type(app)("inner")
    inner.get("/inner")(lambda: "inside")
    app.get("/inner", endpoint="outer")(lambda: inner)
    with client:
        assert client.get("/inner").text == "inside"
        assert current_app.import_name == app.import_name
    assert not has_app_context()


@pytest.mark.differs("Flask keeps that context, and never lets go of it")
def test_a_request_of_the_block_that_is_sent_again_later_leaves_nothing(client):
    @apart
    def send_again():
        with client:
            response = client.get("/one")
        client.open(response.request)
        assert not has_app_context()


def test_a_block_in_another_thread_is_apart(app, client):
    both_are_in, names = threading.Barrier(2, timeout=5), []

    def look(name):
        with app.test_client() as client:
            client.get(f"/{name}")
            both_are_in.wait()
            names.append((name, g.name, request.path))
            both_are_in.wait()

    threads = [threading.Thread(target=look, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(names) == [("one", "one", "/one"), ("two", "two", "/two")]


@pytest.mark.parametrize("path", ["/one", "/fails"])
def test_a_debugger_is_given_the_context_to_enter_later(app, client, path):
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    contexts = []
    run_wsgi_app(
        app, EnvironBuilder(path, environ_base={"werkzeug.debug.preserve_context": contexts.append}).get_environ()
    )
    assert contexts
    assert not has_app_context()
    with ExitStack() as stack:
        for context in contexts:
            stack.enter_context(context)
        assert request.path == path
    assert not has_app_context()


@pytest.mark.differs("Flask cannot take the first context away while another one is on top of it")
def test_a_context_of_the_test_s_own_may_come_between_two_requests(app, client):
    with client:
        client.get("/one")
        with app.app_context():
            client.get("/two")
            assert request.path == "/two"
    assert not has_app_context()


def test_a_context_that_is_left_on_top_at_the_end_of_the_block_is_an_error(app, client):
    def leave_one():
        with client:
            client.get("/one")
            app.app_context().push()

    def expect_an_error():
        with pytest.raises((RuntimeError, AssertionError)):
            leave_one()

    apart(expect_an_error)
    assert not has_app_context()
