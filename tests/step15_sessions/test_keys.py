"""Without a secret key there is no session to write to; a key can be replaced without signing anybody out."""

import pytest


@pytest.fixture
def keyless(build):
    return build(SECRET_KEY=None)


def test_there_is_no_key_unless_somebody_sets_one(session):
    from dram import Dram

    app = Dram("tests")
    assert app.secret_key is None
    assert (app.config.get("SECRET_KEY", "nothing"), app.config.get("SECRET_KEY_FALLBACKS", "nothing")) == (None, None)


def test_the_key_is_a_setting(session):
    from dram import Dram

    app = Dram("tests")
    app.config["SECRET_KEY"] = "one"
    assert app.secret_key == "one"
    app.secret_key = "two"
    assert app.config["SECRET_KEY"] == "two"


@pytest.mark.parametrize(
    "read",
    [
        lambda session: session.get("reader"),
        lambda session: "reader" in session,
        lambda session: bool(session),
        lambda session: len(session),
        lambda session: list(session),
        lambda session: session.permanent,
        lambda session: session.modified,
    ],
    ids=["get", "in", "bool", "len", "iter", "permanent", "modified"],
)
def test_without_a_key_it_is_empty(keyless, session, read):
    with keyless.test_request_context("/"):
        assert not read(session)


WRITES = {
    "=": lambda session: session.__setitem__("reader", "Ada"),
    "del": lambda session: session.__delitem__("reader"),
    "pop": lambda session: session.pop("reader", None),
    "popitem": lambda session: session.popitem(),
    "update": lambda session: session.update(reader="Ada"),
    "setdefault": lambda session: session.setdefault("reader", "Ada"),
    "clear": lambda session: session.clear(),
    "permanent": lambda session: setattr(session, "permanent", True),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_without_a_key_nothing_can_be_put_in(keyless, session, write):
    with keyless.test_request_context("/"):
        with pytest.raises(RuntimeError, match=r"(?i)secret_key"):
            write(session)
        assert dict(session) == {}


@pytest.mark.differs("Flask lets |= through, and then does not save")
def test_nor_by_adding_a_dict(keyless, session):
    with keyless.test_request_context("/"), pytest.raises(RuntimeError, match=r"(?i)secret_key"):
        session._get_current_object().__ior__({"reader": "Ada"})


@pytest.mark.differs("Flask speaks of the attribute, and not of the setting")
def test_the_error_names_the_setting(keyless, session):
    with keyless.test_request_context("/"), pytest.raises(RuntimeError, match="SECRET_KEY"):
        session["reader"] = "Ada"


@pytest.mark.guard(removes="no_key.patch")
def test_without_a_key_nobody_can_sign_in(keyless, ask):
    response = ask(keyless, "/sign-in/Ada")
    assert (response.status_code, response.headers.get("Set-Cookie")) == (500, None)


@pytest.mark.parametrize("key", [None, "", b""])
def test_without_a_key_no_signature_is_good(build, ask, forge, key):
    app = build(SECRET_KEY=key, SECRET_KEY_FALLBACKS=["old"])
    for forged in ("", "None", "old"):
        assert ask(app, "/reader", forge({"reader": "Ada"}, key=forged)).text == "nobody"
    assert ask(app, "/sign-in/Ada").status_code == 500


@pytest.mark.parametrize("fallbacks", [["old", "older"], ("old", "older"), [b"old", b"older"]], ids=str)
@pytest.mark.parametrize("key", ["a key", "old", "older"])
def test_sessions_of_former_keys_are_accepted(build, ask, forge, fallbacks, key):
    app = build(SECRET_KEY_FALLBACKS=fallbacks)
    assert ask(app, "/reader", forge({"reader": "Ada"}, key=key)).text == "Ada"


@pytest.mark.parametrize("fallbacks", [None, [], ["older"]], ids=str)
def test_sessions_of_other_keys_are_not(build, ask, forge, fallbacks):
    app = build(SECRET_KEY_FALLBACKS=fallbacks)
    assert ask(app, "/reader", forge({"reader": "Ada"})).text == "Ada"
    assert ask(app, "/reader", forge({"reader": "Ada"}, key="old")).text == "nobody"


@pytest.mark.guard(removes="key_order.patch")
def test_a_former_key_never_signs(build, ask, signed):
    cookie = signed(build(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old", "older"]))
    readers = [ask(build(SECRET_KEY=key), "/reader", cookie).text for key in ("new", "old", "older")]
    assert readers == ["Ada", "nobody", "nobody"]


@pytest.mark.differs("Flask takes each letter of a text for a key, so that anybody can sign")
def test_a_text_is_not_a_list_of_former_keys(build, ask, forge):
    app = build(SECRET_KEY_FALLBACKS="old", PROPAGATE_EXCEPTIONS=True)
    with pytest.raises(TypeError, match="SECRET_KEY_FALLBACKS must be a list"):
        ask(app, "/reader", forge({"reader": "Ada"}, key="o"))
