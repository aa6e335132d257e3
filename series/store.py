"""What was made of texts, kept in `.cache/made` from one run to the next, under what it was made of."""

from __future__ import annotations

import os
import pickle
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from series.project import ROOT

FOLDER = ROOT / ".cache" / "made"

#: What was not asked for in so many days is thrown away.
DAYS = 14

#: Libraries whose releases may make something else of the same text, or take a request another way.
LIBRARIES = ("pygments", "markdown", "werkzeug", "jinja2", "itsdangerous")


def kept(make: Callable[[], Any], *parts: str | bytes) -> Any:
    """What `make` returns for these texts: read, when it was made of the same ones by the same code, else made."""
    file = FOLDER / f"{_digest(_tools(), *parts)}.pickle"
    # Whatever is wrong with a file, one written by half or by another Python, it can be made again.
    with suppress(Exception):
        made = pickle.loads(file.read_bytes())  # the folder is ours
        os.utime(file)
        return made
    made = make()
    with suppress(OSError):
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as new:
            pickle.dump(made, new)
        Path(new.name).replace(file)  # at once, because another process may be reading
    return made


def sweep() -> None:
    """Throw away what was not asked for of late."""
    for file in FOLDER.glob("*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > DAYS * 86_400:
                file.unlink()


@cache
def _tools() -> str:
    """A digest of the code that makes things."""
    versions = [f"{name} {version(name)}" for name in LIBRARIES]
    return _digest(*versions, *(file.read_bytes() for file in sorted((ROOT / "series").rglob("*.py"))))


def _digest(*parts: str | bytes) -> str:
    """Of any parts; each is preceded by its length, so that no two lists of them run into one."""
    whole = sha256()
    for part in parts:
        text = part.encode() if isinstance(part, str) else part
        whole.update(b"%d " % len(text) + text)
    return whole.hexdigest()
