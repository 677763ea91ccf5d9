"""Whether the agendas still say what comes first: one question a second for all lanes of an engine.

Reading an agenda is what costs most. So a lane keeps its own until it is used up, an intent is refused, or
this look shows something that it does not have: a post that was put in before the others, an urgent one,
another token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from campaigns.core.statements import Statement, among
from campaigns.core.wire import open_wire
from campaigns.models.tables import account, campaign, delivery, is_active, pauses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

EVERY = 1.0
"""Seconds between two looks: how soon what is urgent is noticed in a lane that is busy."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Delivery ids: the lane's first one, and its first urgent one; None where there is none."""

    account_id: int
    credentials_version: int
    first: int | None
    urgent: int | None


def glance(database: Engine, account_ids: Sequence[int], until: datetime) -> list[Glance]:
    """What each lane looks like, of all that is due before `until`."""
    with open_wire(database) as wire:
        rows = _GLANCE.rows(wire, ids=list(account_ids), until=until)
        return [Glance(row.id, row.credentials_version, row.first, row.urgent) for row in rows]


def _first(*conditions: Any) -> Any:
    return (
        select(delivery.c.id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            delivery.c.account_id == account.c.id,
            is_active(delivery),
            delivery.c.due_utc <= bindparam("until"),
            ~pauses(campaign, delivery),
            ~pauses(account, delivery),
            *conditions,
        )
        .order_by(delivery.c.due_utc, delivery.c.id)
        .limit(1)
        .correlate(account)
        .scalar_subquery()
    )


_GLANCE = Statement(
    select(
        *account.c["id", "credentials_version"],
        _first().label("first"),
        _first(delivery.c.urgent).label("urgent"),
    ).where(among(account.c.id, "ids"))
)
