"""A cookie that the application did not sign is no session, and no error."""

import base64
import hashlib
import pickle

import pytest
from itsdangerous import URLSafeTimedSerializer


@pytest.mark.guard(removes="signature.patch")
def test_a_value_that_was_changed_is_no_session(app, ask, signed):
    payload, rest = signed(app).removeprefix("session=").split(".", 1)
    values = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert values == b'{"reader":"Ada"}'
    forged = base64.urlsafe_b64encode(values.replace(b"Ada", b"Bob")).decode().rstrip("=")
    assert ask(app, "/reader", f"session={forged}.{rest}").text == "nobody"


def test_the_signature_of_one_session_does_not_fit_another(app, ask, signed):
    ada, bo = (signed(app, f"/sign-in/{name}").rsplit(".", 2) for name in ("Ada", "Bo"))
    assert ask(app, "/reader", f"{bo[0]}.{ada[-2]}.{ada[-1]}").text == "nobody"


@pytest.mark.parametrize("kept", [0, 1, 8, 20, 27, -28, -2, -1], ids=lambda kept: f"[:{kept}]")
def test_a_cookie_that_was_cut_is_no_session(app, ask, signed, kept):
    value = signed(app).removeprefix("session=")
    assert value
    assert ask(app, "/reader", f"session={value[:kept]}").text == "nobody"


@pytest.mark.guard(removes="garbage.patch")
def test_a_cookie_that_something_was_added_to_is_no_session(app, ask, signed):
    value = signed(app)
    assert ask(app, "/reader", value + "x" * 1_000_000).text == "nobody"
    assert ask(app, "/reader", value + ".x").text == "nobody"


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "...",
        "null",
        "{}",
        '{"reader":"Ada"}',
        "eyJyZWFkZXIiOiJBZGEifQ",
        "\xff\xfe\x00\x80",
        "é.é.é",
        "=" * 50,
        "%00%ff",
        '"',
        "eyJyZWFkZXIiOiJBZGEifQ.aaaaaa.",
        "x" * 1_000_000,
        "." * 10_000,
    ],
    ids=lambda value: ascii(value[:30]),
)
def test_garbage_is_no_session(app, ask, value):
    response = ask(app, "/reader", f"session={value}")
    assert (response.status_code, response.text) == (200, "nobody")


def test_a_session_that_another_key_signed_is_none(app, ask, forge):
    assert ask(app, "/reader", forge({"reader": "Ada"})).text == "Ada"
    assert ask(app, "/reader", forge({"reader": "Ada"}, key="another key")).text == "nobody"


@pytest.mark.guard(removes="salt.patch")
def test_what_the_key_signed_for_another_purpose_is_no_session(app, ask, forge):
    assert ask(app, "/reader", forge({"reader": "Ada"}, salt="itsdangerous")).text == "nobody"


@pytest.mark.differs("Flask answers 500, for as long as the visitor has the cookie")
@pytest.mark.parametrize("values", [{"reader": {" u": "no UUID"}}, {"reader": {" t": 7}}], ids=str)
def test_what_we_signed_and_cannot_read_any_more_is_no_session(app, ask, forge, values):
    assert ask(app, "/reader", forge(values)).text == "nobody"


SPRUNG = []


def _spring():
    SPRUNG.append("sprung")


class Trap:
    """Springs when it is unpickled."""

    def __reduce__(self):
        return _spring, ()


@pytest.mark.guard(removes="no_pickle.patch")
def test_a_cookie_is_never_unpickled(app, ask):
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha1}
    signer = URLSafeTimedSerializer("a key", salt="cookie-session", serializer=pickle, signer_kwargs=options)
    value = signer.dumps(Trap())
    ask(app, "/reader", f"session={value if isinstance(value, str) else value.decode()}")
    assert SPRUNG == []
