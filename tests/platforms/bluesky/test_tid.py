"""Record keys on Bluesky: their format, their order, and that no two are alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms.bluesky.tid import TidClock, tid

# The specification's own pattern ("Record Key", TID).
FORMAT = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")

microseconds = st.integers(0, 2**53 - 1)
clocks = st.integers(0, 1023)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


@given(microseconds, clocks)
def test_a_key_has_the_specified_format(at: int, clock: int) -> None:
    assert FORMAT.fullmatch(tid(at, clock))


@given(microseconds, clocks, microseconds, clocks)
def test_keys_sort_by_time_and_then_by_clock(at: int, clock: int, later: int, other: int) -> None:
    assert (tid(at, clock) < tid(later, other)) == ((at, clock) < (later, other))


@given(st.lists(moments, min_size=1, max_size=20))
def test_keys_of_one_clock_only_rise_whatever_the_wall_clock_does(wall: list[datetime]) -> None:
    clock = TidClock()
    keys = [clock.next(moment) for moment in wall]
    assert keys == sorted(set(keys))


@given(moments)
def test_a_key_tells_the_moment_it_was_made_for(moment: datetime) -> None:
    number = 0
    for letter in TidClock().next(moment):
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> 10) == moment
