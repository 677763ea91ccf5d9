"""The install in figures, for monitoring: cheap however much is planned, and of all processes at once.

What stands is read from the front of partial indexes; what happened was counted where it happened.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from campaigns.deliver.overview import LATE_AFTER, UP_WITHIN
from campaigns.models import ACTIVE, INSTALL, AccountState, PauseMode
from campaigns.models.tables import (
    account,
    alert,
    attempt,
    campaign,
    control,
    delivery,
    organisation,
    process,
    tally,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.selectable import NamedFromClause
    from sqlmodel import Session

EXPIRING_SHOWN = 50
"""At most this many accounts are named, those first whose credentials end first."""

EXPIRES_WITHIN = timedelta(days=60)

SHARE = 100
"""Counting everything takes at most this part of the time: a second's count lasts for a hundred seconds."""

Counted = dict[str, int]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The accounts of one platform."""

    platform: str
    states: Mapping[str, int]
    held: int  # somebody walks the lane just now
    breakers_open: int
    waiting: int  # the platform asked to wait
    paused: int


@dataclass(frozen=True, slots=True)
class Figures:
    at_utc: datetime
    states: Mapping[str, int]  # deliveries
    due: int
    late: int
    oldest_due_utc: datetime | None
    in_flight: int
    lanes: Sequence[Lanes]
    pause: PauseMode
    paused_campaigns: int
    up: Mapping[str, int]  # processes by kind
    lacking: Mapping[str, int]  # processes that are up, by what they cannot reach
    last_tick_utc: datetime | None
    expiring: Sequence[tuple[str, str, datetime]]  # platform, account, when its credentials end
    alerts: Mapping[str, int]
    counted: Mapping[str, Mapping[str, float]]  # see `deliver.tally`


class Census:
    """Counts deliveries by state: the one figure that costs more the more there are, so not every time."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._counted: Counted = {}
        self._again = float("-inf")

    def counted(self, session: Session) -> Counted:
        began = self._seconds()
        if began >= self._again:
            self._counted = _by_state(session, delivery)
            ended = self._seconds()
            self._again = ended + (ended - began) * SHARE
        return self._counted


def figures(session: Session, now: datetime, census: Census) -> Figures:
    """Reads as much as there are accounts, processes and posts due; not as there are posts."""
    run = session.connection().execute
    mode = run(select(control.c.mode).where(control.c.scope == INSTALL)).scalar()
    due, late, oldest = _due(session, now)
    seen = run(select(process)).all()
    up = [row for row in seen if now - row.seen_utc < UP_WITHIN]
    counted: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in run(select(tally)):
        counted[row.name][row.label] = row.value
    return Figures(
        at_utc=now,
        states=census.counted(session),
        due=due,
        late=late,
        oldest_due_utc=oldest,
        in_flight=run(select(func.count()).where(attempt.c.ended_utc.is_(None))).scalar_one(),
        lanes=_lanes(session, now),
        pause=PauseMode(mode or PauseMode.NONE),
        paused_campaigns=run(select(func.count()).where(campaign.c.paused)).scalar_one(),
        up=_many(row.kind for row in up),
        lacking=_many(row.lacks for row in up if row.lacks),
        last_tick_utc=max((row.ticked_utc for row in seen if row.ticked_utc), default=None),
        expiring=_expiring(session, now),
        alerts=_by_state(session, alert),
        counted=counted,
    )


def _due(session: Session, now: datetime) -> tuple[int, int, datetime | None]:
    """Through the index by state, organisation and time: only what is due is read. An organisation at a
    time, since a planner that joins them reads all that is planned."""
    run = session.connection().execute
    late = func.sum(case((delivery.c.due_utc < now - LATE_AFTER, 1), else_=0))
    of_one = select(func.count(), late, func.min(delivery.c.due_utc)).where(
        delivery.c.state.in_(sorted(ACTIVE)), delivery.c.due_utc <= now
    )
    found = [
        run(of_one.where(delivery.c.organisation_id == one)).one()
        for one in run(select(organisation.c.id)).scalars().all()
    ]
    oldest = min((row[2] for row in found if row[2]), default=None)
    return sum(row[0] for row in found), sum(row[1] or 0 for row in found), oldest


def _lanes(session: Session, now: datetime) -> list[Lanes]:
    def many(true: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((true, 1), else_=0))

    rows = session.connection().execute(
        select(
            account.c.platform,
            account.c.state,
            func.count(),
            many(account.c.lane_owner.is_not(None)),
            many(account.c.breaker_until > now),
            many(account.c.not_before > now),
            many(account.c.paused),
        )
        .where(account.c.state != AccountState.REMOVED)
        .group_by(account.c.platform, account.c.state)
        .order_by(account.c.platform)
    )
    platforms: defaultdict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for platform, state, *counts in rows:
        platforms[platform].append((state, tuple(counts)))
    return [
        Lanes(
            platform,
            {state: counts[0] for state, counts in found},
            *(sum(counts[which] for _, counts in found) for which in range(1, 5)),
        )
        for platform, found in platforms.items()
    ]


def _expiring(session: Session, now: datetime) -> list[tuple[str, str, datetime]]:
    rows = session.connection().execute(
        select(account.c.platform, account.c.name, account.c.expires_utc)
        .where(account.c.state == AccountState.READY, account.c.expires_utc < now + EXPIRES_WITHIN)
        .order_by(account.c.expires_utc)
        .limit(EXPIRING_SHOWN)
    )
    return [(row.platform, row.name, row.expires_utc) for row in rows]


def _by_state(session: Session, table: NamedFromClause) -> dict[str, int]:
    counted = session.connection().execute(select(table.c.state, func.count()).group_by(table.c.state))
    return {row[0]: row[1] for row in counted}


def _many(found: Iterable[str]) -> dict[str, int]:
    return dict(Counter(found))
