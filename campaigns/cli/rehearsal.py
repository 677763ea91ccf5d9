"""A rehearsal on paper: the whole timeline, and a picture of the weeks."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from campaigns.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from campaigns.plan.rehearsing import Rehearsed

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WIDEST_BAR = 20  # columns


def print_timeline(deliveries: Sequence[Rehearsed]) -> None:
    """Each delivery with its exact text."""
    for one in deliveries:
        say(f"{one.local}  {one.due}  {one.account} ({one.platform})")
        for number, text in enumerate(one.parts):
            if number:
                say(f"  part {number + 1}:")
            for line in text.splitlines():
                say(f"    {line}")
        say(f"  {one.length} of {one.limit}")
        for problem in one.problems:
            say(f"  problem: {problem}")
        for note in one.notes:
            say(f"  note: {note}")
        say()


def print_weeks(deliveries: Sequence[Rehearsed]) -> None:
    for line in weeks([date.fromisoformat(one.local[:10]) for one in deliveries]):
        say(line)


def weeks(days: Sequence[date]) -> Iterator[str]:
    """One line a week: how many posts each day, and a bar for the week. Weeks without any are skipped."""
    if not days:
        return
    per_day = Counter(days)
    per_week = Counter(day - timedelta(days=day.weekday()) for day in days)
    most = max(per_week.values())
    yield "Week of     " + "".join(f"{name:>5}" for name in DAYS)
    before: date | None = None
    for monday in sorted(per_week):
        if before is not None and monday - before > timedelta(days=7):
            yield "  …"
        before = monday
        cells = (per_day[monday + timedelta(days=offset)] for offset in range(7))
        bar = "█" * max(1, round(per_week[monday] / most * WIDEST_BAR))
        yield f"{monday}  " + "".join(f"{count or '·':>5}" for count in cells) + f"  {bar} {per_week[monday]}"
