"""What a reader wants to see of the calendar: which days, how, in which zone, and narrowed to what.

It stands in the page's address, so that a view can be bookmarked and sent to somebody.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from campaigns.core.zones import zone_names
from campaigns.models import State
from campaigns.plan.timeline import YEARS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.web.base.visit import Visit

WEEK = 7


class Look(StrEnum):
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    LIST = "list"  # of a month


@dataclass(frozen=True, slots=True)
class Asked:
    day: date
    zone: str
    own_zone: str  # the reader's, which the address does not name
    first_weekday: int  # 0: Monday
    look: Look = Look.MONTH
    campaign: str = ""
    account: str = ""
    state: State | None = None
    language: str = ""
    aware: bool = True  # whether awareness days are shown
    page: int = 1
    unfold: bool = False  # the fields to narrow it by

    @property
    def unfolded(self) -> bool:
        """What differs from everything in one's own zone shows why."""
        return self.unfold or self.narrowed or self.zone != self.own_zone

    @property
    def narrowed(self) -> bool:
        return bool(self.campaign or self.account or self.state or self.language)

    @property
    def days(self) -> list[date]:
        """Every day that is shown; of a month, its whole weeks."""
        first, last = self.span
        if self.look is Look.MONTH:
            first = _week_begins(first, self.first_weekday)
            last = _week_begins(last, self.first_weekday) + timedelta(days=WEEK - 1)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day of what is looked at."""
        if self.look is Look.DAY:
            return self.day, self.day
        if self.look is Look.WEEK:
            first = _week_begins(self.day, self.first_weekday)
            return first, first + timedelta(days=WEEK - 1)
        return self.day.replace(day=1), self.day.replace(day=monthrange(self.day.year, self.day.month)[1])

    def path(self, **changes: Any) -> str:
        """Of the same view, but for what is given: `asked.path(look="week")`."""
        return f"/calendar?{replace(self, **{'page': 1, **changes}).query}"

    def at(self, day: date) -> Asked:
        """The same view of another day."""
        return replace(self, day=_within(day), page=1)

    @property
    def query(self) -> str:
        """This view as the fields of an address."""
        fields = {
            "view": self.look if self.look != Look.MONTH else "",
            "day": self.day.isoformat(),
            **self.filters,
            "page": self.page if self.page > 1 else "",
        }
        return urlencode({name: value for name, value in fields.items() if value})

    @property
    def rest(self) -> str:
        """What an address ends with that names another view or day."""
        return f"&{urlencode(self.filters)}" if self.filters else ""

    @property
    def filters(self) -> dict[str, str]:
        """The fields of the address that stay when other days are looked at."""
        fields = {
            "campaign": self.campaign,
            "account": self.account,
            "state": self.state or "",
            "language": self.language,
            "zone": "" if self.zone == self.own_zone else self.zone,
            "days": "" if self.aware else "off",
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def before(self) -> str:
        """The path of what comes before."""
        return self.path(day=_within(self.span[0] - timedelta(days=1)))

    @property
    def after(self) -> str:
        return self.path(day=_within(self.span[1] + timedelta(days=1)))


def asked_by(visit: Visit, query: Mapping[str, str]) -> Asked:
    """What this visitor asks for with the fields of an address."""
    return asked(
        query,
        today=visit.now.astimezone(visit.times.info).date(),
        zone=visit.zone,
        first_weekday=visit.locale.first_week_day,
    )


def asked(query: Mapping[str, str], *, today: date, zone: str, first_weekday: int) -> Asked:
    """From an address's fields; `zone` is the reader's. What makes no sense there changes nothing."""
    shown = query.get("zone", "")
    look, state = query.get("view", ""), query.get("state", "")
    page = query.get("page", "")
    return Asked(
        day=_within(_date(query.get("day", ""), today)),
        zone=shown if shown in zone_names() else zone,
        own_zone=zone,
        first_weekday=first_weekday,
        look=Look(look) if look in set(Look) else Look.MONTH,
        campaign=query.get("campaign", ""),
        account=query.get("account", ""),
        state=State(state) if state in set(State) else None,
        language=query.get("language", ""),
        aware=query.get("days") != "off",
        page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < WEEK else 1,
        unfold=query.get("filter") == "open",
    )


def _date(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _within(day: date) -> date:
    """The years that can be planned, less one at each end for whole weeks and for every zone's date."""
    return min(max(day, date(YEARS[1], 1, 1)), date(YEARS[-2], 12, 31))


def _week_begins(day: date, first_weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - first_weekday) % WEEK)
