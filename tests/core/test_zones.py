"""Wall times become instants, also on the two strange nights of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.zones import Oddity, next_local_day, resolve, zone_names

GMT_DIFFERS = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")


@pytest.mark.parametrize(
    ("wall", "zone", "utc", "oddity"),
    [
        ("2027-10-10 09:00", "Europe/London", "2027-10-10 08:00", Oddity.NONE),
        ("2027-03-28 02:30", "Europe/Paris", "2027-03-28 01:30", Oddity.MOVED),
        ("2027-10-31 02:30", "Europe/Paris", "2027-10-31 00:30", Oddity.REPEATED),
        ("2027-10-31 03:00", "Europe/Paris", "2027-10-31 02:00", Oddity.NONE),
        ("2027-10-03 02:15", "Australia/Lord_Howe", "2027-10-02 15:45", Oddity.MOVED),  # half an hour only
        ("2011-12-30 12:00", "Pacific/Apia", "2011-12-30 22:00", Oddity.MOVED),  # a day that never was
    ],
)
def test_a_wall_time_is_one_instant(wall: str, zone: str, utc: str, oddity: Oddity) -> None:
    resolved = resolve(datetime.fromisoformat(wall), zone)
    assert (resolved.utc, resolved.oddity) == (datetime.fromisoformat(utc).replace(tzinfo=UTC), oddity)
    assert resolved.local.astimezone(UTC) == resolved.utc


def test_a_moved_time_shows_what_the_clock_will_say() -> None:
    local = resolve(datetime.fromisoformat("2027-03-28 02:30"), "Europe/Paris").local
    assert f"{local:%H:%M}" == "03:30"


@given(
    wall=st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2037-12-31")),
    zone=st.sampled_from(GMT_DIFFERS),
)
def test_a_time_that_exists_comes_back_as_it_was_and_a_moved_one_later(wall: datetime, zone: str) -> None:
    resolved = resolve(wall, zone)
    shown = resolved.utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if resolved.oddity is Oddity.MOVED:
        assert wall < shown <= wall + timedelta(days=1)
    else:
        assert shown == wall
    if resolved.oddity is Oddity.REPEATED:
        offsets = {wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1)}
        later = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
        assert len(offsets) == 2
        assert resolved.utc < later


def test_an_unknown_zone_is_refused() -> None:
    assert "Europe/London" in zone_names()
    with pytest.raises(ZoneInfoNotFoundError):
        resolve(datetime.fromisoformat("2027-01-01"), "Europe/Lodon")


def test_the_next_local_day_begins_at_midnight() -> None:
    assert next_local_day(datetime.fromisoformat("2027-12-31 23:59")).isoformat() == "2028-01-01T00:00:00"
