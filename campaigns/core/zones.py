"""Wall time in a zone becomes an instant, also on the two strange nights of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


class Oddity(StrEnum):
    """What was strange about a wall time."""

    NONE = ""
    MOVED = "moved"  # it did not exist; moved forward by the gap (RFC 5545, 3.3.5)
    REPEATED = "repeated"  # it came twice; the first is meant


@dataclass(frozen=True, slots=True)
class Resolved:
    utc: datetime
    local: datetime  # aware, in the zone; differs from the wall time asked for when MOVED
    oddity: Oddity


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA zone this machine knows."""
    return frozenset(available_timezones())


def resolve(wall: datetime, zone: str) -> Resolved:
    """The instant of a naive wall time in an IANA zone."""
    info = ZoneInfo(zone)
    first, second = wall.replace(tzinfo=info, fold=0), wall.replace(tzinfo=info, fold=1)
    utc = first.astimezone(UTC)
    local = utc.astimezone(info)
    if local.replace(tzinfo=None) != wall:
        return Resolved(utc, local, Oddity.MOVED)
    odd = first.utcoffset() != second.utcoffset()
    return Resolved(utc, local, Oddity.REPEATED if odd else Oddity.NONE)


def next_local_day(wall: datetime) -> datetime:
    """Midnight after the given naive wall time."""
    return datetime.combine(wall.date() + timedelta(days=1), datetime.min.time())
