"""The campaigns there are and how far each is: what `beacon campaign list` and `show` print."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z
from campaigns.models import WAITING
from campaigns.models.counting import counts, occurring
from campaigns.models.tables import campaign, delivery, post
from campaigns.plan.rows import spec_of
from campaigns.plan.stored import read_stored

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, RowMapping, Select
    from sqlmodel import Session

    from campaigns.plan.spec import CampaignSpec
    from campaigns.plan.stored import StoredPost


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """One campaign in a listing."""

    slug: str
    title: str
    timezone: str
    starts: date
    ends: date
    paused: bool
    posts: int
    deliveries: dict[str, int]  # by state
    next_due: datetime | None  # of what waits

    def as_json(self) -> dict[str, Any]:
        return {
            "slug": self.slug,
            "campaign": self.title,
            "timezone": self.timezone,
            "starts": self.starts.isoformat(),
            "ends": self.ends.isoformat(),
            "paused": self.paused,
            "posts": self.posts,
            "deliveries": self.deliveries,
            "next_due": iso_z(self.next_due) if self.next_due else None,
        }


@dataclass(frozen=True, slots=True)
class CampaignName:
    """What a campaign is chosen by."""

    slug: str
    title: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post of a campaign."""

    id: str
    text: str
    when: str  # "2027-10-10 09:00", "recurring" or "queue"
    removed: bool
    deliveries: dict[str, int]  # by state
    next_due: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "text": self.text,
            "when": self.when,
            "removed": self.removed,
            "deliveries": self.deliveries,
            "next_due": iso_z(self.next_due) if self.next_due else None,
        }


@dataclass(frozen=True, slots=True)
class CampaignStory:
    """One campaign with its posts."""

    line: CampaignLine
    spec: CampaignSpec
    posts: list[PostLine]

    def as_json(self) -> dict[str, Any]:
        spec = self.spec
        return self.line.as_json() | {
            "goal": spec.goal,
            "languages": list(spec.languages),
            "regions": list(spec.regions),
            "topics": list(spec.topics),
            "hashtags": [tag for tag in (spec.hashtags.primary, *spec.hashtags.supporting) if tag],
            "accounts": list(spec.accounts),
            "posts": [post.as_json() for post in self.posts],
        }


def list_campaigns(session: Session, organisation_id: int) -> list[CampaignLine]:
    """The organisation's campaigns that were not removed, by start."""
    return [_line(row) for row in session.execute(_standing(organisation_id)).mappings()]


def to_choose(session: Session, organisation_id: int) -> list[CampaignName]:
    """The same campaigns in the same order, without counting anything."""
    named = select(*campaign.c["slug", "title", "starts", "ends"]).where(*_there(organisation_id))
    return [CampaignName(*row) for row in session.execute(named.order_by(*_BY_START))]


def titles(session: Session, organisation_id: int) -> list[tuple[str, str]]:
    """Their slugs and titles."""
    return [(one.slug, one.title) for one in to_choose(session, organisation_id)]


_BY_START = (campaign.c.starts, campaign.c.slug)


def _there(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return campaign.c.organisation_id == organisation_id, campaign.c.removed_utc.is_(None)


def _standing(organisation_id: int) -> Select[Any]:
    """Each campaign with its counts, read from two indexes without touching a post or a delivery."""
    posts = select(func.count()).where(post.c.campaign_id == campaign.c.id, post.c.removed_utc.is_(None))
    mine = delivery.c.campaign_id == campaign.c.id
    first_due = [
        select(func.min(delivery.c.due_utc)).where(mine, delivery.c.state == state)
        for state in sorted(WAITING)
    ]
    return (
        select(
            *campaign.c["slug", "title", "timezone", "starts", "ends", "paused", "archived"],
            posts.scalar_subquery().label("posts"),
            *counts(mine),
            *(first.scalar_subquery().label(f"first_{number}") for number, first in enumerate(first_due)),
        )
        .where(*_there(organisation_id))
        .order_by(*_BY_START)
    )


def _with(states: dict[str, int], archived: dict[str, dict[str, int]]) -> dict[str, int]:
    """Counts by state, with those of deliveries that were archived."""
    gone = Counter[str]()
    for states_there in archived.values():
        gone.update(states_there)
    return {state: states.get(state, 0) + gone[state] for state in sorted({*states, *gone})}


def show_campaign(session: Session, organisation_id: int, slug: str) -> CampaignStory:
    """One campaign and its posts in the order of its file; raises `Misuse` when there is none."""
    query = _standing(organisation_id).where(campaign.c.slug == slug)
    row = session.execute(query).mappings().first()
    stored = read_stored(session, organisation_id, slug)
    if row is None or stored is None:
        raise Misuse("There is no campaign %(slug)s; see: beacon campaign list", slug=repr(slug))
    return CampaignStory(_line(row), spec_of(stored.campaign, ()), [_post_line(one) for one in stored.posts])


def _line(row: RowMapping) -> CampaignLine:
    due = [row[f"first_{number}"] for number in range(len(WAITING))]
    return CampaignLine(
        slug=row["slug"],
        title=row["title"],
        timezone=row["timezone"],
        starts=row["starts"],
        ends=row["ends"],
        paused=row["paused"],
        posts=row["posts"],
        deliveries=_with(occurring(row), row["archived"]),
        next_due=min(filter(None, due), default=None),
    )


def _post_line(stored: StoredPost) -> PostLine:
    states: dict[str, int] = {}
    rows = stored.deliveries.values()
    for row in sorted(rows, key=lambda row: row.state):
        states[row.state.value] = states.get(row.state.value, 0) + 1
    spec = stored.spec
    when = f"{spec.at:%Y-%m-%d %H:%M}" if spec.at else "recurring" if spec.every else "queue"
    return PostLine(
        stored.key,
        spec.text,
        when,
        stored.removed,
        states,
        min((row.due_utc for row in rows if row.state in WAITING), default=None),
    )
