import re

import pytest
from werkzeug.test import Client


def numbers(url):
    from app import app

    return re.findall(r'href="/essays/(\d)"', Client(app).get(url).text)


def test_a_page_shows_its_share_of_the_list():
    assert numbers("/essays/?page=2&size=3") == ["4", "5", "6"]
    assert numbers("/essays/?page=3&size=3") == ["7"]


@pytest.mark.parametrize("nonsense", ["page=x&size=3", "page=0&size=3", "page=-1&size=3", "size=3"])
def test_nonsense_counts_as_not_said(nonsense):
    assert numbers(f"/essays/?{nonsense}") == ["1", "2", "3"]


def test_pages_are_of_what_was_searched_for():
    assert numbers("/essays/?q=in%20the&page=2&size=1") == ["6"]
