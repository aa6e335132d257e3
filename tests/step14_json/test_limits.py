"""A body larger than the application wants is refused, before it fills the memory."""

import io

import pytest
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import create_environ, run_wsgi_app

from dram import Dram, Request, request

READERS = {
    "data": lambda: request.get_data(),
    "json": lambda: repr(request.get_json(force=True)),
    "silent": lambda: repr(request.get_json(force=True, silent=True)),
    "form": lambda: repr(request.form),
    "values": lambda: repr(request.values),
    "files": lambda: repr(request.files),
    "stream": lambda: request.stream.read(),
    "lines": lambda: b"".join(request.stream),
    "nothing": lambda: "unread",
}

FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data; boundary=edge"


class Endless(io.RawIOBase):
    """A body that goes on as long as somebody reads it, and counts what was read."""

    def __init__(self):
        self.count = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.count += len(buffer)
        # Were there no limit, the memory would be full before the test fails.
        if self.count > 100_000:
            raise pytest.fail.Exception("a hundred thousand bytes were read of a body that was to be refused")
        buffer[:] = b"1" * len(buffer)
        return len(buffer)


@pytest.fixture
def limited(app):
    """The application, which wants ten bytes, and reads a body as the path says."""
    app.config["MAX_CONTENT_LENGTH"] = 10
    app.add_url_rule("/<how>", "read", lambda how: READERS[how](), methods=["POST", "PUT"])
    return app


def send(app, how, body, *, length=True, terminated=False, kind=None, method="POST"):
    """Send the bytes as a server does, with their length or else in chunks; return the status and what was answered.

    `terminated` is for a server that says it ends the body where it ends.
    """
    environ = create_environ(f"/{how}", method=method)
    environ["CONTENT_TYPE"] = kind or {"form": FORM, "values": FORM, "files": UPLOAD}.get(how, "text/plain")
    environ["wsgi.input"] = io.BytesIO(body) if isinstance(body, bytes) else body
    environ.pop("CONTENT_LENGTH", None)
    if length:
        environ["CONTENT_LENGTH"] = str(len(body) if length is True else length)
    if terminated:
        environ["wsgi.input_terminated"] = True
    answer, status, _ = run_wsgi_app(app, environ)
    return int(status[:3]), b"".join(answer).decode()


def test_nothing_is_refused_unless_told(app):
    assert app.config.get("MAX_CONTENT_LENGTH", "absent") is None


@pytest.mark.parametrize("how", [how for how in READERS if how != "nothing"])
def test_one_byte_too_many_is_refused_however_it_is_read(limited, how):
    assert send(limited, how, b"1" * 11)[0] == 413


@pytest.mark.parametrize("how", [how for how in READERS if how != "nothing"])
def test_exactly_as_many_bytes_are_allowed(limited, how):
    assert send(limited, how, b"1" * 11)[0] == 413
    status, text = send(limited, how, b"1" * 10)
    assert status == 200
    assert how == "files" or "1" * 10 in text


def test_the_method_does_not_matter(limited):
    assert send(limited, "data", b"1" * 11, method="PUT")[0] == 413


@pytest.mark.parametrize("terminated", [False, True])
def test_the_length_that_was_announced_is_enough_to_refuse_it(limited, terminated):
    body = Endless()
    assert send(limited, "data", body, length=11, terminated=terminated)[0] == 413
    assert body.count == 0


@pytest.mark.parametrize("how", ["lines", "files"])
def test_without_a_length_reading_ends_at_the_limit(limited, how):
    body = Endless()
    assert send(limited, how, body, length=None, terminated=True)[0] == 413
    assert body.count <= 20


@pytest.mark.differs("Flask cuts the body off at the limit, and hands over what is left as if it were all")
@pytest.mark.parametrize("how", [how for how in READERS if how not in ("lines", "files", "nothing")])
def test_without_a_length_no_body_is_cut_off(limited, how):
    assert send(limited, how, b"1" * 11, length=None, terminated=True)[0] == 413
    body = Endless()
    assert send(limited, how, body, length=None, terminated=True)[0] == 413
    assert body.count <= 20


@pytest.mark.differs("Flask cuts the body off at the limit, and hands over what is left as if it were all")
def test_a_length_that_is_too_small_hides_nothing_from_the_limit(limited):
    assert send(limited, "data", b"1" * 11, length=5, terminated=True)[0] == 413


def test_a_body_that_nobody_ends_is_not_read(limited):
    assert send(limited, "data", b"1" * 11)[0] == 413
    body = Endless()
    assert send(limited, "data", body, length=None, terminated=False) == (200, "")
    assert body.count == 0


@pytest.mark.parametrize("how", [how for how in READERS if how not in ("lines", "files", "nothing")])
def test_without_a_length_exactly_as_many_bytes_are_allowed(limited, how):
    assert send(limited, how, b"1" * 11)[0] == 413
    status, text = send(limited, how, b"1" * 10, length=None, terminated=True)
    assert (status, "1" * 10 in text) == (200, True)


@pytest.mark.differs("Flask refuses them, because it looks for the end of the body after the limit")
@pytest.mark.parametrize("how", ["lines", "files"])
def test_without_a_length_they_are_allowed_piece_by_piece_too(limited, how):
    assert send(limited, how, b"1" * 11, length=None, terminated=True)[0] == 413
    assert send(limited, how, b"1" * 10, length=None, terminated=True)[0] == 200


def test_an_upload_is_measured_with_all_that_is_around_it(limited, client):
    limited.config["MAX_CONTENT_LENGTH"] = 1000
    limited.post("/upload", endpoint="upload")(lambda: request.files["essay"].read())
    assert client.post("/upload", data={"essay": (io.BytesIO(b"1" * 500), "e.txt")}).data == b"1" * 500
    assert client.post("/upload", data={"essay": (io.BytesIO(b"1" * 1000), "e.txt")}).status_code == 413


def test_a_body_that_nobody_reads_is_not_refused(limited):
    assert send(limited, "nothing", b"1" * 11) == (200, "unread")
    assert send(limited, "data", b"1" * 11)[0] == 413


def test_a_limit_of_nothing_allows_an_empty_body_alone(limited):
    limited.config["MAX_CONTENT_LENGTH"] = 0
    assert send(limited, "data", b"1")[0] == 413
    assert send(limited, "data", b"1", length=None, terminated=True)[0] == 413
    assert send(limited, "data", b"") == (200, "")


def test_the_limit_may_change_between_requests(limited):
    assert send(limited, "data", b"1" * 11)[0] == 413
    limited.config["MAX_CONTENT_LENGTH"] = 11
    assert send(limited, "data", b"1" * 11)[0] == 200
    limited.config["MAX_CONTENT_LENGTH"] = None
    assert send(limited, "data", b"1" * 1000)[0] == 200


def test_each_application_has_its_own(limited):
    other = Dram("other")
    other.config["MAX_CONTENT_LENGTH"] = 20
    other.post("/data")(lambda: request.get_data())
    assert [send(each, "data", b"1" * 15)[0] for each in (limited, other)] == [413, 200]


def test_an_error_handler_may_answer(limited):
    from dram import jsonify

    @limited.errorhandler(413)
    def too_large(error):
        return jsonify(error=error.description, most=request.max_content_length), error.code

    status, text = send(limited, "json", b"1" * 11)
    assert (status, '"most":10' in text, "exceeds" in text) == (413, True, True)


def test_the_view_may_catch_it(limited):
    @limited.post("/caught", endpoint="caught")
    def caught():
        try:
            return request.get_data()
        except RequestEntityTooLarge:
            return "caught"

    assert send(limited, "caught", b"1" * 11) == (200, "caught")


def test_it_is_refused_before_the_view_when_it_is_read_there(limited):
    limited.before_request(lambda: request.form and None)
    assert send(limited, "nothing", b"1" * 11, kind=FORM)[0] == 413


def test_a_request_knows_its_limit(limited):
    with limited.test_request_context("/"):
        assert request.max_content_length == 10


@pytest.mark.parametrize(("limit", "status"), [(5, 413), (11, 413), (12, 200), (1000, 200)])
def test_a_view_may_set_a_limit_of_its_own_before_it_reads(limited, limit, status):
    @limited.post("/own", endpoint="own")
    def own():
        assert request.max_content_length == 10
        request.max_content_length = limit
        assert request.max_content_length == limit
        return request.get_data()

    assert send(limited, "own", b"1" * 12)[0] == status


@pytest.mark.parametrize(("limit", "status"), [(5, 413), (11, 413), (13, 200), (1000, 200)])
def test_a_view_may_set_it_for_a_body_without_a_length(limited, limit, status):
    @limited.post("/own", endpoint="own")
    def own():
        assert request.max_content_length == 10
        request.max_content_length = limit
        return b"".join(request.stream)

    assert send(limited, "own", b"1" * 12, length=None, terminated=True)[0] == status


def test_a_function_before_the_view_may_set_it(limited):
    @limited.before_request
    def allow():
        if request.method == "PUT":
            request.max_content_length = 100

    assert send(limited, "data", b"1" * 11, method="PUT") == (200, "1" * 11)
    assert send(limited, "data", b"1" * 11)[0] == 413


def test_the_limit_of_one_request_is_not_that_of_the_next(limited):
    @limited.post("/own", endpoint="own")
    def own():
        request.max_content_length = 100
        return request.get_data()

    assert send(limited, "own", b"1" * 11) == (200, "1" * 11)
    assert send(limited, "data", b"1" * 11)[0] == 413


@pytest.mark.differs("Flask takes the application's limit then, though its documentation says that there is none")
@pytest.mark.parametrize("length", [True, None], ids=["with a length", "without"])
def test_a_view_may_do_without_a_limit(limited, length):
    @limited.post("/free", endpoint="free")
    def free():
        assert request.max_content_length == 10
        request.max_content_length = None
        return request.get_data()

    assert send(limited, "free", b"1" * 1000, length=length, terminated=not length) == (200, "1" * 1000)


def test_a_class_of_requests_may_decide(limited):
    class Patient(Request):
        @property
        def max_content_length(self):
            return 20 if self.path == "/form" else super().max_content_length

    limited.request_class = Patient
    assert send(limited, "form", b"1" * 20)[0] == 200
    assert send(limited, "form", b"1" * 21)[0] == 413
    assert send(limited, "data", b"1" * 10)[0] == 200
    assert send(limited, "data", b"1" * 11)[0] == 413


@pytest.mark.differs("Flask answers 500 where there is no limit")
def test_a_body_that_breaks_off_is_a_bad_request_without_a_limit_too(limited):
    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise ConnectionResetError

    limited.config["MAX_CONTENT_LENGTH"] = None
    assert send(limited, "data", Broken(), length=None, terminated=True)[0] == 400
