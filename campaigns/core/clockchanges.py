"""The two strange days of the year: when clocks change, and which hour is missing or comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.core.zones import resolve

_SECOND = timedelta(seconds=1)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Forward: wall times from `since` to `until` do not exist. Back: they come twice."""

    day: date
    since: time
    until: time
    forward: bool


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins; where midnight does not exist, its first moment."""
    return resolve(datetime.combine(day, time.min), zone).utc


@lru_cache(maxsize=4096)
def clock_change(day: date, zone: str) -> ClockChange | None:
    """The change of the clocks on a local day, if there is one."""
    info = ZoneInfo(zone)
    low, high = midnight(day, zone) - _SECOND, midnight(day + _ONE_DAY, zone) - _SECOND
    before, after = _offset(low, info), _offset(high, info)
    if before == after:
        return None
    while high - low > _SECOND:
        middle = (low + (high - low) // 2).replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, info) == before else (low, middle)
    walls = [(high + offset).replace(tzinfo=None) for offset in (before, after)]
    return ClockChange(day, min(walls).time(), max(walls).time(), forward=after > before)


def _offset(moment: datetime, info: ZoneInfo) -> timedelta:
    return moment.astimezone(UTC).astimezone(info).utcoffset() or timedelta(0)
