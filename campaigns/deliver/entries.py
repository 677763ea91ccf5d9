"""One post at one moment as a calendar shows it: where it goes, how it stands, and whom it meets there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select

from campaigns.deliver.overview import excerpt
from campaigns.models import EDITABLE, State
from campaigns.models.tables import account, campaign, delivery, is_active, part
from campaigns.plan.collisions import CLOSE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ScalarSelect, Select
    from sqlmodel import Session

    from campaigns.models import Delivery

EXCERPT = 80  # characters

AT_ONCE = timedelta(microseconds=1)

_GRAVITY = {state: rank for rank, state in enumerate((
    State.NEEDS_PERSON, State.FAILED, State.PARTLY_OUT, State.HELD, State.MISSED, State.UNCERTAIN,
    State.RETRY_WAIT, State.SUBMITTING, State.SCHEDULED, State.PUBLISHED, State.CANCELLED,
))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """The post's delivery on one account; `close` when another post meets it there within minutes."""

    delivery_id: int
    account: str
    platform: str
    state: State
    close: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is the beginning of what goes out on its first account."""

    post_id: int
    due_utc: datetime
    campaign: str  # slug
    campaign_title: str
    text: str
    shares: Sequence[Share]  # by account name

    @property
    def delivery_id(self) -> int:
        """One that stands for them all."""
        return self.shares[0].delivery_id

    @property
    def state(self) -> State:
        """The one that asks most for a person."""
        return min((share.state for share in self.shares), key=_GRAVITY.__getitem__)

    @property
    def movable(self) -> bool:
        """What has not gone out, and waits for nobody's answer."""
        standing = {share.state for share in self.shares} - {State.CANCELLED}
        return bool(standing) and standing <= EDITABLE

    @property
    def close(self) -> list[str]:
        """The accounts on which another post goes out within minutes of it."""
        return [share.account for share in self.shares if share.close]


_Gathered = tuple[str, str, list[Share]]
"""Of a post at one moment: its campaign's slug and title, and its shares."""


def entries_of(session: Session, post_ids: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    """Of these posts what is due from `since` until before `until`, by moment and post."""
    if not post_ids:
        return []
    posts: dict[tuple[datetime, int], _Gathered] = {}
    found = session.execute(_shares(post_ids, since, until)).all()
    for id_, post_id, due, state, name, platform, slug, title, before, after in found:
        share = Share(id_, name, platform, State(state), _is_near(due, before) or _is_near(due, after))
        posts.setdefault((due, post_id), (slug, title, []))[2].append(share)
    texts = _texts(session, [shares[0].delivery_id for _, _, shares in posts.values()])
    return [
        Entry(post_id, due, slug, title, texts.get(shares[0].delivery_id, ""), shares)
        for (due, post_id), (slug, title, shares) in sorted(posts.items(), key=lambda one: one[0])
    ]


def entry_of(session: Session, row: Delivery) -> Entry:
    """The one that this delivery is part of."""
    [entry] = entries_of(session, {row.post_id}, row.due_utc, row.due_utc + AT_ONCE)
    return entry


def _shares(post_ids: Collection[int], since: datetime, until: datetime) -> Select[Any]:
    return (
        select(
            *delivery.c["id", "post_id", "due_utc", "state"],
            account.c.name,
            account.c.platform,
            campaign.c.slug,
            campaign.c.title,
            case((is_active(delivery), _neighbour(later=False))).label("before"),
            case((is_active(delivery), _neighbour(later=True))).label("after"),
        )
        .join(account, account.c.id == delivery.c.account_id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            delivery.c.post_id.in_(post_ids),
            delivery.c.due_utc >= since,
            delivery.c.due_utc < until,
        )
        .order_by(account.c.name, delivery.c.id)
    )


def _neighbour(*, later: bool) -> ScalarSelect[datetime]:
    """When the nearest other post is due on the same account: one step in the lane's own index."""
    other = delivery.alias("later" if later else "earlier")
    return (
        select(other.c.due_utc)
        .where(
            other.c.account_id == delivery.c.account_id,
            is_active(other),
            other.c.post_id != delivery.c.post_id,
            other.c.due_utc >= delivery.c.due_utc if later else other.c.due_utc <= delivery.c.due_utc,
        )
        .order_by(other.c.due_utc if later else other.c.due_utc.desc())
        .limit(1)
        .scalar_subquery()
    )


def _is_near(due: datetime, other: datetime | None) -> bool:
    return other is not None and abs(other - due) <= CLOSE


def _texts(session: Session, delivery_ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        select(part.c.delivery_id, part.c.payload).where(
            part.c.delivery_id.in_(delivery_ids), part.c.place == 0
        )
    ).all()
    return {delivery_id: excerpt(payload["text"], EXCERPT) for delivery_id, payload in rows}
