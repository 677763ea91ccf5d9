"""Times as a reader reads them: in a named zone, in their language, and never without the zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from markupsafe import Markup

from campaigns.core.moments import iso_z
from campaigns.web.base.languages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel import Locale

NAMELESS = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT"})


# A page of posts says the same few times and days again and again, and a locale's patterns are slow to fill.


@lru_cache(maxsize=1024)
def _city(zone: str, locale: Locale) -> str:
    return get_timezone_location(zone, locale=locale, return_city=True)


@lru_cache(maxsize=1440)
def _clock(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, datetime(year, month, day), locale=locale)  # noqa: DTZ001 - a day, no instant


@dataclass(frozen=True)
class Times:
    """One reader's: their locale, their zone, and the moment at which they look."""

    locale: Locale
    zone: str
    now: datetime
    translate: Callable[..., str]

    @cached_property
    def info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def city(self, zone: str | None = None) -> str:
        """`London time`: how a zone is called; `UTC` is called so."""
        zone = zone or self.zone
        if zone in NAMELESS:
            return "UTC"
        if "/" not in zone or zone.startswith("Etc/"):
            return zone
        return self.translate(N_("%(city)s time"), city=_city(zone, self.locale))

    def plain(self, moment: datetime, zone: str | None = None, *, exact: bool = False) -> str:
        """`Sun 10 Oct, 09:00 London time`, `today, 09:00 London time`; with the year when it is not this one.
        `exact`: to the second."""
        info = ZoneInfo(zone) if zone else self.info
        today, day = self.now.astimezone(info).date(), moment.astimezone(info).date()
        near = {0: N_("today"), 1: N_("tomorrow"), -1: N_("yesterday")}.get((day - today).days)
        said = self.translate(near) if near else self.day(day)
        return f"{said}, {self.clock(moment, zone, exact=exact)} {self.city(zone)}"

    def moment(self, moment: datetime, zone: str | None = None, *, exact: bool = False) -> Markup:
        """The same as a `<time>`."""
        said = self.plain(moment, zone, exact=exact)
        return Markup('<time datetime="{}">{}</time>').format(iso_z(moment), said)

    def clock(self, moment: datetime, zone: str | None = None, *, exact: bool = False) -> str:
        """`09:00`, or `9:00 AM` where people write so. Only beside something that names the zone."""
        local = moment.astimezone(ZoneInfo(zone) if zone else self.info)
        return format_time(local.time(), "medium", locale=self.locale) if exact else self.wall(local)

    def wall(self, at: time | datetime) -> str:
        """A time of day as this reader writes it."""
        return _clock(at.hour, at.minute, self.locale)

    def day(self, day: date) -> str:
        """`Sun 10 Oct`; with the year when it is another one than now."""
        skeleton = "MMMEd" if day.year == self.now.astimezone(self.info).year else "yMMMEd"
        return _day(day.year, day.month, day.day, skeleton, self.locale)

    def short_day(self, day: date) -> str:
        """`Sun 10 Oct`, whatever the year: for a page that names it elsewhere."""
        return _day(day.year, day.month, day.day, "MMMEd", self.locale)

    def long_day(self, day: date | datetime) -> str:
        """`Sunday, 10 October 2027`: of a moment, the day in the reader's zone."""
        local = day.astimezone(self.info).date() if isinstance(day, datetime) else day
        return format_date(local, "full", locale=self.locale)

    def ago(self, moment: datetime) -> Markup:
        """`in 5 minutes`, `2 hours ago`; a script counts it on."""
        told = format_timedelta(
            moment - self.now, add_direction=True, locale=self.locale, threshold=1.5, granularity="second"
        )
        if abs(moment - self.now) < timedelta(seconds=1):
            told = self.translate(N_("now"))
        return Markup('<time datetime="{}" data-counts>{}</time>').format(iso_z(moment), told)
