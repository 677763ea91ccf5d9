"""The accounts as a person looks after them: how each is, and what waits on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from campaigns.models import ASKING, AccountState
from campaigns.models.tables import account, delivery, is_active

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class AccountLine:
    name: str
    platform: str
    server: str
    handle: str
    state: str  # an `AccountState`, never `removed`
    reason: str  # why it must be connected again
    paused: bool
    spares_essential: bool  # its pause lets essential posts pass
    coming: int  # deliveries that still go out by themselves
    next_utc: datetime | None  # when the first of them is due
    asking: int  # deliveries that wait for a person


def account_list(session: Session, organisation_id: int) -> Sequence[AccountLine]:
    """Every account that was not removed, by name. Reads the lanes' index, and those that ask."""
    run = session.connection().execute
    mine = delivery.c.organisation_id == organisation_id
    asking = run(
        select(delivery.c.account_id, func.count())
        .where(delivery.c.state.in_(sorted(ASKING)), mine)
        .group_by(delivery.c.account_id)
    )
    asked = {account_id: count for account_id, count in asking}  # noqa: C416 - dict() does not take rows
    lane = is_active(delivery), delivery.c.account_id == account.c.id
    rows = run(
        select(
            account,
            select(func.count()).where(*lane).scalar_subquery().label("coming"),
            select(func.min(delivery.c.due_utc)).where(*lane).scalar_subquery().label("next_utc"),
        )
        .where(account.c.organisation_id == organisation_id, account.c.state != AccountState.REMOVED)
        .order_by(account.c.name)
    )
    return [
        AccountLine(
            name=row.name,
            platform=row.platform,
            server=row.server,
            handle=row.handle,
            state=row.state,
            reason=row.state_reason,
            paused=row.paused,
            spares_essential=row.pause_spares_essential,
            coming=row.coming,
            next_utc=row.next_utc,
            asking=asked.get(row.id, 0),
        )
        for row in rows
    ]
