"""The local dates on which a recurrence comes."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from itertools import filterfalse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.plan.spec import Every

WEEK = 7


def recurring_dates(every: Every, starts: date, ends: date) -> Iterator[date]:
    """Ascending dates from `starts` to `ends` or `until`, whichever is earlier, both included,
    but for its exceptions.

    Days and months count from `starts`; weeks count Monday weeks from the one that holds it.
    A month shorter than the day of `starts` gives its last day, so that no month is left out.
    """
    return filterfalse(set(every.exceptions).__contains__, regular_dates(every, starts, ends))


def regular_dates(every: Every, starts: date, ends: date) -> Iterator[date]:
    """The same with its exceptions: the dates on which it would come by its count alone."""
    last = min(every.until, ends) if every.until else ends
    if every.weeks:
        return _weekly(every.weeks, every.on or (starts.weekday(),), starts, last)
    if every.months:
        return _monthly(every.months, starts, last)
    return _daily(every.days or 1, starts, last)


def is_clamped(every: Every, starts: date, day: date) -> bool:
    """Whether `day` stands in for a day that its month does not have."""
    return bool(every.months) and day.day != starts.day


def _daily(step: int, starts: date, last: date) -> Iterator[date]:
    for ordinal in range(starts.toordinal(), last.toordinal() + 1, step):
        yield date.fromordinal(ordinal)


def _weekly(step: int, on: tuple[int, ...], starts: date, last: date) -> Iterator[date]:
    monday = starts.toordinal() - starts.weekday()
    weekdays = sorted(set(on))
    for week in range(monday, last.toordinal() + 1, step * WEEK):
        for weekday in weekdays:
            if starts.toordinal() <= week + weekday <= last.toordinal():
                yield date.fromordinal(week + weekday)


def _monthly(step: int, starts: date, last: date) -> Iterator[date]:
    first_month, last_month = (day.year * 12 + day.month - 1 for day in (starts, last))
    for months in range(first_month, last_month + 1, step):
        year, month = divmod(months, 12)
        day = date(year, month + 1, min(starts.day, monthrange(year, month + 1)[1]))
        if day <= last:
            yield day
