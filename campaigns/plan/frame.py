"""A campaign's frame: its days, its zone, its queue.

What cannot be read gets a stand-in, so that one run still finds what is wrong with the posts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from campaigns.core.moments import utc_now
from campaigns.core.words import Sentence
from campaigns.plan.spec import DAYS, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.plan.containers import Values
    from campaigns.plan.report import Report
    from campaigns.plan.spec import PostSpec

OUTSIDE = "outside-campaign"
LONGEST = timedelta(days=5 * 366)
_A_YEAR = timedelta(days=366)
_EVERY_HOUR = tuple(Slot(tuple(range(len(DAYS))), time(hour)) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Frame:
    starts: date
    ends: date
    timezone: str
    slots: tuple[Slot, ...]
    dates_known: bool
    assumed: bool  # something here is a stand-in, so nothing can be said about times


def read_frame(values: Values, report: Report) -> Frame:
    """The frame of a campaign; dates that cannot both be meant are reported."""
    starts, ends = values.get("starts"), values.get("ends")
    known = starts is not None and ends is not None and _is_span(starts, ends, values, report)
    if not known:
        starts = utc_now().date()
        ends = starts + _A_YEAR
    assumed = not known or bool(values.broken & {"timezone", "queue"})
    return Frame(
        starts,
        ends,
        values.get("timezone", "UTC"),
        _EVERY_HOUR if assumed else values.get("queue", ()),
        dates_known=known,
        assumed=assumed,
    )


def _is_span(starts: date, ends: date, values: Values, report: Report) -> bool:
    if ends < starts:
        report.problem(
            values.lines["ends"],
            "ends-before-starts",
            Sentence(
                "The campaign ends on %(ends)s, before it starts on %(starts)s.", ends=ends, starts=starts
            ),
            Sentence("Swap the two, or mend the year."),
        )
        return False
    if ends - starts > LONGEST:
        report.problem(
            values.lines["ends"],
            "too-long-campaign",
            Sentence("The campaign lasts more than five years."),
            Sentence("Mend the year, or split the campaign."),
        )
        return False
    return True


def strays(post: PostSpec, starts: date, ends: date) -> Iterator[tuple[str, str, str]]:
    """The post's dates outside the campaign's days: the key, what is wrong, how to mend it."""

    def outside(what: str) -> str:
        return Sentence(
            "%(what)s is outside the campaign, which lasts from %(starts)s to %(ends)s.",
            what=what,
            starts=starts,
            ends=ends,
        )

    if post.at and not starts <= post.at.date() <= ends:
        mend = Sentence("Change `at`, or the campaign's `starts` or `ends`.")
        yield "at", outside(str(post.at.date())), mend
    until = post.every.until if post.every else None
    if until and not starts <= until <= ends:
        mend = Sentence("Change `until`, or the campaign's `starts` or `ends`.")
        yield "every", outside(f"`until` {until}"), mend
