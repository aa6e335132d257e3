"""The session: what is remembered of a visitor from one request to the next, in a cookie that only we can write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn, Protocol

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import CallbackDict

from .config import Config
from .debugging import no_secret_key
from .json.tag import TaggedJSONSerializer
from .wrappers import Request, Response


class Application(Protocol):
    """What is asked of an application that has sessions."""

    config: Config

    @property
    def permanent_session_lifetime(self) -> timedelta: ...


class SessionMixin(MutableMapping[str, Any]):
    """What a session has beside what a dict has."""

    #: Whether it was made in this request, rather than read; only some interfaces say so.
    new = False

    #: Whether it has to be saved. A session that does not watch itself says it always has.
    modified = True

    #: Whether anybody looked at it. It is opened by the first who does.
    accessed = True

    @property
    def permanent(self) -> bool:
        """Whether it outlasts the browser, by PERMANENT_SESSION_LIFETIME; kept in the session as `_permanent`."""
        return bool(self.get("_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)


class SecureCookieSession(CallbackDict[str, Any], SessionMixin):
    """A session that notes when it is modified. What is within its values it does not see: set `modified` then."""

    modified = False

    def __init__(self, initial: Any = None) -> None:
        super().__init__(initial, _modify)


def _modify(session: CallbackDict[str, Any]) -> None:
    session.modified = True  # type: ignore[attr-defined]


class NullSession(SecureCookieSession):
    """The session of an application that has no secret key: empty, and with an error for whoever writes to it."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(no_secret_key())

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


class SessionInterface:
    """Where sessions are kept. A subclass has `open_session` and `save_session`; the rest reads the settings."""

    #: The class of what stands in for a session where there is none.
    null_session_class = NullSession

    #: Whether sessions are kept by `pickle`, which runs what it reads.
    pickle_based = False

    def open_session(self, app: Any, request: Request) -> SessionMixin | None:
        """The session of a request, when first looked at; `None` where there cannot be one."""
        raise NotImplementedError

    def save_session(self, app: Any, session: SessionMixin, response: Response) -> None:
        """Keep a session that was opened, and add to the response what the client has to know."""
        raise NotImplementedError

    def make_null_session(self, app: Application) -> NullSession:
        """What stands in for a session that `open_session` could not make: it can be read, and is empty."""
        return self.null_session_class()

    def is_null_session(self, obj: object) -> bool:
        """Whether this is such a stand-in, which is never saved."""
        return isinstance(obj, self.null_session_class)

    def get_cookie_name(self, app: Application) -> str:
        """The name of the cookie: SESSION_COOKIE_NAME."""
        return str(app.config["SESSION_COOKIE_NAME"])

    def get_cookie_domain(self, app: Application) -> str | None:
        """The domain that gets the cookie, with its subdomains: SESSION_COOKIE_DOMAIN; `None` is this host alone."""
        domain: str | None = app.config["SESSION_COOKIE_DOMAIN"]
        return domain

    def get_cookie_path(self, app: Application) -> str:
        """The path below which the cookie is sent: SESSION_COOKIE_PATH, or else APPLICATION_ROOT."""
        return str(app.config["SESSION_COOKIE_PATH"] or app.config["APPLICATION_ROOT"])

    def get_cookie_httponly(self, app: Application) -> bool:
        """Whether scripts are kept from reading the cookie: SESSION_COOKIE_HTTPONLY."""
        return bool(app.config["SESSION_COOKIE_HTTPONLY"])

    def get_cookie_secure(self, app: Application) -> bool:
        """Whether the cookie is sent over HTTPS alone: SESSION_COOKIE_SECURE."""
        return bool(app.config["SESSION_COOKIE_SECURE"])

    def get_cookie_samesite(self, app: Application) -> str | None:
        """Whether requests from other sites carry the cookie, "Strict", "Lax" or "None": SESSION_COOKIE_SAMESITE."""
        samesite: str | None = app.config["SESSION_COOKIE_SAMESITE"]
        return samesite

    def get_cookie_partitioned(self, app: Application) -> bool:
        """Whether a page in a frame has a cookie for each site that frames it: SESSION_COOKIE_PARTITIONED."""
        return bool(app.config["SESSION_COOKIE_PARTITIONED"])

    def get_expiration_time(self, app: Application, session: SessionMixin) -> datetime | None:
        """When the cookie ends, in UTC; `None` is with the browser."""
        return datetime.now(UTC) + app.permanent_session_lifetime if session.permanent else None

    def should_set_cookie(self, app: Application, session: SessionMixin) -> bool:
        """Whether to send the cookie: when it changed, or has to begin anew to last (SESSION_REFRESH_EACH_REQUEST)."""
        return session.modified or (session.permanent and bool(app.config["SESSION_REFRESH_EACH_REQUEST"]))

    def cookie_options(self, app: Application) -> dict[str, Any]:
        """Where the cookie is valid, and how it is guarded: arguments of `set_cookie` and `delete_cookie`."""
        return {
            "key": self.get_cookie_name(app),
            "domain": self.get_cookie_domain(app),
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "httponly": self.get_cookie_httponly(app),
            "samesite": self.get_cookie_samesite(app),
            "partitioned": self.get_cookie_partitioned(app),
        }


class SecureCookieSessionInterface(SessionInterface):
    """Sessions in a cookie, signed by itsdangerous. The client can read it and cannot change it."""

    #: Mixed into the key, so that what is signed for another purpose is no session.
    salt = "cookie-session"

    #: The hash function of the signature.
    digest_method: Callable[..., Any] = staticmethod(hashlib.sha1)

    #: How the key of the signature is made of the secret key and the salt, in itsdangerous's words.
    key_derivation = "hmac"

    #: What writes a session as text and reads it.
    serializer = TaggedJSONSerializer()

    #: The class of a session.
    session_class = SecureCookieSession

    def get_signing_serializer(self, app: Application) -> URLSafeTimedSerializer | None:
        """What signs cookies by SECRET_KEY, and accepts those of SECRET_KEY_FALLBACKS; `None` without a key.

        Raises `TypeError` for fallbacks that are not a list.
        """
        if not app.config["SECRET_KEY"]:
            return None
        fallbacks = app.config["SECRET_KEY_FALLBACKS"] or ()
        if isinstance(fallbacks, str | bytes):
            raise TypeError("SECRET_KEY_FALLBACKS must be a list of keys. Of text, each letter would be one.")
        # itsdangerous signs with the last one.
        keys = (*fallbacks, app.config["SECRET_KEY"])
        return _signing_serializer(keys, self.salt, self.serializer, self.key_derivation, self.digest_method)

    def open_session(self, app: Application, request: Request) -> SecureCookieSession | None:
        """The session in the request's cookie; an empty one where there is none, or none that we signed of late."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        # By the time of the signature, because when a cookie ends is for the client to keep.
        max_age = int(app.permanent_session_lifetime.total_seconds())
        try:
            return self.session_class(serializer.loads(cookie, max_age))
        except BadData:
            return self.session_class()

    def save_session(self, app: Application, session: SessionMixin, response: Response) -> None:
        """Put the session into a cookie if it changed, and take the cookie away if nothing is left in it."""
        # The page may depend on the session, so a cache must not show it to somebody with another.
        response.vary.add("Cookie")
        response.max_cookie_size = app.config["MAX_COOKIE_SIZE"]
        if not session:
            if session.modified:
                response.delete_cookie(**self.cookie_options(app))
        elif self.should_set_cookie(app, session):
            serializer = self.get_signing_serializer(app)
            assert serializer is not None
            expires = self.get_expiration_time(app, session)
            response.set_cookie(value=serializer.dumps(dict(session)), expires=expires, **self.cookie_options(app))


@lru_cache
def _signing_serializer(
    keys: tuple[str | bytes, ...], salt: str, serializer: Any, key_derivation: str, digest_method: Callable[..., Any]
) -> URLSafeTimedSerializer:
    # Kept, because making one takes longer than what it is made for.
    return URLSafeTimedSerializer(
        keys,  # type: ignore[arg-type]  # text and bytes may be mixed
        salt=salt,
        serializer=serializer,
        signer_kwargs={"key_derivation": key_derivation, "digest_method": digest_method},
    )
