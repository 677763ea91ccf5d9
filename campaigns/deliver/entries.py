"""One post at one moment as a calendar shows it: where it goes, how it stands, and whom it meets there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, case, select

from campaigns.deliver.overview import excerpt
from campaigns.models import EDITABLE, State
from campaigns.models.tables import account, campaign, delivery, is_active, part
from campaigns.plan.collisions import CLOSE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Row, ScalarSelect, Select
    from sqlmodel import Session

    from campaigns.models import Delivery

EXCERPT = 80  # characters

AT_ONCE = timedelta(microseconds=1)

_GRAVITY = {state: rank for rank, state in enumerate((
    State.NEEDS_PERSON, State.FAILED, State.PARTLY_OUT, State.HELD, State.MISSED, State.UNCERTAIN,
    State.RETRY_WAIT, State.SUBMITTING, State.SCHEDULED, State.PUBLISHED, State.CANCELLED,
))}  # fmt: skip


class Share(NamedTuple):
    """The post's delivery on one account; `close` when another post meets it there within minutes."""

    delivery_id: int
    account: str
    platform: str
    state: State
    close: bool


_STATES = {str(state): state for state in State}


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


def entries_of(session: Session, post_ids: Collection[int], since: datetime, until: datetime) -> list[Entry]:
    """Of these posts what is due from `since` until before `until`, by moment and post."""
    if not post_ids:
        return []
    wanted = {"posts": list(post_ids), "since": since, "until": until}
    found = session.execute(_shares(), wanted).all()
    together = [list(rows) for _, rows in groupby(found, key=itemgetter(0, 1))]
    texts = _texts(session, [rows[0].id for rows in together])
    return [_entry(rows, texts.get(rows[0].id, "")) for rows in together]


def _entry(rows: Sequence[Row[Any]], text: str) -> Entry:
    first = rows[0]
    shares = [
        Share(
            row.id,
            row.name,
            row.platform,
            _STATES[row.state],
            _is_near(row.due_utc, row.before) or _is_near(row.due_utc, row.after),
        )
        for row in rows
    ]
    return Entry(first.post_id, first.due_utc, first.slug, first.title, text, shares)


def entry_of(session: Session, row: Delivery) -> Entry:
    """The one that this delivery is part of."""
    [entry] = entries_of(session, {row.post_id}, row.due_utc, row.due_utc + AT_ONCE)
    return entry


@cache
def _shares() -> Select[Any]:
    """Built once: a page asks for it each time, and putting it together takes as long as asking."""
    return (
        select(
            *delivery.c["due_utc", "post_id", "id", "state"],
            account.c.name,
            account.c.platform,
            case((is_active(delivery), _neighbour(later=False))).label("before"),
            case((is_active(delivery), _neighbour(later=True))).label("after"),
            campaign.c.slug,
            campaign.c.title,
        )
        .join(account, account.c.id == delivery.c.account_id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            delivery.c.post_id.in_(bindparam("posts", expanding=True)),
            delivery.c.due_utc >= bindparam("since"),
            delivery.c.due_utc < bindparam("until"),
        )
        .order_by(delivery.c.due_utc, delivery.c.post_id, account.c.name, delivery.c.id)
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
    rows = session.execute(_first_parts(), {"deliveries": delivery_ids}).all()
    return {delivery_id: excerpt(payload["text"], EXCERPT) for delivery_id, payload in rows}


@cache
def _first_parts() -> Select[Any]:
    return select(part.c.delivery_id, part.c.payload).where(
        part.c.delivery_id.in_(bindparam("deliveries", expanding=True)), part.c.place == 0
    )
