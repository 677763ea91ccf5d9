"""Lanes of the dead: freed once it is sure that their owner can no longer send."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import bindparam, delete, select, update

from campaigns.core.db import writing
from campaigns.core.statements import Statement
from campaigns.core.wire import open_wire
from campaigns.core.words import N_
from campaigns.deliver.clock import JUMP
from campaigns.deliver.neighbours import LocalNeighbours
from campaigns.deliver.owner import Owner
from campaigns.models import State, check_arrow
from campaigns.models.tables import account, attempt, delivery, process

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.core.wire import Wire
    from campaigns.deliver.neighbours import Neighbours
    from config.settings import Settings

log = structlog.get_logger(__name__)

FORGET_PROCESSES_AFTER = timedelta(hours=1)


def sweep(database: Engine, settings: Settings, now: datetime, neighbours: Neighbours | None = None) -> int:
    """Frees the lanes whose owner is gone; what they had on the wire becomes `uncertain`.

    Call it only while the clock is steady. Returns how many lanes were freed.
    """
    neighbours = neighbours or LocalNeighbours(settings)
    with open_wire(database) as wire:
        stepped_back = _FROM_THE_FUTURE.scalar(wire, later=now + JUMP) is not None
        owned = _OWNED.rows(wire)
    if stepped_back:
        _make_older(database, settings, now)
    lanes: dict[str, list[Any]] = defaultdict(list)
    for row in owned:
        lanes[row.lane_owner].append(row)
    freed = 0
    for name, rows in lanes.items():
        gone = _gone(Owner.parse(name), rows, settings, now, neighbours)
        if gone:
            log.warning("sweep.owner_gone", owner=name, lanes=len(gone))
            with open_wire(database, writes=True) as wire:
                wake = now + timedelta(seconds=settings.quarantine)
                freed += sum(_free(wire, row, now, wake) for row in gone)
    return freed


def _gone(
    owner: Owner,
    lanes: Sequence[Any],
    settings: Settings,
    now: datetime,
    neighbours: Neighbours,
) -> list[Any]:
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


def _free(wire: Wire, lane: Any, now: datetime, wake: datetime) -> bool:
    freed = _FREE.run(
        wire, its_id=lane.id, its_owner=lane.lane_owner, its_fence=lane.lane_fence, its_until=lane.lane_until
    )
    if not freed:
        return False  # renewed or given back meanwhile
    _ON_THE_WIRE.run(wire, its_lane=lane.id, its_now=now, its_wake=wake)
    _LOST.run(wire, its_lane=lane.id, its_owner=lane.lane_owner, its_now=now)
    return True


_OWNED = Statement(
    select(*account.c["id", "lane_owner", "lane_fence", "lane_until"]).where(
        account.c.lane_owner.is_not(None)
    )
)
_FREE = Statement(
    update(account)
    .where(
        account.c.id == bindparam("its_id"),
        account.c.lane_owner == bindparam("its_owner"),
        account.c.lane_fence == bindparam("its_fence"),
        account.c.lane_until == bindparam("its_until"),
    )
    .values(lane_owner=None, lane_until=None, lane_fence=account.c.lane_fence + 1, lane_crashed=True)
)
_ON_THE_WIRE = Statement(
    update(delivery)
    .where(delivery.c.account_id == bindparam("its_lane"), delivery.c.state == State.SUBMITTING)
    .values(
        state=check_arrow(State.SUBMITTING, State.UNCERTAIN),
        reason=N_("The worker ended in the middle of the send."),
        unclear_utc=bindparam("its_now"),
        absences=0,
        wake_utc=bindparam("its_wake"),
    )
)
_LOST = Statement(
    update(attempt)
    .where(
        attempt.c.ended_utc.is_(None),
        attempt.c.owner == bindparam("its_owner"),
        attempt.c.account_id == bindparam("its_lane"),
    )
    .values(
        ended_utc=bindparam("its_now"), outcome="lost", detail=N_("The worker ended before the answer came.")
    )
)
_FUTURE = (delivery.c.state == State.UNCERTAIN, delivery.c.unclear_utc > bindparam("later"))
_FROM_THE_FUTURE = Statement(select(delivery.c.id).where(*_FUTURE).limit(1))
_MAKE_OLDER = Statement(
    update(delivery)
    .where(*_FUTURE)
    .values(unclear_utc=bindparam("its_unclear"), wake_utc=bindparam("its_wake"))
)


def _make_older(database: Engine, settings: Settings, now: datetime) -> None:
    """A question from the future: the wall clock went back since it arose, and nobody can say how old it is.

    It counts as too old for a key, which the platform may forget meanwhile; its quarantine begins anew."""
    with open_wire(database, writes=True) as wire:
        _MAKE_OLDER.run(
            wire,
            later=now + JUMP,
            its_unclear=now - timedelta(seconds=settings.reconcile_limit) - JUMP,
            its_wake=now + timedelta(seconds=settings.quarantine),
        )


def forget_processes(database: Engine, now: datetime) -> None:
    """Drops the rows of processes that have not been seen for an hour."""
    with writing(database) as connection:
        connection.execute(delete(process).where(process.c.seen_utc < now - FORGET_PROCESSES_AFTER))
