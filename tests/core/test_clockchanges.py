"""Which hour is missing or comes twice, on the days on which clocks change."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.clockchanges import ClockChange, clock_change, midnight
from campaigns.core.zones import Oddity, resolve

ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "UTC",
]


@pytest.mark.parametrize(
    ("day", "zone", "since", "until", "forward"),
    [
        ("2027-03-28", "Europe/London", "01:00", "02:00", True),
        ("2027-10-31", "Europe/London", "01:00", "02:00", False),
        ("2027-03-14", "America/New_York", "02:00", "03:00", True),
        ("2027-10-03", "Australia/Lord_Howe", "02:00", "02:30", True),
        ("2027-09-05", "America/Santiago", "00:00", "01:00", True),
        ("2027-04-03", "America/Santiago", "23:00", "00:00", False),
    ],
)
def test_a_change_is_told_with_its_hour(day: str, zone: str, since: str, until: str, forward: bool) -> None:
    found = clock_change(date.fromisoformat(day), zone)
    assert found == ClockChange(
        date.fromisoformat(day), time.fromisoformat(since), time.fromisoformat(until), forward
    )


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_a_day_has_a_change_exactly_when_one_of_its_minutes_is_odd(day: date, zone: str) -> None:
    minutes = (datetime.combine(day, time.min) + timedelta(minutes=number) for number in range(0, 1440, 30))
    odd = {resolve(minute, zone).oddity for minute in minutes} - {Oddity.NONE}
    found = clock_change(day, zone)
    assert odd == ({Oddity.MOVED if found.forward else Oddity.REPEATED} if found else set())


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_one_another_without_a_gap(day: date, zone: str) -> None:
    begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    assert timedelta(hours=22) < ends - begins < timedelta(hours=26)
