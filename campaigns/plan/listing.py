"""The campaigns there are and how far each is: what `beacon campaign list` and `show` print."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z
from campaigns.models import WAITING
from campaigns.models.tables import campaign, delivery, post
from campaigns.plan.rows import spec_of
from campaigns.plan.stored import read_stored

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row
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
    states: dict[int, dict[str, int]] = defaultdict(dict)
    next_due: dict[int, datetime] = {}
    counting = (
        select(
            delivery.c.campaign_id,
            delivery.c.state,
            func.count(),
            func.min(delivery.c.due_utc).label("first"),
        )
        .where(delivery.c.organisation_id == organisation_id)
        .group_by(delivery.c.campaign_id, delivery.c.state)
        .order_by(delivery.c.state)
    )
    for number, state, count, first in session.execute(counting):
        states[number][state] = count
        if state in WAITING:
            next_due[number] = min(first, next_due.get(number, first))
    posts = (
        select(post.c.campaign_id, func.count().label("posts"))
        .where(post.c.removed_utc.is_(None))
        .group_by(post.c.campaign_id)
        .subquery()
    )
    rows = session.execute(
        select(campaign, func.coalesce(posts.c.posts, 0).label("posts"))
        .outerjoin(posts, posts.c.campaign_id == campaign.c.id)
        .where(campaign.c.organisation_id == organisation_id, campaign.c.removed_utc.is_(None))
        .order_by(campaign.c.starts, campaign.c.slug)
    )
    return [_line(row, _with(states[row.id], row.archived), next_due.get(row.id)) for row in rows]


def _with(states: dict[str, int], archived: dict[str, dict[str, int]]) -> dict[str, int]:
    """Counts by state, with those of deliveries that were archived."""
    gone = Counter[str]()
    for counts in archived.values():
        gone.update(counts)
    return {state: states.get(state, 0) + gone[state] for state in sorted({*states, *gone})}


def show_campaign(session: Session, organisation_id: int, slug: str) -> CampaignStory:
    """One campaign and its posts in the order of its file; raises `Misuse` when there is none."""
    line = next((one for one in list_campaigns(session, organisation_id) if one.slug == slug), None)
    stored = read_stored(session, organisation_id, slug)
    if line is None or stored is None:
        raise Misuse(f"There is no campaign {slug!r}; see: beacon campaign list")
    return CampaignStory(line, spec_of(stored.campaign, ()), [_post_line(one) for one in stored.posts])


def _line(row: Row[Any], states: dict[str, int], next_due: datetime | None) -> CampaignLine:
    return CampaignLine(
        row.slug, row.title, row.timezone, row.starts, row.ends, row.paused, row.posts, states, next_due
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
