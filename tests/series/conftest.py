"""One browser for all tests that look at pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from series.project import Trouble

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Skips where there is no browser, but not on a build server: nobody reads there what was skipped."""
    from series.browser import chromium

    with ExitStack() as stack:
        try:
            yield stack.enter_context(chromium())
        except Trouble as trouble:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(trouble))
