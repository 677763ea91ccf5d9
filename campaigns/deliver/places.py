"""Where the calendar's posts stand, as SQL: by the moment each is due, once however many accounts it has.

Unless a state or a language is asked for, all is read from one index, in its order: so a month of
thousands of deliveries is counted without touching one of them. What was cancelled, which is little, is
therefore looked up first: it is taken off what is counted, and passed over in what is shown.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select

from campaigns.deliver.stretches import as_list
from campaigns.models import State
from campaigns.models.tables import delivery, post

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import CTE, ColumnElement, Dialect, Select
    from sqlmodel import Session

    from campaigns.deliver.calendar import Narrowed

    Moment = datetime | ColumnElement[datetime]
    Place = tuple[datetime, int]
    """Where an entry stands: the moment it is due, and its post."""


def places(
    narrowed: Narrowed, since: Moment, until: Moment | None = None, *, standing: bool = False
) -> Select[tuple[datetime, int]]:
    """The moments and posts there are from `since` until before `until`; with `standing` only those that
    were not cancelled on each of their accounts, which takes a look at each."""
    wanted = select(delivery.c.due_utc, delivery.c.post_id).distinct()
    return wanted.where(
        delivery.c.organisation_id == narrowed.organisation_id,
        delivery.c.due_utc >= since,
        *([delivery.c.due_utc < until] if until is not None else []),
        *_conditions(narrowed),
        *([_stands()] if standing else []),
    )


def counted(wanted: Select[Any]) -> Select[int]:
    return select(func.count()).select_from(wanted.subquery())


def all_at_once(
    narrowed: Narrowed, dialect: Dialect, stretch: CTE, shown: int, *, standing: bool
) -> Select[Any]:
    """A row for each stretch of time, in order: since when, how many there are (`total`, whether they stand
    or not) and the posts of the first of them, in order (`firsts`, a list or None)."""
    there = places(narrowed, stretch.c.since, stretch.c.until).correlate(stretch)
    first = places(narrowed, stretch.c.since, stretch.c.until, standing=standing).correlate(stretch)
    in_order = first.order_by(delivery.c.due_utc, delivery.c.post_id).limit(shown).subquery()
    return select(
        stretch.c.since,
        counted(there).scalar_subquery().label("total"),
        select(as_list(dialect, in_order.c.post_id)).scalar_subquery().label("firsts"),
    ).order_by(stretch.c.number)


def cancelled(session: Session, narrowed: Narrowed, since: datetime, until: datetime) -> list[Place]:
    """What was cancelled on each of its accounts, of what is looked for: nobody plans around it."""
    if narrowed.state is not None:
        return []
    between = (delivery.c.due_utc >= since, delivery.c.due_utc < until)
    gone = Counter(
        (row.due_utc, row.post_id)
        for row in session.execute(
            select(delivery.c.due_utc, delivery.c.post_id).where(
                delivery.c.state == State.CANCELLED,
                delivery.c.organisation_id == narrowed.organisation_id,
                *between,
            )
        )
    )
    if not gone:
        return []
    theirs = delivery.c.post_id.in_({post_id for _, post_id in gone})
    accounts = session.execute(
        select(delivery.c.due_utc, delivery.c.post_id, func.count().label("accounts"))
        .where(theirs, *between)
        .group_by(delivery.c.due_utc, delivery.c.post_id)
    )
    everywhere = {
        (row.due_utc, row.post_id) for row in accounts if gone.get((row.due_utc, row.post_id)) == row.accounts
    }
    if narrower := _conditions(narrowed):
        looked_for = select(delivery.c.due_utc, delivery.c.post_id).where(theirs, *between, *narrower)
        everywhere &= {(row.due_utc, row.post_id) for row in session.execute(looked_for)}
    return sorted(everywhere)


def _stands() -> ColumnElement[bool]:
    """On one of its accounts at least it was not cancelled."""
    share = delivery.alias("share")
    return exists().where(
        share.c.post_id == delivery.c.post_id,
        share.c.due_utc == delivery.c.due_utc,
        share.c.state != State.CANCELLED,
    )


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
