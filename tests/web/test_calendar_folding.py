"""On a phone the month begins with today: what it leaves out, and how that is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.deliver.calendar import Cell
from campaigns.models import State
from campaigns.web.calendar.asking import asked
from campaigns.web.calendar.folding import folding
from campaigns.web.calendar.grid import Day
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery
from tests.support.browser import DESK, PHONE, focus_is_kept, new_context, press, violations_in_both_themes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site

MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(-40, 40), st.sets(st.integers(0, 41)))
def test_what_is_planned_from_today_on_is_always_seen(looked_at: date, ahead: int, busy: set[int]) -> None:
    today = looked_at + timedelta(days=ahead)
    wanted = asked({"day": str(looked_at)}, today=today, zone="UTC", first_weekday=0)
    fold = folding(wanted, today)
    pairs = [
        (Day(day, None, []), Cell(MIDNIGHT, total=int(number in busy)))
        for number, day in enumerate(wanted.days)
    ]
    weeks = [pairs[begin : begin + 7] for begin in range(0, len(pairs), 7)]
    folded = False
    for week in weeks:
        row = fold.of_week(week)
        seen = [cell.total for day, cell in week if day.date.month == looked_at.month and day.date >= today]
        assert not (any(seen) and row), "a week with posts to come is shown"
        for day, cell in week:
            told = fold.of_day(day, cell).split()
            assert ("today" in told) == (day.date == today)
            assert not ("past" in told and day.date >= today)
            folded |= "past" in told and bool(cell.total)
    assert fold.hides(weeks) == folded, (
        "the way to the days before is there if, and only if, they hold something"
    )


def _zone_where_a_day_of_the_month_is_over() -> ZoneInfo:
    """These two are 25 hours apart: it is never the first of the month in both."""
    zones = map(ZoneInfo, ("Pacific/Pago_Pago", "Pacific/Kiritimati"))
    return next(zone for zone in zones if utc_now().astimezone(zone).day > 1)


@pytest.fixture
def zone(site: Site) -> str:
    """Where the day is not the first of its month, and "One" went out yesterday."""
    zone = _zone_where_a_day_of_the_month_is_over()
    yesterday = utc_now().astimezone(zone).date() - timedelta(days=1)
    noon = datetime.combine(yesterday, time(12), zone).astimezone(UTC)
    with write_session(site.database) as session:
        owner = make_organisation(session)
        account = make_account(session, owner, name="practice")
        make_delivery(
            session, make_campaign(session, owner.id), account, "One", due=noon, state=State.PUBLISHED
        )
    return zone.key


def test_the_days_before_today_are_a_step_away_on_a_phone(page: Page, zone: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"/calendar?zone={zone}")
    before = page.locator(".entry", has_text="One")
    link = page.get_by_role("link", name="Show the days before today")
    expect(page.locator("#today")).to_be_visible()
    expect(before).to_be_hidden()
    assert violations_in_both_themes(page) == []
    press(page, link)
    expect(before).to_be_visible()
    expect(page.get_by_text("The days before today are shown.")).to_be_visible()
    assert focus_is_kept(page)
    assert violations_in_both_themes(page) == []
    page.set_viewport_size(DESK)
    page.goto(f"/calendar?zone={zone}")
    expect(before).to_be_visible()
    expect(link).to_be_hidden()


def test_they_can_be_asked_for_without_scripts(site: Site, browser: Browser, zone: str) -> None:
    with new_context(browser, site, site.person(), viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/calendar?zone={zone}")
        expect(page.locator(".entry", has_text="One")).to_be_hidden()
        page.get_by_role("link", name="Show the days before today").click()
        expect(page.locator(".entry", has_text="One")).to_be_visible()
