"""What stands on the calendar: posts by the moment they are due, each once however many accounts it has."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.deliver.entries import AT_ONCE, entries_of
from campaigns.deliver.places import all_at_once, cancelled, counted, places
from campaigns.deliver.stretches import stretches
from campaigns.models.tables import account, campaign, delivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlmodel import Session

    from campaigns.deliver.entries import Entry
    from campaigns.models import State

PAGE = 50
"""Posts on one page of a list."""


@dataclass(frozen=True, slots=True)
class CampaignChoice:
    id: int
    slug: str
    title: str
    timezone: str
    starts: date
    ends: date
    regions: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the calendar may be narrowed to."""

    campaigns: Sequence[CampaignChoice]
    accounts: Sequence[tuple[int, str]]  # id and name
    removed_ids: Sequence[int]  # of campaigns

    @property
    def languages(self) -> list[str]:
        return sorted({language for one in self.campaigns for language in one.languages})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To what; each empty for all. A state shows the posts that stand in it on any account."""

    organisation_id: int
    campaign_ids: Sequence[int] | None = None
    account_id: int | None = None
    state: State | None = None
    language: str = ""
    language_of: Sequence[int] = ()  # campaigns whose posts are in it unless they say otherwise
    removed_ids: Sequence[int] = ()  # campaigns that are no more


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of time, its first entries, and how many there are in all."""

    since: datetime
    total: int = 0
    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def more(self) -> int:
        return self.total - len(self.entries)


def choices(session: Session, organisation_id: int) -> Choices:
    campaigns = session.execute(
        select(*campaign.c["id", "slug", "title", "timezone", "starts", "ends", "regions", "languages"])
        .where(campaign.c.organisation_id == organisation_id, campaign.c.removed_utc.is_(None))
        .order_by(campaign.c.starts, campaign.c.slug)
    )
    removed = session.execute(
        select(campaign.c.id).where(
            campaign.c.organisation_id == organisation_id, campaign.c.removed_utc.is_not(None)
        )
    )
    accounts = session.execute(
        select(account.c.id, account.c.name)
        .where(account.c.organisation_id == organisation_id)
        .order_by(account.c.name)
    )
    return Choices(
        [
            CampaignChoice(
                id=row.id,
                slug=row.slug,
                title=row.title,
                timezone=row.timezone,
                starts=row.starts,
                ends=row.ends,
                regions=tuple(row.regions),
                languages=tuple(row.languages),
            )
            for row in campaigns
        ],
        [(row.id, row.name) for row in accounts],
        list(removed.scalars()),
    )


def cells(
    session: Session, narrowed: Narrowed, bounds: Sequence[datetime], most: int, *, in_all: int
) -> list[Cell]:
    """One for each stretch between two bounds (UTC, ascending), with its first entries: `most` at the most,
    and fewer when that would make more than `in_all` of them together, but always one."""
    left_out = cancelled(session, narrowed, bounds[0], bounds[-1])
    fewer = Counter(bisect_right(bounds, due) - 1 for due, _ in left_out)
    dialect = session.get_bind().dialect
    stretch = stretches(dialect, list(pairwise(bounds)))
    rows = session.execute(all_at_once(narrowed, dialect, stretch, most, standing=bool(left_out))).all()
    totals = [row.total - fewer[number] for number, row in enumerate(rows)]
    shown = next((n for n in range(most, 1, -1) if sum(min(n, total) for total in totals) <= in_all), 1)
    firsts = [(row.firsts or [])[:shown] for row in rows]
    known = entries_of(session, {post for posts in firsts for post in posts}, bounds[0], bounds[-1])
    entries: list[list[Entry]] = [[] for _ in rows]
    for entry in known:
        number = bisect_right(bounds, entry.due_utc) - 1
        if entry.post_id in firsts[number]:
            entries[number].append(entry)
    return [Cell(row.since, totals[number], entries[number][:shown]) for number, row in enumerate(rows)]


def one_page(
    session: Session, narrowed: Narrowed, since: datetime, until: datetime, page: int
) -> tuple[list[Entry], int]:
    """One page of what is due between two moments, `page` from 1, and how many there are in all."""
    left_out = cancelled(session, narrowed, since, until)
    total = session.execute(counted(places(narrowed, since, until))).scalar_one() - len(left_out)
    wanted = places(narrowed, since, until, standing=bool(left_out))
    return _some(session, wanted, PAGE, after=(page - 1) * PAGE), total


def first_of(
    session: Session, narrowed: Narrowed, since: datetime, until: datetime, most: int
) -> list[Entry]:
    """The first of what is due between two moments."""
    left_out = cancelled(session, narrowed, since, until)
    return _some(session, places(narrowed, since, until, standing=bool(left_out)), most)


def _some(
    session: Session, wanted: Select[tuple[datetime, int]], most: int, *, after: int = 0
) -> list[Entry]:
    in_order = wanted.order_by(delivery.c.due_utc, delivery.c.post_id)
    rows = session.execute(in_order.limit(most).offset(after)).all()
    if not rows:
        return []
    asked = {(row.due_utc, row.post_id) for row in rows}
    known = entries_of(session, {row.post_id for row in rows}, rows[0].due_utc, rows[-1].due_utc + AT_ONCE)
    return [entry for entry in known if (entry.due_utc, entry.post_id) in asked]


def first_due(session: Session, narrowed: Narrowed, since: datetime) -> datetime | None:
    """When the next post is due at or after a moment: where an empty calendar leads to."""
    return session.execute(
        places(narrowed, since).order_by(delivery.c.due_utc, delivery.c.post_id).limit(1)
    ).scalar()
