"""What a person looks at first: what went out, what is next, and what needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select, union_all

from campaigns.deliver.overview import LATE_AFTER, UP_WITHIN, excerpt, first_by_due
from campaigns.deliver.pause import Scope, in_flight
from campaigns.models import ACTIVE, ASKING, INSTALL, AccountState, PauseMode, State
from campaigns.models.counting import counts, occurring
from campaigns.models.tables import account, campaign, control, delivery, is_active, part, process

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.deliver.pause import InFlight

SHOWN = 6
ASKING_SHOWN = 30
EXCERPT = 180  # characters
MOST_COUNTED = 10_000
"""Posts of a state that are counted; beyond, "more than that" says enough at a glance, and costs nothing."""

_SHOWN_PART = case((delivery.c.state == State.PUBLISHED, 0), else_=delivery.c.cursor)


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery; `text` is the beginning of the part that its cursor names (of the first when all are
    out), `account_url` where a person may look for it."""

    id: int
    post_id: int
    campaign: str  # slug
    campaign_title: str
    account: str
    platform: str
    account_url: str
    due_utc: datetime
    published_utc: datetime | None
    state: State
    reason: str
    text: str
    url: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Reconnect:
    """An account from which nothing goes out until somebody connects it again."""

    name: str
    platform: str
    reason: str
    waiting: int  # posts planned on it


@dataclass(frozen=True, slots=True)
class Today:
    at_utc: datetime
    states: Mapping[str, int]  # of each no more than one more than MOST_COUNTED
    went_out: Sequence[Line]  # the latest first
    next: Sequence[Line]  # the earliest first
    asking: Sequence[Line]  # the earliest first
    reconnect: Sequence[Reconnect]
    pause: PauseMode
    pause_person: str
    pause_since: datetime | None
    in_flight: Sequence[InFlight]  # what the pause still waits for; without one, all calls
    campaigns: int
    accounts: int
    down: Sequence[str]  # of clock and worker, which is not running

    def count(self, states: Collection[State]) -> int:
        return sum(self.states.get(state, 0) for state in states)

    @property
    def asking_count(self) -> int:
        return self.count(ASKING)

    @property
    def coming_count(self) -> int:
        return self.count(ACTIVE)

    @property
    def sent_count(self) -> int:
        return self.count({State.PUBLISHED})


def today(session: Session, organisation_id: int, now: datetime) -> Today:
    """Reads little however much there is: every list comes from the front of an index."""
    run = session.connection().execute
    mine = delivery.c.organisation_id == organisation_id
    counted = run(select(*counts(mine, most=MOST_COUNTED))).mappings().one()
    switch = run(select(control).where(control.c.scope == INSTALL)).mappings().first()
    mode = PauseMode(switch["mode"]) if switch else PauseMode.NONE
    up = set(run(select(process.c.kind).where(process.c.seen_utc > now - UP_WITHIN)).scalars())
    return Today(
        at_utc=now,
        states=occurring(counted),
        went_out=_lines(session, organisation_id, now, {State.PUBLISHED}, SHOWN, latest=True),
        next=_lines(session, organisation_id, now, ACTIVE, SHOWN),
        asking=_lines(session, organisation_id, now, ASKING, ASKING_SHOWN),
        reconnect=_reconnect(session, organisation_id),
        pause=mode,
        pause_person=switch["person"] if switch else "",
        pause_since=switch["since_utc"] if switch else None,
        in_flight=in_flight(session, Scope(mode=mode)),
        campaigns=run(
            select(func.count())
            .select_from(campaign)
            .where(campaign.c.organisation_id == organisation_id, campaign.c.removed_utc.is_(None))
        ).scalar_one(),
        accounts=run(
            select(func.count())
            .select_from(account)
            .where(account.c.organisation_id == organisation_id, account.c.state != AccountState.REMOVED)
        ).scalar_one(),
        down=[kind for kind in ("clock", "worker") if kind not in up],
    )


def _lines(
    session: Session,
    organisation_id: int,
    now: datetime,
    states: Collection[State],
    limit: int,
    *,
    latest: bool = False,
) -> list[Line]:
    each = first_by_due(states, organisation_id, limit, latest=latest)
    by_due = delivery.c.due_utc.desc() if latest else delivery.c.due_utc
    rows = session.connection().execute(
        select(
            *delivery.c["id", "post_id", "due_utc", "published_utc", "state", "reason"],
            campaign.c.slug,
            campaign.c.title,
            account.c.name,
            account.c.platform,
            account.c.server,
            part.c.payload,
            part.c.remote_url,
        )
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .join(part, (part.c.delivery_id == delivery.c.id) & (part.c.place == _SHOWN_PART))
        .where(delivery.c.id.in_(union_all(*each)))
        .order_by(by_due, delivery.c.id)
        .limit(limit)
    )
    return [
        Line(
            id=row.id,
            post_id=row.post_id,
            campaign=row.slug,
            campaign_title=row.title,
            account=row.name,
            platform=row.platform,
            account_url=row.server,
            due_utc=row.due_utc,
            published_utc=row.published_utc,
            state=State(row.state),
            reason=row.reason,
            text=excerpt(row.payload["text"], EXCERPT),
            url=row.remote_url,
            late=row.state in ACTIVE and row.due_utc < now - LATE_AFTER,
        )
        for row in rows
    ]


def _reconnect(session: Session, organisation_id: int) -> list[Reconnect]:
    waiting = (
        select(func.count())
        .where(delivery.c.account_id == account.c.id, is_active(delivery))
        .scalar_subquery()
    )
    rows = session.connection().execute(
        select(account.c.name, account.c.platform, account.c.state_reason, waiting)
        .where(account.c.organisation_id == organisation_id, account.c.state == AccountState.RECONNECT)
        .order_by(account.c.name)
    )
    return [Reconnect(*row) for row in rows]
