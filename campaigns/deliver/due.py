"""Which lanes have something to do: what the clock asks at every tick."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, or_, select

from campaigns.core.statements import Statement
from campaigns.core.wire import open_wire
from campaigns.models import AccountState
from campaigns.models.tables import account, campaign, delivery, is_active, leaves_to_do, pauses

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine, Select

_UNTIL: Any = bindparam("until")


def _due_lanes() -> Select[Any]:
    """A lane is named when its first delivery that may go can be looked at, when an urgent one can, or
    when something later can be prepared. What stands behind a delivery that waits is left out, and
    what is paused: else every tick would hand the lane over for nothing."""
    its_own = (
        delivery.c.account_id == account.c.id,
        is_active(delivery),
        leaves_to_do(delivery),
        ~pauses(account, delivery),
        ~select(pauses(campaign, delivery)).where(campaign.c.id == delivery.c.campaign_id).scalar_subquery(),
    )
    first = (
        select(delivery.c.wake_utc)
        .where(*its_own, ~delivery.c.urgent)
        .order_by(delivery.c.due_utc, delivery.c.id)
        .limit(1)
        .correlate(account)
        .scalar_subquery()
    )
    out_of_turn = exists(
        select(delivery.c.id)
        .where(*its_own, delivery.c.wake_utc <= _UNTIL)
        .where(or_(delivery.c.urgent, delivery.c.due_utc > _UNTIL))
        .correlate(account)
    )
    return (
        select(account.c.id)
        .where(
            account.c.state == AccountState.READY,
            account.c.lane_owner.is_(None),
            or_(account.c.not_before.is_(None), account.c.not_before <= _UNTIL),
            or_(account.c.breaker_until.is_(None), account.c.breaker_until <= _UNTIL),
            or_(first <= _UNTIL, out_of_turn),
        )
        .order_by(account.c.id)
    )


_DUE_LANES = Statement(_due_lanes())


def due_lanes(database: Engine, now: datetime, ahead: float) -> list[int]:
    """Accounts with a free lane and a delivery to look at within `ahead` seconds.

    Two probes of partial indexes an account: the rows that wait for next year cost nothing.
    """
    with open_wire(database) as wire:
        return [row.id for row in _DUE_LANES.rows(wire, until=now + timedelta(seconds=ahead))]
