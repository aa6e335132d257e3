"""A request's JSON is read by the provider, and a body that cannot be read is the client's mistake."""

import pytest
from werkzeug.exceptions import BadRequest
from werkzeug.test import create_environ, run_wsgi_app

from dram import request

DEEP = 100_000


@pytest.fixture
def api(app):
    """The application, with views that read JSON in three ways."""
    app.post("/")(lambda: [request.get_json()])
    app.post("/silent", endpoint="silent")(lambda: [request.get_json(silent=True)])
    app.post("/force", endpoint="force")(lambda: [request.get_json(force=True)])
    return app


@pytest.fixture
def picky(api):
    """The same, with a provider that does not like what it reads."""
    from dram.json.provider import DefaultJSONProvider

    class Picky(DefaultJSONProvider):
        error = ValueError("no poems, please")

        def loads(self, s, **kwargs):
            raise self.error

    api.json = Picky(api)
    return api


def post(client, data, path="/", content_type="application/json"):
    return client.post(path, data=data, content_type=content_type)


@pytest.mark.parametrize("path", ["/", "/silent", "/force"])
def test_the_provider_reads_it(api, client, path):
    from dram.json.provider import DefaultJSONProvider

    class Exact(DefaultJSONProvider):
        def loads(self, s, **kwargs):
            return super().loads(s, parse_float=lambda text: f"about {text}", **kwargs)

    api.json = Exact(api)
    assert post(client, b'{"price": 1.10}', path).json == [{"price": "about 1.10"}]


def test_it_is_read_once(api, client):
    from dram.json.provider import DefaultJSONProvider

    class Counting(DefaultJSONProvider):
        readings = 0

        def loads(self, s, **kwargs):
            self.readings += 1
            return super().loads(s, **kwargs)

    @api.post("/twice")
    def twice():
        return [request.json is request.get_json(), api.json.readings]

    @api.post("/anew")
    def anew():
        request.get_data()
        return [request.get_json(cache=False) is request.get_json(cache=False), api.json.readings]

    api.json = Counting(api)
    assert post(client, b"[]", "/twice").json == [True, 1]
    assert post(client, b"[]", "/anew").json == [False, 3]


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "APPLICATION/JSON; charset=utf-8", "application/problem+json", "application/vnd.api+json"],
)
def test_every_kind_of_json_is_the_providers(picky, client, content_type):
    assert post(client, b"[]", content_type=content_type).status_code == 400


@pytest.mark.parametrize(("path", "status"), [("/", 400), ("/silent", 200), ("/force", 400)])
def test_what_the_provider_cannot_read_is_a_bad_request(picky, client, path, status):
    assert post(client, b"[]", path).status_code == status


def test_that_the_provider_fails_is_not_the_clients_mistake(picky, client):
    picky.json.error = LookupError("there is no dictionary")
    assert post(client, b"[]").status_code == 500


def test_the_error_is_raised_where_the_body_is_read(picky, client):
    picky.post("/unread", endpoint="unread")(lambda: "Hello")

    @picky.post("/caught")
    def caught():
        try:
            return request.get_json()
        except BadRequest:
            return "caught"

    assert post(client, b"[]", "/unread").text == "Hello"
    assert post(client, b"[]", "/caught").text == "caught"


def test_it_may_be_read_before_the_view(picky, client):
    picky.before_request(lambda: request.get_json() and None)
    assert post(client, b"[]", "/silent").status_code == 400


@pytest.mark.parametrize("code_or_exception", [400, BadRequest])
@pytest.mark.parametrize("data", [b"{", b"", b'"\xff"'], ids=["broken", "empty", "not UTF-8"])
def test_an_api_may_answer_in_json(api, client, code_or_exception, data):
    from dram import jsonify

    api.register_error_handler(code_or_exception, lambda error: (jsonify(status=error.code), error.code))
    response = post(client, data)
    assert (response.status_code, response.mimetype, response.json) == (400, "application/json", {"status": 400})


def test_that_it_is_no_json_at_all_can_be_answered_in_json(api, client):
    from dram import jsonify

    api.register_error_handler(415, lambda error: (jsonify(error=error.description), 415))
    response = post(client, b"[]", content_type="text/plain")
    assert (response.status_code, response.mimetype) == (415, "application/json")
    assert "application/json" in response.json.get("error", "")


BROKEN = {
    "broken": b'{"a": ',
    "empty": b"",
    "blank": b" \n",
    "two": b"1 2",
    "single quotes": b"{'a': 1}",
    "Latin-1": '"ë"'.encode("latin-1"),
    "no text": b"\x00\xff",
    "a number of 5000 digits": b"1" * 5000,
}


@pytest.mark.guard(removes="unread.patch")
@pytest.mark.parametrize("path", ["/", "/force"])
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_body_is_a_bad_request(api, client, path, data):
    assert post(client, data, path).status_code == 400


@pytest.mark.guard(removes="unread.patch")
def test_bytes_are_utf_8_whatever_the_charset_says(api, client):
    letters = '"ë"'.encode("latin-1")
    assert post(client, letters, content_type="application/json; charset=latin-1").status_code == 400


@pytest.mark.guard(removes="loud.patch")
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_silent_makes_a_broken_body_none(api, client, data):
    response = post(client, data, "/silent")
    assert (response.status_code, response.json) == (200, [None])


@pytest.mark.guard(removes="unread.patch")
@pytest.mark.parametrize("content_type", ["text/plain", "text/json", "application/x-www-form-urlencoded", None])
def test_what_is_not_sent_as_json_is_an_unsupported_media_type(api, client, content_type):
    assert post(client, b"[1]", content_type=content_type).status_code == 415


@pytest.mark.guard(removes="careless.patch")
@pytest.mark.parametrize("content_type", ["text/plain", None])
def test_what_is_not_sent_as_json_can_be_read_by_force_alone(api, client, content_type):
    assert post(client, b"[1]", "/silent", content_type).json == [None]
    assert post(client, b"[1]", "/force", content_type).json == [[1]]


@pytest.mark.guard(removes="unread.patch")
@pytest.mark.differs("Flask says only while debugging what is wrong with the body")
@pytest.mark.parametrize("path", ["/", "/force"])
def test_the_answer_says_what_is_wrong_with_the_body(api, client, path):
    response = post(client, b'{"a" 1}', path)
    assert response.status_code == 400
    assert "Failed to decode JSON object: Expecting &#39;:&#39; delimiter: line 1 column 6 (char 5)" in response.text


@pytest.mark.guard(removes="unread.patch")
def test_while_debugging_the_answer_says_so_too(api, client):
    api.debug = True
    assert "Failed to decode JSON object: " in post(client, b"{").text


@pytest.mark.differs("Flask answers 500, because the error is no ValueError")
@pytest.mark.parametrize("path", ["/", "/force"])
@pytest.mark.parametrize(
    "data",
    [b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":[' * DEEP],
    ids=["lists", "objects", "well-formed", "both"],
)
def test_a_body_nested_too_deeply_is_a_bad_request(api, client, path, data):
    response = post(client, data, path)
    assert response.status_code == 400
    assert "Failed to decode JSON object: " in response.text


@pytest.mark.differs("Flask answers 500, because the error is no ValueError")
def test_silent_makes_a_body_nested_too_deeply_none(api, client):
    response = post(client, b"[" * DEEP, "/silent")
    assert (response.status_code, response.json) == (200, [None])


@pytest.mark.differs("Flask answers 500, because the error is no ValueError")
def test_the_next_body_is_read_after_one_nested_too_deeply(api, client):
    assert post(client, b"[" * DEEP).status_code == 400
    assert post(client, b"[1]").json == [[1]]


@pytest.mark.parametrize("error", [RecursionError, ValueError])
def test_an_error_of_the_view_itself_is_no_bad_request(api, client, error):
    from dram import jsonify

    @api.post("/own")
    def own():
        jsonify(request.get_json())
        raise error

    assert post(client, b"[1]", "/own").status_code == 500


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[1e400, -Infinity]", [float("inf"), float("-inf")]),
        ('"Zoë"'.encode("utf-16"), "Zoë"),
        (b'\xef\xbb\xbf"sea"', "sea"),
        (b"null", None),
        (b"1" * 4000, int("1" * 4000)),
        (b"[" * 50 + b"]" * 50, None),
    ],
    ids=["a name twice", "infinity", "UTF-16", "byte order mark", "null", "a large number", "some nesting"],
)
def test_what_is_read_is_what_the_standard_library_reads(api, client, data, value):
    @api.post("/same")
    def same():
        read = request.get_json()
        return [read == api.json.loads(data), value is None or read == value]

    assert post(client, data, "/same").json == [True, True]


@pytest.mark.differs("Flask answers 500")
@pytest.mark.parametrize("ask", ["args", "full_path"])
def test_a_byte_in_the_query_that_should_have_been_quoted_is_read_as_if_it_were(app, ask):
    app.get("/")(lambda: request.args.get("q", "none") if ask == "args" else getattr(request, ask))
    environ = create_environ("/")
    answers = []
    for environ["QUERY_STRING"] in ("q=%FF+1&r=%3C", "q=\xff+1&r=%3C"):
        answer, status, _ = run_wsgi_app(app, dict(environ))
        answers.append((status[:3], b"".join(answer)))
    assert answers[0][0] == "200"
    assert answers[0] == answers[1]
