"""Lanes of the dead: freed once it is sure that their owner can no longer send."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import delete, select, update

from campaigns.core.db import writing
from campaigns.deliver.clock import JUMP
from campaigns.deliver.neighbours import LocalNeighbours
from campaigns.deliver.owner import Owner
from campaigns.models import State, check_arrow
from campaigns.models.tables import account, attempt, delivery, process

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection, Row

    from campaigns.deliver.neighbours import Neighbours
    from config.settings import Settings

log = structlog.get_logger(__name__)

FORGET_PROCESSES_AFTER = timedelta(hours=1)


def sweep(database: Engine, settings: Settings, now: datetime, neighbours: Neighbours | None = None) -> int:
    """Frees the lanes whose owner is gone; what they had on the wire becomes `uncertain`.

    Call it only while the clock is steady. Returns how many lanes were freed.
    """
    neighbours = neighbours or LocalNeighbours(settings)
    _after_a_step_back(database, settings, now)
    lanes: dict[str, list[Row[int, str, int, datetime]]] = defaultdict(list)
    with database.connect() as connection:
        for row in connection.execute(
            select(account.c.id, account.c.lane_owner, account.c.lane_fence, account.c.lane_until).where(
                account.c.lane_owner.is_not(None)
            )
        ):
            lanes[row.lane_owner].append(row)
    freed = 0
    for name, rows in lanes.items():
        gone = _gone(Owner.parse(name), rows, settings, now, neighbours)
        if gone:
            log.warning("sweep.owner_gone", owner=name, lanes=len(gone))
            with writing(database) as connection:
                freed += sum(
                    _free(connection, row, now, timedelta(seconds=settings.quarantine)) for row in gone
                )
    return freed


def _gone(
    owner: Owner,
    lanes: Sequence[Row[int, str, int, datetime]],
    settings: Settings,
    now: datetime,
    neighbours: Neighbours,
) -> list[Row[int, str, int, datetime]]:
    """Those of an owner's lanes from which it can surely send no more."""
    if not neighbours.sees(owner):
        # Its calls end before its lease does; one more deadline covers a clock that differs a little.
        grace = timedelta(seconds=settings.call_deadline)
        return [lane for lane in lanes if lane.lane_until + grace < now]
    if not neighbours.lives(owner):
        return list(lanes)
    expired = [lane for lane in lanes if lane.lane_until < now]
    if expired and neighbours.silence(owner) > settings.heartbeat_stale:
        # Stopped or stuck: it might wake up in the middle of a send, so it must not wake up.
        return list(lanes) if neighbours.end(owner) else []
    return expired


def _free(
    connection: Connection, lane: Row[int, str, int, datetime], now: datetime, quarantine: timedelta
) -> bool:
    freed = connection.execute(
        update(account)
        .where(
            account.c.id == lane.id,
            account.c.lane_owner == lane.lane_owner,
            account.c.lane_fence == lane.lane_fence,
            account.c.lane_until == lane.lane_until,
        )
        .values(lane_owner=None, lane_until=None, lane_fence=account.c.lane_fence + 1, lane_crashed=True)
    ).rowcount
    if not freed:
        return False  # renewed or given back meanwhile
    connection.execute(
        update(delivery)
        .where(delivery.c.account_id == lane.id, delivery.c.state == State.SUBMITTING)
        .values(
            state=check_arrow(State.SUBMITTING, State.UNCERTAIN),
            reason="The worker ended in the middle of the send.",
            unclear_utc=now,
            absences=0,
            wake_utc=now + quarantine,
        )
    )
    connection.execute(
        update(attempt)
        .where(
            attempt.c.ended_utc.is_(None),
            attempt.c.owner == lane.lane_owner,
            attempt.c.account_id == lane.id,
        )
        .values(ended_utc=now, outcome="lost", detail="The worker ended before the answer came.")
    )
    return True


def _after_a_step_back(database: Engine, settings: Settings, now: datetime) -> None:
    """A question from the future: the wall clock went back since it arose, and nobody can say how old it is.

    It counts as too old for a key, which the platform may forget meanwhile; its quarantine begins anew."""
    from_the_future = (delivery.c.state == State.UNCERTAIN, delivery.c.unclear_utc > now + JUMP)
    with database.connect() as connection:
        if connection.execute(select(delivery.c.id).where(*from_the_future).limit(1)).first() is None:
            return
    too_old = now - timedelta(seconds=settings.reconcile_limit) - JUMP
    wake = now + timedelta(seconds=settings.quarantine)
    with writing(database) as connection:
        connection.execute(
            update(delivery).where(*from_the_future).values(unclear_utc=too_old, wake_utc=wake)
        )


def forget_processes(database: Engine, now: datetime) -> None:
    """Drops the rows of processes that have not been seen for an hour."""
    with writing(database) as connection:
        connection.execute(delete(process).where(process.c.seen_utc < now - FORGET_PROCESSES_AFTER))
