"""When each post of a campaign goes out: wall times, recurrences and the queue become instants.

A campaign's days are counted by the date as it is written: in the zone of the post, or of the slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level
from campaigns.core.words import Counted, Sentence
from campaigns.core.zones import Oddity, resolve
from campaigns.plan.recurrence import is_clamped, recurring_dates, regular_dates
from campaigns.plan.slots import free_slots

if TYPE_CHECKING:
    from collections.abc import Collection

    from campaigns.plan.spec import CampaignSpec, Every, PostSpec

ONCE = "once"
HORIZON = timedelta(days=90)
"""How far ahead recurrences are planned, so that one without an early end stays small."""

YEARS = range(1971, 3000)
"""The years that are planned; far outside them some zones have no instant for a wall time."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One occurrence of one post. `occurrence` is its identity: it stays when only the time of day moves."""

    post: PostSpec
    occurrence: str  # "once", or the local date and place in that day: "2027-10-11#0"
    wall: datetime  # naive, as asked for; see `oddity`
    zone: str
    due_utc: datetime
    from_queue: bool = False
    oddity: Oddity = Oddity.NONE


@dataclass(frozen=True, slots=True)
class Timeline:
    planned: list[Planned]  # by instant, then by place in the file
    findings: list[Finding]


def plan_occurrences(
    spec: CampaignSpec,
    now: datetime,
    taken: Collection[datetime] = (),
    *,
    horizon: timedelta | None = HORIZON,
) -> Timeline:
    """Every occurrence of the campaign's posts.

    `now` is UTC. `taken` are instants (UTC) of slots that the campaign's queue posts hold already.
    Recurrences are planned until `horizon` after now or the campaign's start, whichever is later;
    None plans them to their end. A post with `at` is planned even when that is past: only who knows
    whether the post is new can judge it.
    """
    if spec.starts.year not in YEARS or spec.ends.year not in YEARS:
        return Timeline([], [_out_of_years(spec.source, 0, "The campaign's dates")])
    planner = _Planner(spec, now, taken, horizon)
    for post in spec.posts:
        if post.at:
            planner.plan_at(post, post.at)
        elif post.every:
            planner.plan_every(post, post.every)
        else:
            planner.plan_from_queue(post)
    planner.tell_unplaced()
    planner.planned.sort(key=lambda planned: (planned.due_utc, planned.post.place))
    return Timeline(planner.planned, planner.findings)


class _Planner:
    def __init__(
        self, spec: CampaignSpec, now: datetime, taken: Collection[datetime], horizon: timedelta | None
    ) -> None:
        self.planned: list[Planned] = []
        self.findings: list[Finding] = []
        self._spec = spec
        self._now = now
        begins = resolve(datetime.combine(spec.starts, time.min), spec.timezone).utc
        self._horizon = None if horizon is None else max(now, begins) + horizon
        self._free = free_slots(spec, now, taken)
        self._unplaced: list[PostSpec] = []

    def plan_at(self, post: PostSpec, wall: datetime) -> None:
        if wall.year not in YEARS:
            self.findings.append(_out_of_years(self._spec.file_of(post), post.line, f"{wall.date()}"))
            return
        zone = post.timezone or self._spec.timezone
        resolved = resolve(wall, zone)
        self._add(Planned(post, ONCE, wall, zone, resolved.utc, oddity=resolved.oddity))

    def plan_every(self, post: PostSpec, every: Every) -> None:
        zone = post.timezone or self._spec.timezone
        starts, past, clamped, comes = self._spec.starts, 0, None, False
        for day in recurring_dates(every, starts, self._spec.ends):
            comes = True
            wall = datetime.combine(day, every.at)
            resolved = resolve(wall, zone)
            if resolved.utc < self._now:
                past += 1
                continue
            if self._horizon and resolved.utc > self._horizon:
                break
            if is_clamped(every, starts, day):
                clamped = clamped or day
            self._add(Planned(post, f"{day}#0", wall, zone, resolved.utc, oddity=resolved.oddity))
        if not comes:
            self._tell(
                Level.PROBLEM,
                post,
                "never-comes",
                Sentence("This recurrence never comes between the campaign's start and its end."),
                Sentence("Change `on`, `until` or the campaign's dates."),
            )
        if idle := set(every.exceptions).difference(regular_dates(every, starts, self._spec.ends)):
            self._tell(
                Level.NOTE,
                post,
                "idle-exception",
                Sentence(
                    "%(day)s is no day of this recurrence, so leaving it out changes nothing.", day=min(idle)
                ),
                Sentence("Mend that date under `except`, or remove it."),
            )
        if past:
            what = Counted("%(n)s past occurrence is skipped.", "%(n)s past occurrences are skipped.", past)
            self._tell(Level.NOTE, post, "past-skipped", what, Sentence("Nothing to do if that suits."))
        if clamped:
            self._tell(
                Level.NOTE,
                post,
                "short-month",
                Sentence(
                    "%(month)s has no day %(day)s: its last day is taken, as in every shorter month.",
                    month=f"{clamped:%B %Y}",
                    day=starts.day,
                ),
                Sentence(
                    "Nothing to do if that suits; else count in weeks, or start on a day that each month has."
                ),
            )

    def plan_from_queue(self, post: PostSpec) -> None:
        slot = next(self._free, None)
        if slot is None:
            self._unplaced.append(post)
            return
        self._add(Planned(post, ONCE, slot.wall, slot.zone, slot.utc, from_queue=True, oddity=slot.oddity))

    def tell_unplaced(self) -> None:
        """One problem for all queue posts without a slot, on the line of the first."""
        if not self._unplaced:
            return
        if not self._spec.slots:
            code = "no-slots"
            why = Sentence("the campaign has no queue")
            mend = Sentence("Give `at` or `every`, or add `queue:` with `slots:`.")
        else:
            code = "no-slot-left"
            why = Sentence(
                "the queue has no free slot left before the campaign ends on %(ends)s", ends=self._spec.ends
            )
            mend = Sentence("Add slots to the queue, set `ends` later, or give `at`.")
        what = Counted(
            "%(n)s post has neither `at` nor `every`, and %(why)s.",
            "%(n)s posts have neither `at` nor `every`, and %(why)s; the first stands here.",
            len(self._unplaced),
            why=why,
        )
        self._tell(Level.PROBLEM, self._unplaced[0], code, what, mend)

    def _add(self, planned: Planned) -> None:
        self.planned.append(planned)
        if planned.oddity is Oddity.NONE:
            return
        asked = Sentence("%(time)s on %(date)s", time=f"{planned.wall:%H:%M}", date=planned.wall.date())
        if planned.oddity is Oddity.MOVED:
            goes = resolve(planned.wall, planned.zone).local
            what = Sentence(
                "%(asked)s does not exist in %(zone)s (clocks go forward): it goes out at %(goes)s.",
                asked=asked,
                zone=planned.zone,
                goes=f"{goes:%H:%M}",
            )
        else:
            what = Sentence(
                "%(asked)s comes twice in %(zone)s (clocks go back): the first one is taken.",
                asked=asked,
                zone=planned.zone,
            )
        mend = Sentence("Nothing to do if that suits; else choose another time.")
        self._tell(Level.NOTE, planned.post, f"time-{planned.oddity}", what, mend)

    def _tell(self, level: Level, post: PostSpec, code: str, what: str, mend: str) -> None:
        self.findings.append(Finding(self._spec.file_of(post), post.line, level, code, what, mend))


def _out_of_years(source: str, line: int, what: str) -> Finding:
    return Finding(
        source,
        line,
        Level.PROBLEM,
        "out-of-years",
        Sentence(
            "%(what)s cannot be planned: years go from %(first)s to %(last)s.",
            what=what,
            first=str(YEARS[0]),
            last=str(YEARS[-1]),
        ),
        Sentence("Mend the year."),
    )
