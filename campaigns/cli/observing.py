"""What `beacon days` does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from campaigns.cli.output import print_json, say, table
from campaigns.core.moments import utc_now
from campaigns.plan.days import awareness_days, observed
from campaigns.plan.days_reference import doubts

if TYPE_CHECKING:
    from campaigns.plan.days import Observed

TWELVE_MONTHS = timedelta(days=365)


def show(year: int | None, *, as_json: bool) -> None:
    """Of a year, or of the twelve months from today."""
    today = utc_now().date()
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (today, today + TWELVE_MONTHS)
    found = observed(first, last)
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    table(
        ("FROM", "TO", "DAY", "WHERE", "NOTE", "FOUND IN"),
        (
            (
                one.begins,
                "" if one.ends == one.begins else one.ends,
                one.day.name,
                one.day.where,
                ", ".join(doubts(one.day)),
                "; ".join(source.url or source.title for source in one.day.sources),
            )
            for one in found
        ),
        empty="There are none.",
    )
    told = {one.day.id for one in found}
    unknown = [day.name for day in awareness_days() if day.announced and day.id not in told]
    say(f"Announced by their organisers, so without a date here: {', '.join(unknown)}.")


def _as_json(one: Observed) -> dict[str, Any]:
    day = one.day
    return {
        "id": day.id,
        "name": day.name,
        "from": one.begins.isoformat(),
        "to": one.ends.isoformat(),
        "where": day.where,
        "about": day.about,
        "hashtags": list(day.hashtags),
        "organiser": day.by,
        "notes": list(doubts(day)),
        "sources": [{"title": source.title, "url": source.url} for source in day.sources],
    }
