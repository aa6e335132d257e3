"""A session ends: in the browser with the window or at a date, for the application when it is too old."""

import time
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from werkzeug.http import parse_date

DAY = 24 * 60 * 60


@pytest.mark.parametrize(("age", "reader"), [(31 * DAY - 60, "Ada"), (31 * DAY + 60, "nobody")])
@pytest.mark.parametrize("values", [{}, {"_permanent": True}], ids=["until the window is closed", "permanent"])
def test_it_is_accepted_for_a_month(app, ask, forge, values, age, reader):
    assert ask(app, "/reader", forge({"reader": "Ada", **values}, age=age)).text == reader


@pytest.mark.parametrize("lifetime", [100, timedelta(seconds=100)], ids=str)
@pytest.mark.parametrize(("age", "reader"), [(40, "Ada"), (160, "nobody")])
def test_how_long_is_a_setting(build, ask, forge, lifetime, age, reader):
    app = build(PERMANENT_SESSION_LIFETIME=lifetime)
    assert ask(app, "/reader", forge({"reader": "Ada"}, age=age)).text == reader


@pytest.mark.guard(removes="expiry.patch")
def test_the_application_dates_what_it_signs(app, ask, signed, monkeypatch):
    cookie, now = signed(app), time.time()
    assert ask(app, "/reader", cookie).text == "Ada"
    monkeypatch.setattr(time, "time", lambda: now + 32 * DAY)
    assert ask(app, "/reader", cookie).text == "nobody"


def test_the_attribute_is_a_timedelta_and_takes_seconds_too(app, session):
    assert app.permanent_session_lifetime == timedelta(days=31)
    app.config["PERMANENT_SESSION_LIFETIME"] = 90
    assert app.permanent_session_lifetime == timedelta(seconds=90)
    app.permanent_session_lifetime = 60
    assert app.permanent_session_lifetime == timedelta(minutes=1)
    app.permanent_session_lifetime = timedelta(hours=1)
    assert app.config["PERMANENT_SESSION_LIFETIME"] == timedelta(hours=1)


def test_it_ends_with_the_window_unless_it_is_permanent(app, ask):
    header = ask(app, "/sign-in/Ada").headers.get("Set-Cookie", "")
    assert header.startswith("session=")
    assert "Expires" not in header
    assert "Max-Age" not in header


@pytest.mark.parametrize("lifetime", [100, timedelta(days=31)], ids=str)
def test_a_permanent_one_tells_the_browser_when_it_ends(build, ask, attributes, lifetime):
    app = build(PERMANENT_SESSION_LIFETIME=lifetime)
    expires = parse_date(attributes(ask(app, "/stay/Ada")).get("expires"))
    assert expires
    assert abs(expires - datetime.now(UTC) - app.permanent_session_lifetime) < timedelta(seconds=30)


def test_a_permanent_one_is_prolonged_whenever_it_is_looked_at(build, ask, signed, forge, monkeypatch):
    app, now = build(PERMANENT_SESSION_LIFETIME=100), time.time()
    first = forge({"reader": "Ada", "_permanent": True}, age=60)
    second = signed(app, "/reader", first)
    assert second
    monkeypatch.setattr(time, "time", lambda: now + 60)
    assert [ask(app, "/reader", cookie).text for cookie in (first, second)] == ["nobody", "Ada"]


@pytest.mark.differs("Flask prolongs it at each request, pictures and style sheets included")
def test_a_permanent_one_that_nobody_looks_at_is_not_prolonged(app, ask, signed):
    cookie = signed(app, "/stay/Ada")
    assert ask(app, "/reader", cookie).headers.get("Set-Cookie")
    assert ask(app, "/", cookie).headers.get("Set-Cookie") is None


def test_prolonging_can_be_switched_off(build, ask, signed):
    app = build(SESSION_REFRESH_EACH_REQUEST=False)
    cookie = signed(app, "/stay/Ada")
    response = ask(app, "/reader", cookie)
    assert (response.text, response.headers.get("Set-Cookie")) == ("Ada", None)


@pytest.mark.parametrize(("permanent", "modified", "refresh"), list(product([True, False], repeat=3)))
def test_a_cookie_is_due_for_a_change_and_to_prolong(build, permanent, modified, refresh):
    from dram.sessions import SecureCookieSession

    app = build(SESSION_REFRESH_EACH_REQUEST=refresh)
    session = SecureCookieSession({"_permanent": permanent})
    session.modified = modified
    assert bool(app.session_interface.should_set_cookie(app, session)) is (modified or (permanent and refresh))


def test_the_interface_tells_when_it_ends(app):
    from dram.sessions import SecureCookieSession

    app.permanent_session_lifetime = timedelta(hours=1)
    session = SecureCookieSession()
    assert app.session_interface.get_expiration_time(app, session) is None
    session.permanent = True
    ends = app.session_interface.get_expiration_time(app, session)
    assert abs(ends - datetime.now(UTC) - timedelta(hours=1)) < timedelta(seconds=30)
