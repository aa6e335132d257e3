"""The readers of the list: how they are known, and what keeps others from acting in their name."""

import os
import re
from contextlib import suppress
from functools import cache
from hmac import compare_digest
from pathlib import Path
from secrets import token_hex
from tempfile import mkstemp

from werkzeug.security import check_password_hash, generate_password_hash

from database import Reader, add_reader, find_reader
from dram import abort, request, session, url_for


def secret_key(folder: Path) -> str:
    """The key that signs the sessions of this installation; it is made once, for its owner alone to read."""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token_hex())
        # Linked when it is complete, and only if there is none yet, because several processes may start together.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        Path(draft).unlink()
    return path.read_text(encoding="ascii")


def token() -> str:
    """What each form of a session carries, because another site cannot know it."""
    return str(session.setdefault("token", token_hex()))


def refuse_forgeries() -> None:
    """End a request that another site may have had the reader's browser send."""
    # JSON needs no token: a form cannot send it, and a script from another site would have to ask us first (CORS).
    if request.method in ("GET", "HEAD", "OPTIONS") or request.is_json:
        return
    if request.path.startswith("/api/"):
        abort(415, "This takes JSON: Content-Type: application/json.")
    if not compare_digest(request.form.get("token", "").encode(), token().encode()):
        abort(400, "This form is out of date. Go back, load its page again, and send it once more.")


def way_back() -> str:
    """Where a reader goes who has signed in: the path that `next` names, and never another site."""
    # Two slashes begin a host, and browsers take a backslash for a slash, and leave out tabs and line breaks.
    asked = request.args.get("next", "")
    return asked if re.fullmatch(r"/(?!/)[!-\[\]-~]*", asked) else url_for("index")


def enrol(name: str, password: str) -> dict[str, str]:
    """Register a reader; return what is wrong, by field."""
    problems = {}
    if not 2 <= len(name) <= 40 or not name.isprintable():
        problems["name"] = "A name has 2 to 40 characters."
    if len(password) < 8:
        problems["password"] = "A password has at least 8 characters."
    if not problems and not add_reader(name, generate_password_hash(password)):
        problems["name"] = "There is a reader of this name already."
    return problems


@cache
def nobodys_password() -> str:
    return generate_password_hash(token_hex())


def recognise(name: str, password: str) -> dict[str, str]:
    """Compare name and password with those of the readers; return what is wrong, by field."""
    reader = find_reader(name)
    # Hashed for nobody too, because the time it takes would tell which names there are.
    right = check_password_hash(reader.password if reader else nobodys_password(), password)
    return {} if reader and right else {"name": "No reader has this name and this password."}


def signed_in() -> Reader:
    """The reader who is signed in; the end of the request, if nobody is."""
    reader = find_reader(session.get("reader", ""))
    if reader is None:
        abort(403, "This is for readers who are signed in.")
    return reader
