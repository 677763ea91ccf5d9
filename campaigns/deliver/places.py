"""Where the calendar's posts stand, as SQL: by the moment each is due, once however many accounts it has.

Unless a state or a language is asked for, all is read from one index, in its order: so a month of
thousands of deliveries is counted without touching one of them. What was cancelled is therefore looked up
first, and left out by name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, and_, column, func, or_, select, tuple_, values

from campaigns.core.moments import UtcDateTime
from campaigns.models import State
from campaigns.models.tables import delivery, post

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlmodel import Session

    from campaigns.deliver.calendar import Narrowed

    Moment = datetime | ColumnElement[datetime]
    Place = tuple[datetime, int]
    """Where an entry stands: the moment it is due, and its post."""

MOST_BY_NAME = 1000
"""A statement takes so many names; where more was cancelled, each delivery is looked at instead."""


def places(narrowed: Narrowed, since: Moment, until: Moment | None = None) -> Select[tuple[datetime, int]]:
    """The moments and posts there are from `since` until before `until`."""
    wanted = select(delivery.c.due_utc, delivery.c.post_id).distinct()
    return wanted.where(
        delivery.c.organisation_id == narrowed.organisation_id,
        delivery.c.due_utc >= since,
        *([delivery.c.due_utc < until] if until is not None else []),
        *_conditions(narrowed),
    )


def counted(wanted: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(wanted.subquery())


def all_at_once(
    narrowed: Narrowed, stretches: Sequence[tuple[datetime, datetime]], shown: int
) -> Select[Any]:
    """A row for each stretch of time, in order: its number, since when, how many stand there (`total`) and
    the posts of the first of them, None for lack of any."""
    stretch = (
        values(column("number", Integer), column("since", UtcDateTime), column("until", UtcDateTime))
        .data([(number, *bounds) for number, bounds in enumerate(stretches)])
        .cte("stretch")
    )
    there = places(narrowed, stretch.c.since, stretch.c.until).correlate(stretch)
    in_order = there.order_by(delivery.c.due_utc, delivery.c.post_id)
    nth = [
        select(in_order.limit(1).offset(place).subquery().c.post_id).scalar_subquery()
        for place in range(shown)
    ]
    return select(stretch.c.since, counted(there).scalar_subquery().label("total"), *nth).order_by(
        stretch.c.number
    )


def cancelled(session: Session, organisation_id: int, since: datetime, until: datetime) -> list[Place]:
    """What was cancelled on each of its accounts: nobody plans around it."""
    gone = Counter(
        (row.due_utc, row.post_id)
        for row in session.execute(
            select(delivery.c.due_utc, delivery.c.post_id).where(
                delivery.c.state == State.CANCELLED,
                delivery.c.organisation_id == organisation_id,
                delivery.c.due_utc >= since,
                delivery.c.due_utc < until,
            )
        )
    )
    if not gone:
        return []
    accounts = session.execute(
        select(delivery.c.due_utc, delivery.c.post_id, func.count().label("accounts"))
        .where(
            delivery.c.post_id.in_({post_id for _, post_id in gone}),
            delivery.c.due_utc >= since,
            delivery.c.due_utc < until,
        )
        .group_by(delivery.c.due_utc, delivery.c.post_id)
    )
    return [
        (row.due_utc, row.post_id) for row in accounts if gone.get((row.due_utc, row.post_id)) == row.accounts
    ]


def _conditions(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if narrowed.campaign_ids is not None:
        conditions.append(delivery.c.campaign_id.in_(narrowed.campaign_ids))
    if narrowed.removed_ids:
        conditions.append(delivery.c.campaign_id.not_in(narrowed.removed_ids))
    if narrowed.account_id is not None:
        conditions.append(delivery.c.account_id == narrowed.account_id)
    if narrowed.state is not None:
        conditions.append(delivery.c.state == narrowed.state)
    elif len(narrowed.left_out) > MOST_BY_NAME:
        conditions.append(delivery.c.state != State.CANCELLED)
    elif narrowed.left_out:
        conditions.append(tuple_(delivery.c.due_utc, delivery.c.post_id).not_in(narrowed.left_out))
    if narrowed.language:
        conditions.append(delivery.c.post_id.in_(_in_language(narrowed)))
    return conditions


def _in_language(narrowed: Narrowed) -> Select[tuple[int]]:
    """A post that names no language is in its campaign's first."""
    return select(post.c.id).where(
        post.c.organisation_id == narrowed.organisation_id,
        or_(
            post.c.language == narrowed.language,
            and_(post.c.language.is_(None), post.c.campaign_id.in_(narrowed.language_of)),
        ),
    )
