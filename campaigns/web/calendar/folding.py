"""What a phone leaves out of a month, which it shows day by day: the days of other months, those without
anything and, until they are asked for, those before today. Said as classes, since only the style sheet knows
how wide the screen is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from campaigns.deliver.calendar import Cell
    from campaigns.web.calendar.asking import Asked
    from campaigns.web.calendar.grid import Day


@dataclass(frozen=True, slots=True)
class Folding:
    first: date  # of the month
    last: date
    today: date

    def of_day(self, day: Day, cell: Cell) -> str:
        """The classes of its cell."""
        told = {
            "today": day.date == self.today,
            "other": not self.first <= day.date <= self.last,
            "bare": not cell.total and not day.aware and not day.change,
            "past": self.first <= day.date < self.today <= self.last,
        }
        return " ".join(name for name, holds in told.items() if holds)

    def of_week(self, days: Iterable[tuple[Day, Cell]]) -> str:
        """The class of its row: `bare` if a phone shows none of its days, `past` if none but those before
        today, so that no empty row is left for a screen reader."""
        shown = [told for told in (self.of_day(*pair).split() for pair in days) if _shown(told)]
        if not shown:
            return "bare"
        return "past" if all("past" in told for told in shown) else ""

    def hides(self, weeks: Iterable[Iterable[tuple[Day, Cell]]]) -> bool:
        """Whether there is anything before today to ask for."""
        told = (self.of_day(*pair).split() for week in weeks for pair in week)
        return any("past" in one and _shown(one) for one in told)


def folding(asked: Asked, today: date) -> Folding:
    return Folding(*asked.span, today)


def _shown(told: Iterable[str]) -> bool:
    return "other" not in told and ("today" in told or "bare" not in told)
