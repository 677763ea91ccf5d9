"""The whole plan of a campaign file: what goes out where and when, given what was loaded before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from campaigns.plan.timeline import ONCE, Planned, plan_occurrences

if TYPE_CHECKING:
    from datetime import timedelta

    from campaigns.core.findings import Finding
    from campaigns.models import Account
    from campaigns.plan.drafting import Progress, Writer, Writing
    from campaigns.plan.matching import Match
    from campaigns.plan.membership import Members
    from campaigns.plan.pictures import Pictures
    from campaigns.plan.slots import SlotTime
    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import Stored, StoredDelivery, StoredPost


PROGRESS_EVERY = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery as it should be."""

    planned: Planned
    account: Account
    writing: Writing
    row: StoredDelivery | None  # the same delivery as it stands, if it was loaded before
    urgent: bool  # as the file says, or as a person made it since

    @property
    def open(self) -> bool:
        """Whether what the file says of it can still come true."""
        return self.row is None or self.row.editable or self.row.taken_out

    @property
    def order(self) -> tuple[datetime, int]:
        return self.planned.due_utc, self.planned.post.place


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign file asks for, beside what is there."""

    spec: CampaignSpec
    stored: Stored | None
    members: Members
    gallery: Pictures
    matches: list[Match]
    occurrences: list[Planned]
    entries: list[Entry]  # by due time, then place in the file, then account


class Planner:
    """Joins the file's timeline with the times that were given before and stay."""

    def __init__(self, spec: CampaignSpec, stored: Stored | None, matches: list[Match]) -> None:
        self._spec = spec
        self._stored = stored
        self._before = {match.post.place: match.stored for match in matches}

    def occurrences(self, now: datetime, horizon: timedelta | None) -> tuple[list[Planned], list[Finding]]:
        """Every occurrence, by instant. Queue posts that hold a slot of the campaign's days keep it."""
        slots = (self._kept_slot(post) for post in self._spec.posts)
        kept = [slot for slot in slots if slot is not None]
        keeping = {slot.post.place for slot in kept}
        rest = tuple(post for post in self._spec.posts if post.place not in keeping)
        taken = {slot.due_utc for slot in kept} | self._slots_of_the_departed()
        taken |= self._stored.held if self._stored else frozenset()
        timeline = plan_occurrences(replace(self._spec, posts=rest), now, taken, horizon=horizon)
        planned = [*kept, *timeline.planned]
        planned.sort(key=lambda one: (one.due_utc, one.post.place))
        return planned, timeline.findings

    def entries(
        self,
        occurrences: list[Planned],
        members: Members,
        gallery: Pictures,
        writer: Writer,
        progress: Progress | None = None,
    ) -> list[Entry]:
        """One for each occurrence and account; what a person moved stays moved while its plan is the same."""
        found = []
        for done, planned in enumerate(occurrences):
            if progress and done % PROGRESS_EVERY == 0:
                progress(done, len(occurrences))
            before = self._before[planned.post.place]
            stays = before is not None and self._same_times(planned.post, before)
            pictures = gallery.of(planned.post)
            for account in members.of(planned.post, self._spec):
                row = before.deliveries.get((account.id, planned.occurrence)) if before else None
                held = _as_it_stands(planned, row) if row and stays and not row.taken_out else planned
                hurried = before is not None and _hurried(row, before)
                writing = writer.write(planned.post, account, pictures)
                found.append(Entry(held, account, writing, row, planned.post.urgent or hurried))
        found.sort(key=lambda entry: entry.order)
        return found

    def _kept_slot(self, post: PostSpec) -> Planned | None:
        before = self._before[post.place]
        if before is None or _timed(post):
            return None
        if given := self._given(post):
            return Planned(
                post, ONCE, given.wall, given.zone, given.utc, from_queue=True, oddity=given.oddity
            )
        if _timed(before.spec) or (self._stored and self._stored.dealt(post.place)):
            return None
        for row in before.deliveries.values():
            wall = datetime.fromisoformat(row.wall)
            if not row.taken_out and self._spec.starts <= wall.date() <= self._spec.ends:
                return Planned(post, ONCE, wall, row.zone, row.due_utc, from_queue=True)
        return None

    def _given(self, post: PostSpec) -> SlotTime | None:
        return self._stored.given(post.place) if self._stored else None

    def _slots_of_the_departed(self) -> set[datetime]:
        """Slots in which something went out, or may be going out, that the file no longer has."""
        if self._stored is None:
            return set()
        still = {before.id for before in self._before.values() if before is not None}
        return {
            row.due_utc
            for before in self._stored.posts
            if before.id not in still
            for row in before.deliveries.values()
            if row.from_queue and not row.taken_out and not row.editable
        }

    def _same_times(self, post: PostSpec, before: StoredPost) -> bool:
        """Whether the file says of this post's times what it said when it was loaded."""
        if self._stored is None:
            return False
        if not _timed(post):
            kept = not _timed(before.spec) and self._kept_slot(post) is not None
            return kept and self._given(post) is None
        if self._stored.still(post.place):
            return True
        zones = (post.timezone or self._spec.timezone, before.spec.timezone or self._stored.spec.timezone)
        return (post.at, post.every) == (before.spec.at, before.spec.every) and zones[0] == zones[1]


def _as_it_stands(planned: Planned, row: StoredDelivery) -> Planned:
    if row.due_utc == planned.due_utc:
        return planned
    wall = datetime.fromisoformat(row.wall)
    return replace(planned, wall=wall, zone=row.zone, due_utc=row.due_utc, from_queue=row.from_queue)


def _hurried(row: StoredDelivery | None, before: StoredPost) -> bool:
    """Whether a person sent it out of turn, which no edit of the file takes back."""
    return row is not None and row.urgent and not before.spec.urgent and not row.taken_out


def _timed(post: PostSpec) -> bool:
    return post.at is not None or post.every is not None
