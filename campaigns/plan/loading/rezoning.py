"""New time zone rules: a wall time stays what the author wrote, and its instant follows."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from campaigns.core.db import writing
from campaigns.core.zones import resolve
from campaigns.models import State
from campaigns.models.tables import delivery

if TYPE_CHECKING:
    from sqlalchemy import Engine

PORTION = 5000
"""Deliveries looked at in one go, so that neither memory nor a transaction grows with the plan."""

_WAITING = (
    select(*delivery.c["id", "version", "wall", "zone", "due_utc", "wake_utc"])
    .where(
        delivery.c.id > bindparam("after"),
        delivery.c.state == State.SCHEDULED,
        delivery.c.due_utc > bindparam("now"),
    )
    .order_by(delivery.c.id)
    .limit(PORTION)
)
_MOVE = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("its_id"),
        delivery.c.version == bindparam("its_version"),
        delivery.c.state == State.SCHEDULED,
    )
    .values(due_utc=bindparam("its_due"), wake_utc=bindparam("its_wake"), version=delivery.c.version + 1)
)


def apply_new_zone_rules(database: Engine, now: datetime) -> int:
    """Moves what waits where its zone's rules are no longer those it was planned by; returns how many.

    A process keeps the rules it started with, so once in its life is enough. May run in several at once.
    """
    due_at = cache(lambda wall, zone: resolve(datetime.fromisoformat(wall), zone).utc)
    moved, after = 0, 0
    while True:
        with database.connect() as connection:
            rows = connection.execute(_WAITING, {"after": after, "now": now}).all()
        changes = [
            {"its_id": row.id, "its_version": row.version, "its_due": due, "its_wake": row.wake_utc + later}
            for row in rows
            for due in (due_at(row.wall, row.zone),)
            if (later := due - row.due_utc)
        ]
        if changes:
            with writing(database) as connection:
                connection.execute(_MOVE, changes)
        moved += len(changes)
        if len(rows) < PORTION:
            return moved
        after = rows[-1].id
