"""The accounts as a person looks after them: how each is, and what waits on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from campaigns.models import ASKING, AccountState
from campaigns.models.tables import account, delivery, is_active
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlmodel import Session

    from campaigns.platforms.contract import Limits


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
    limits: Limits
    ends_utc: datetime | None  # when its key ends, unless connected again
    asked_to_wait: datetime | None  # until when the platform wants nothing more
    ailing_until: datetime | None  # when a platform that answers badly is tried again
    left: int | None  # posts that the platform's rate allows at this moment; None: no limit known


def account_list(session: Session, organisation_id: int, now: datetime) -> Sequence[AccountLine]:
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
    return [_line(row, asked.get(row.id, 0), now) for row in rows]


def _line(row: Row[Any], asking: int, now: datetime) -> AccountLine:
    limits = rules_of(row.platform).limits(row.limits)
    return AccountLine(
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
        asking=asking,
        limits=limits,
        ends_utc=row.expires_utc,
        asked_to_wait=_coming(row.not_before, now),
        ailing_until=_coming(row.breaker_until, now),
        left=_left(limits, row.rate_tat, now),
    )


def _coming(until: datetime | None, now: datetime) -> datetime | None:
    return until if until and until > now else None


def _left(limits: Limits, used_until: datetime | None, now: datetime) -> int | None:
    """`used_until` is the engine's own count: each post moves it on by what one post takes of the rate."""
    rate = limits.rate
    if rate is None:
        return None
    used = max(0.0, (used_until - now).total_seconds()) if used_until else 0.0
    return max(0, rate.posts - ceil(used * rate.posts / rate.seconds))
