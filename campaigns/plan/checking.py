"""A campaign file against this install: everything that is wrong with it, in one run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from campaigns.compose.hashtags import ABOUT_TAGS
from campaigns.core.findings import Finding, Level
from campaigns.core.words import Sentence
from campaigns.plan.collisions import collisions
from campaigns.plan.drafting import Bench, Writer
from campaigns.plan.library.origins import facts_it_became
from campaigns.plan.matching import match_posts
from campaigns.plan.membership import Members
from campaigns.plan.neighbours import neighbours
from campaigns.plan.pictures import Gallery
from campaigns.plan.planning import Plan, Planner
from campaigns.plan.stored import read_stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from sqlmodel import Session

    from campaigns.plan.drafting import Progress
    from campaigns.plan.matching import Match
    from campaigns.plan.pictures import Pictures
    from campaigns.plan.reading import Read
    from campaigns.plan.spec import PostSpec
    from campaigns.plan.stored import Stored, StoredPost


@dataclass(frozen=True, slots=True)
class Checked:
    findings: list[Finding]  # each once, by line
    plan: Plan | None  # None: the file couldn't be understood


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is made on: what is stored, which post is which, the accounts, the images."""

    stored: Stored | None
    matches: list[Match]
    members: Members
    gallery: Pictures


def check_campaign(
    session: Session,
    organisation_id: int,
    read: Read,
    now: datetime,
    *,
    bench: Bench | None = None,
    horizon: timedelta | None = None,
    progress: Progress | None = None,
) -> Checked:
    """What the file asks for, and everything to be said about it. Writes nothing.

    `bench` remembers composed texts between a check and the load after it. Recurrences are planned
    until `horizon` from now or from the campaign's start, or to their end. `progress` hears of each
    hundred deliveries composed.
    """
    spec = read.spec
    if spec is None:
        return Checked(_tidy(read.findings), None)
    bench = bench or Bench()
    stored = read_stored(session, organisation_id, spec.slug)
    matches = match_posts(spec.posts, stored.posts if stored else ())
    carried = {match.post.place: match.stored.pictures for match in matches if match.stored}
    gallery = Gallery(spec, bench.seen, carried, partial(facts_it_became, session, organisation_id))
    ground = Ground(stored, matches, Members(session, organisation_id), gallery)
    return check(session, read, ground, now, bench=bench, horizon=horizon, progress=progress)


def check(
    session: Session,
    read: Read,
    ground: Ground,
    now: datetime,
    *,
    bench: Bench,
    horizon: timedelta | None = None,
    progress: Progress | None = None,
) -> Checked:
    """The same on ground that was read before: of a whole campaign, or of the posts that an edit touches."""
    spec = read.spec
    if spec is None:
        return Checked(_tidy(read.findings), None)
    stored, matches, members, gallery = ground.stored, ground.matches, ground.members, ground.gallery
    planner = Planner(spec, stored, matches)
    occurrences, odd_times = planner.occurrences(now, horizon)
    entries = planner.entries(occurrences, members, gallery, Writer(spec, bench), progress)
    plan = Plan(spec, stored, members, gallery, matches, occurrences, entries)
    findings = [
        *read.findings,
        *members.findings(spec, read.line_of("accounts"), whole=stored is None or stored.beyond is None),
        *gallery.findings,
        *_remarks(plan, read.line_of("hashtags")),
    ]
    if read.assumed:
        return Checked(_tidy(findings), None)
    findings += [*odd_times, *_past(plan, now), *_collisions(plan, now), *neighbours(session, plan, now)]
    return Checked(_tidy(findings), plan)


def _remarks(plan: Plan, tags_line: int) -> Iterator[Finding]:
    """What composing had to say; what concerns the campaign's tags is said once, where they stand."""
    said = set()
    for entry in plan.entries:
        post = entry.planned.post
        if not entry.open:
            continue
        for remark in entry.writing.composed.remarks:
            shared = remark.code in ABOUT_TAGS and post.hashtags is None
            file = plan.spec.source if shared else plan.spec.file_of(post)
            line = tags_line if shared else post.line
            if (file, line, remark) not in said:
                said.add((file, line, remark))
                yield Finding(file, line, remark.level, remark.code, remark.what, remark.mend)


def _past(plan: Plan, now: datetime) -> Iterator[Finding]:
    """Only what is new, or newly dated, may not be past: what went out in time is past as well."""
    before = {match.post.place: match.stored for match in plan.matches}
    for planned in plan.occurrences:
        post, stored = planned.post, before[planned.post.place]
        if post.at is None or planned.due_utc >= now:
            continue
        rows = stored.deliveries.values() if stored else ()
        if stored and stored.spec.at == post.at and not all(row.taken_out for row in rows):
            was_coming = any(row.editable and row.due_utc >= now for row in rows)
            if not (was_coming and _changes_zone(plan, post, stored)):
                continue
        if all(row.taken_out or row.editable for row in rows):
            yield Finding(
                plan.spec.file_of(post),
                post.line,
                Level.PROBLEM,
                "in-the-past",
                Sentence(
                    "%(wall)s %(zone)s has passed already.",
                    wall=f"{planned.wall:%Y-%m-%d %H:%M}",
                    zone=planned.zone,
                ),
                Sentence("Choose a later time, or take the post out."),
            )


def _changes_zone(plan: Plan, post: PostSpec, before: StoredPost) -> bool:
    was = before.spec.timezone or (plan.stored.spec.timezone if plan.stored else None)
    return (post.timezone or plan.spec.timezone) != was


def _collisions(plan: Plan, now: datetime) -> list[Finding]:
    waiting = (
        (entry.account.name, entry.planned)
        for entry in plan.entries
        if entry.open and entry.planned.due_utc >= now
    )
    return collisions(waiting, plan.spec.source)


def _tidy(findings: list[Finding]) -> list[Finding]:
    return sorted(set(findings))
