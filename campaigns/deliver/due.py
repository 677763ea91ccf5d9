"""Which lanes have something to do: what the clock asks at every tick."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select

from campaigns.models import AccountState
from campaigns.models.tables import account, delivery, is_active

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

_UNTIL: Any = bindparam("until")
_DUE_LANES = (
    select(account.c.id)
    .where(
        account.c.state == AccountState.READY,
        ~account.c.paused,
        account.c.lane_owner.is_(None),
        or_(account.c.not_before.is_(None), account.c.not_before <= _UNTIL),
        or_(account.c.breaker_until.is_(None), account.c.breaker_until <= _UNTIL),
        select(delivery.c.id)
        .where(
            delivery.c.account_id == account.c.id,
            is_active(delivery),
            delivery.c.wake_utc <= _UNTIL,
        )
        .correlate(account)
        .exists(),
    )
    .order_by(account.c.id)
)


def due_lanes(database: Engine, now: datetime, ahead: float) -> list[int]:
    """Accounts with a free lane and a delivery to look at within `ahead` seconds.

    One probe of a partial index an account: the rows that wait for next year cost nothing.
    """
    with database.connect() as connection:
        until = now + timedelta(seconds=ahead)
        return list(connection.execute(_DUE_LANES, {"until": until}).scalars())
