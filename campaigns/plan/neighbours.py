"""Posts that are not looked at, of other campaigns or of this one, which go out on the same account within
minutes: rarely meant, so a note."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.findings import Finding, Level
from campaigns.core.words import Sentence
from campaigns.models import WAITING
from campaigns.models.tables import campaign, delivery
from campaigns.plan.collisions import CLOSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlmodel import Session

    from campaigns.plan.planning import Entry, Plan


def neighbours(session: Session, plan: Plan, now: datetime) -> Iterator[Finding]:
    """One note for each post, other campaign and account, at their first meeting."""
    entries = [entry for entry in plan.entries if entry.open and entry.planned.due_utc >= now]
    others = _others(session, plan, entries)
    told = set()
    for entry in entries:
        due, theirs = entry.planned.due_utc, others.get(entry.account.id, [])
        for other_due, slug in theirs[bisect_left(theirs, (due - CLOSE, "")) :]:
            if other_due > due + CLOSE:
                break
            meeting = (entry.planned.post.place, entry.account.name, slug)
            if meeting not in told:
                told.add(meeting)
                yield _note(entry, slug, plan)


def _others(session: Session, plan: Plan, entries: list[Entry]) -> dict[int, list[tuple[datetime, str]]]:
    """What waits on the same accounts in the same time, by account: due times and campaigns, in order."""
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    if not entries:
        return found
    theirs = (
        select(delivery.c.account_id, delivery.c.due_utc, campaign.c.slug)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            delivery.c.account_id.in_({entry.account.id for entry in entries}),
            delivery.c.state.in_(sorted(WAITING)),
            delivery.c.due_utc >= entries[0].planned.due_utc - CLOSE,
            delivery.c.due_utc <= entries[-1].planned.due_utc + CLOSE,
            _not_looked_at(plan),
        )
        .order_by(delivery.c.due_utc, campaign.c.slug)
    )
    for account_id, due, slug in session.execute(theirs):
        found[account_id].append((due, slug))
    return found


def _not_looked_at(plan: Plan) -> ColumnElement[bool]:
    elsewhere = campaign.c.slug != plan.spec.slug
    if plan.stored is None or plan.stored.beyond is None:
        return elsewhere
    return elsewhere | delivery.c.post_id.not_in([post.id for post in plan.stored.posts])


def _note(entry: Entry, slug: str, plan: Plan) -> Finding:
    planned = entry.planned
    here = slug == plan.spec.slug
    another = (
        Sentence("another one of this campaign")
        if here
        else Sentence("one of the campaign %(slug)s", slug=slug)
    )
    return Finding(
        plan.spec.file_of(planned.post),
        planned.post.line,
        Level.NOTE,
        "close-together" if here else "close-to-another-campaign",
        Sentence(
            "This post and %(another)s go out on %(name)s within minutes, on %(date)s.",
            another=another,
            name=entry.account.name,
            date=planned.wall.date(),
        ),
        Sentence("Nothing to do if that suits; else move one of them."),
    )
