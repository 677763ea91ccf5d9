"""How things stand: counts, what is next, what waits for a person, and one delivery's whole story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, union_all

from campaigns.core.moments import iso_z
from campaigns.models import ACTIVE, ASKING, INSTALL, AccountState, PauseMode, State
from campaigns.models.counting import counts, occurring
from campaigns.models.tables import (
    account,
    attempt,
    campaign,
    control,
    delivery,
    is_active,
    organisation,
    part,
    process,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Select
    from sqlmodel import Session

LATE_AFTER = timedelta(seconds=5)
"""A post still waiting this long after it was due is shown as late."""

UP_WITHIN = timedelta(seconds=30)
"""A process seen within this time counts as up; it says so every ten seconds."""

EXCERPT = 80
NEXT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line of a listing; `text` is the beginning of its first part."""

    id: int
    campaign: str
    account: str
    platform: str
    due_utc: datetime
    wall: str
    zone: str
    state: str
    reason: str
    text: str
    url: str | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "campaign": self.campaign,
            "account": self.account,
            "platform": self.platform,
            "due": iso_z(self.due_utc),
            "local": f"{self.wall} {self.zone}",
            "state": self.state,
            "reason": self.reason,
            "text": self.text,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A clock or worker, and when it was last seen."""

    kind: str
    host: str
    pid: int
    seen_utc: datetime
    up: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole install at one moment."""

    at_utc: datetime
    states: Mapping[str, int]
    late: int
    next: Sequence[DeliveryRow]
    asking: int  # deliveries that wait for a person
    pause: PauseMode
    paused_campaigns: Sequence[str]
    paused_accounts: Sequence[str]
    to_reconnect: Sequence[str]
    in_flight: int
    processes: Sequence[ProcessRow]

    @property
    def sent(self) -> int:
        return self.states.get(State.PUBLISHED, 0)

    @property
    def due(self) -> int:
        """What will still go out by itself."""
        return sum(self.states.get(state, 0) for state in ACTIVE)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": iso_z(self.at_utc),
            "due": self.due,
            "sent": self.sent,
            "late": self.late,
            "needs_person": self.asking,
            "in_flight": self.in_flight,
            "states": dict(self.states),
            "next": [row.as_json() for row in self.next],
            "pause": self.pause,
            "paused_campaigns": list(self.paused_campaigns),
            "paused_accounts": list(self.paused_accounts),
            "accounts_to_reconnect": list(self.to_reconnect),
            "processes": [
                {
                    "kind": row.kind,
                    "host": row.host,
                    "pid": row.pid,
                    "seen": iso_z(row.seen_utc),
                    "up": row.up,
                }
                for row in self.processes
            ],
        }


def overview(session: Session, now: datetime) -> Overview:
    """Everything the status page and `beacon status` show."""
    run = session.connection().execute
    states = occurring(run(select(*counts())).mappings().one())
    mode = run(select(control.c.mode).where(control.c.scope == INSTALL)).scalar()
    accounts = run(
        select(account.c.name, account.c.paused, account.c.state).where(
            account.c.state != AccountState.REMOVED
        )
    ).all()
    return Overview(
        at_utc=now,
        states=states,
        late=_late(session, now - LATE_AFTER),
        next=listed(session, ids=_earliest(session, NEXT_SHOWN), limit=NEXT_SHOWN),
        asking=sum(states.get(state, 0) for state in ASKING),
        pause=PauseMode(mode or PauseMode.NONE),
        paused_campaigns=list(
            run(select(campaign.c.slug).where(campaign.c.paused).order_by(campaign.c.slug)).scalars()
        ),
        paused_accounts=sorted(row.name for row in accounts if row.paused),
        to_reconnect=sorted(row.name for row in accounts if row.state == AccountState.RECONNECT),
        in_flight=run(select(func.count()).where(attempt.c.ended_utc.is_(None))).scalar_one(),
        processes=[
            ProcessRow(row.kind, row.host, row.pid, row.seen_utc, now - row.seen_utc < UP_WITHIN)
            for row in run(select(process).order_by(process.c.kind, process.c.started_utc))
        ],
    )


def _late(session: Session, since: datetime) -> int:
    """Read from the front of an index for each organisation: what lies ahead is not looked at."""
    of_one = select(func.count()).where(
        delivery.c.organisation_id == organisation.c.id, is_active(delivery), delivery.c.due_utc < since
    )
    counted = select(func.sum(of_one.scalar_subquery())).select_from(organisation)
    return session.execute(counted).scalar() or 0


def first_by_due(
    states: Collection[str], organisation_id: int, limit: int, *, latest: bool = False
) -> list[Select[int]]:
    """For each state a query of its first ids by due time, read from the front of one index: the first of
    all states are among them, however many deliveries there are."""
    by_due = (
        [delivery.c.due_utc.desc(), delivery.c.id.desc()] if latest else [delivery.c.due_utc, delivery.c.id]
    )
    return [
        select(
            select(delivery.c.id)
            .where(delivery.c.state == state, delivery.c.organisation_id == organisation_id)
            .order_by(*by_due)
            .limit(limit)
            .subquery()
            .c.id
        )
        for state in sorted(states)
    ]


def _earliest(session: Session, limit: int) -> list[int]:
    """Ids among which are the next deliveries of the whole install."""
    run = session.connection().execute
    organisations = run(select(organisation.c.id)).scalars().all()
    each = [query for one in organisations for query in first_by_due(ACTIVE, one, limit)]
    return list(run(union_all(*each)).scalars()) if each else []


def deliveries(
    session: Session,
    *,
    campaign: str | None = None,
    account: str | None = None,
    state: str | None = None,
    limit: int = 1000,
) -> list[DeliveryRow]:
    """Deliveries by the time they are due, the earliest first."""
    return listed(
        session,
        slug=campaign,
        account_name=account,
        state_in=[state] if state else None,
        limit=limit,
    )


def listed(
    session: Session,
    *,
    slug: str | None = None,
    account_name: str | None = None,
    state_in: Sequence[str] | None = None,
    limit: int,
    ids: Sequence[int] | None = None,
) -> list[DeliveryRow]:
    first = part.alias("first")
    query = (
        select(
            *delivery.c["id", "due_utc", "wall", "zone", "state", "reason"],
            campaign.c.slug,
            account.c.name,
            account.c.platform,
            first.c.payload,
            first.c.remote_url,
        )
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .join(account, account.c.id == delivery.c.account_id)
        .join(first, (first.c.delivery_id == delivery.c.id) & (first.c.place == 0))
        .order_by(delivery.c.due_utc, delivery.c.id)
        .limit(limit)
    )
    if slug:
        query = query.where(campaign.c.slug == slug)
    if account_name:
        query = query.where(account.c.name == account_name)
    if state_in:
        query = query.where(delivery.c.state.in_(state_in))
    if ids is not None:
        query = query.where(delivery.c.id.in_(ids))
    return [
        DeliveryRow(
            id=row.id,
            campaign=row.slug,
            account=row.name,
            platform=row.platform,
            due_utc=row.due_utc,
            wall=row.wall,
            zone=row.zone,
            state=row.state,
            reason=row.reason,
            text=excerpt(row.payload["text"]),
            url=row.remote_url,
        )
        for row in session.connection().execute(query)
    ]


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text, on one line, `most` characters at the most."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
