"""Days and hours with what stands in them: what the calendar's tables are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from campaigns.core.clockchanges import clock_change, midnight
from campaigns.core.zones import resolve
from campaigns.deliver.calendar import PAGE, cells
from campaigns.plan.days import observed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlmodel import Session

    from campaigns.core.clockchanges import ClockChange
    from campaigns.deliver.calendar import Cell, Narrowed
    from campaigns.plan.days import Observed
    from campaigns.web.calendar.asking import Asked

SHOWN = 3
"""Posts in one cell at the most; the day's own page has them all."""
IN_ALL = 42 * SHOWN
"""Posts in one table: as many as a whole month has. In a fuller week each hour shows fewer, so that it can be
taken in, and comes as fast."""

WEEK = 7
HOURS = 24
WAKING = range(8, 20)  # hours that a week shows, even when they are empty
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    change: ClockChange | None
    aware: Sequence[Observed]  # of one day, or beginning on it


@dataclass(frozen=True, slots=True)
class Hour:
    """One row of a week: a cell for each of its days, and the page of that day's list on which what it has
    no room for begins."""

    at: time
    cells: Sequence[tuple[Day, Cell, int]]


def month(
    session: Session, narrowed: Narrowed, asked: Asked, regions: Collection[str]
) -> list[list[tuple[Day, Cell]]]:
    """Its weeks, each of seven days."""
    days = days_of(asked, regions)
    filled = cells(session, narrowed, _bounds(asked), SHOWN, in_all=IN_ALL)
    pairs = list(zip(days, filled, strict=True))
    return [pairs[begin : begin + WEEK] for begin in range(0, len(pairs), WEEK)]


def week(
    session: Session, narrowed: Narrowed, asked: Asked, regions: Collection[str]
) -> tuple[list[Day], list[Hour]]:
    """Its days, and a row for each hour from the first to the last that is used or waking. An hour that
    the clocks leave out stays empty; one that comes twice holds both."""
    days = days_of(asked, regions)
    walls = [datetime.combine(day.date, time(hour)) for day in days for hour in range(HOURS)]
    bounds = [resolve(wall, asked.zone).utc for wall in walls] + [_bounds(asked)[-1]]
    filled = cells(session, narrowed, bounds, SHOWN, in_all=IN_ALL)
    columns = [
        list(zip(filled[first : first + HOURS], _pages(filled[first : first + HOURS]), strict=True))
        for first in range(0, len(filled), HOURS)
    ]
    used = [
        hour for hour in range(HOURS) if hour in WAKING or any(column[hour][0].total for column in columns)
    ]
    return days, [
        Hour(time(hour), [(day, *column[hour]) for day, column in zip(days, columns, strict=True)])
        for hour in range(used[0], used[-1] + 1)
    ]


def _pages(hours: Sequence[Cell]) -> list[int]:
    before = accumulate((cell.total for cell in hours[:-1]), initial=0)
    return [(so_far + len(cell.entries)) // PAGE + 1 for so_far, cell in zip(before, hours, strict=True)]


def bounds_of_span(asked: Asked) -> tuple[datetime, datetime]:
    """The instants between which a list's posts are due."""
    first, last = asked.span
    return midnight(first, asked.zone), midnight(last + _ONE_DAY, asked.zone)


def around(asked: Asked, regions: Collection[str]) -> list[Observed]:
    """Weeks and months that are observed on any day of the span: they stand above the table."""
    return [one for one in _observed(asked, *asked.span, regions) if one.ends != one.begins]


def days_of(asked: Asked, regions: Collection[str]) -> list[Day]:
    days = asked.days
    single = [one for one in _observed(asked, days[0], days[-1], regions) if one.begins == one.ends]
    return [
        Day(day, clock_change(day, asked.zone), [one for one in single if one.begins == day]) for day in days
    ]


def _bounds(asked: Asked) -> list[datetime]:
    days = asked.days
    return [midnight(day, asked.zone) for day in [*days, days[-1] + _ONE_DAY]]


def _observed(asked: Asked, first: date, last: date, regions: Collection[str]) -> list[Observed]:
    """None when they are hidden; of a campaign for certain countries, only theirs and the world's."""
    if not asked.aware:
        return []
    return [one for one in observed(first, last) if not regions or one.day.concerns(regions)]
