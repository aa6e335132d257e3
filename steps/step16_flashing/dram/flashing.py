"""Messages for the next page: they wait in the session until one is asked for them, and are gone then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .ctx import need_request


def flash(message: str, category: str = "message") -> None:
    """Leave a message for the next page that asks. `category` says of what kind it is, for the page to style it by.

    Raises `RuntimeError` outside of a request, and where there is no secret key to sign a session with.
    """
    session = need_request("flash").session
    # A new list, because the session does not see what is appended to the one that is in it.
    session["_flashes"] = [*session.get("_flashes", ()), (category, message)]


def get_flashed_messages(with_categories: bool = False, category_filter: Iterable[str] = ()) -> list[Any]:
    """The messages that were left, the oldest first, as pairs with their categories if these are asked for.

    All are taken from the session, also those of other categories than `category_filter`, which may be none. Asked
    again in the same request, the answer is the same. Raises `RuntimeError` outside of a request.
    """
    flashes = need_request("get_flashed_messages").flashes
    # Text would be a collection of letters.
    wanted = (category_filter,) if isinstance(category_filter, str) else tuple(category_filter)
    if wanted:
        flashes = [(category, message) for category, message in flashes if category in wanted]
    return list(flashes) if with_categories else [message for _, message in flashes]
