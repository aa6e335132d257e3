"""Each of these tests has an application with a secret key, where readers sign in and out."""

import hashlib
import time

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.test import Client

KEY = "a key"


@pytest.fixture
def session():
    """The proxy that an application imports."""
    from dram import session

    return session


@pytest.fixture
def build(session):
    """Makes an application: all of its pages look at the session, but for `/`."""

    def build(**settings):
        from dram import Dram

        app = Dram("tests")
        app.config.update({"SECRET_KEY": KEY, **settings})

        @app.get("/")
        def index():
            return "a page"

        @app.get("/reader")
        def reader():
            return session.get("reader", "nobody")

        @app.get("/sign-in/<name>")
        def sign_in(name):
            session["reader"] = name
            return name

        @app.get("/stay/<name>")
        def stay(name):
            session.permanent = True
            return sign_in(name)

        @app.get("/sign-out")
        def sign_out():
            session.clear()
            return "bye"

        return app

    return build


@pytest.fixture
def app(build):
    return build()


@pytest.fixture
def ask():
    """Sends one request, with this header of cookies as it is, and keeps nothing."""

    def ask(app, path, cookie=None):
        return Client(app, use_cookies=False).get(path, headers=[] if cookie is None else [("Cookie", cookie)])

    return ask


@pytest.fixture
def signed(ask):
    """What an application has a visitor send from now on: `session=…`."""

    def signed(app, path="/sign-in/Ada", cookie=None):
        return ask(app, path, cookie).headers.get("Set-Cookie", "").partition(";")[0]

    return signed


@pytest.fixture
def forge():
    """Signs a session by hand, `age` seconds ago."""

    def forge(values, key=KEY, salt="cookie-session", age=0, **options):
        class Signer(TimestampSigner):
            def get_timestamp(self):
                return int(time.time()) - age

        options = {"key_derivation": "hmac", "digest_method": hashlib.sha1, **options}
        return "session=" + URLSafeTimedSerializer(key, salt=salt, signer=Signer, signer_kwargs=options).dumps(values)

    return forge


@pytest.fixture
def attributes():
    """The attributes of the cookie that a response sets, by their names in small letters."""

    def attributes(response):
        pairs = (part.partition("=") for part in response.headers.get("Set-Cookie", "").split("; ")[1:])
        return {name.lower(): value for name, _, value in pairs}

    return attributes
