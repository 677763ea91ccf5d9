"""A campaign's queue as it stands: what waits in it, in order, with the slot that each post holds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.errors import Conflict, Missing
from campaigns.models import EDITABLE, WAITING, Campaign, State
from campaigns.models.tables import account, campaign, delivery, is_active, post
from campaigns.plan.collisions import CLOSE
from campaigns.plan.rows import spec_of
from campaigns.plan.slots import free_slots
from campaigns.plan.stored import TAKEN_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlmodel import Session

    from campaigns.plan.slots import SlotTime
    from campaigns.plan.spec import Slot

MOST_SHOWN = 200
"""Posts of a queue that are shown and may change places: as many as one edit takes."""


@dataclass(slots=True)
class Queued:
    id: int
    text: str
    due_utc: datetime
    zone: str
    accounts: dict[int, str] = field(default_factory=dict)  # by id
    close: list[str] = field(default_factory=list)  # accounts on which another post goes out within minutes


@dataclass(frozen=True, slots=True)
class Queue:
    posts: list[Queued]  # by slot; the first `MOST_SHOWN`
    total: int
    slots: tuple[Slot, ...]
    next_free: SlotTime | None


def queue_of(session: Session, its: Campaign, now: datetime) -> Queue:
    posts = _waiting(session, its.id, now)
    spec = spec_of(its, ())
    free = free_slots(spec, now, _held(session, its.id, now)) if spec.slots else iter(())
    shown = posts[:MOST_SHOWN]
    _tell_close(session, shown)
    return Queue(shown, len(posts), spec.slots, next(free, None))


def queues_of(session: Session, organisation_id: int, now: datetime) -> list[tuple[Campaign, Queue]]:
    """Of the campaigns that have days to come, by start."""
    its = session.exec(
        select_model(Campaign)
        .where(
            col(Campaign.organisation_id) == organisation_id,
            col(Campaign.removed_utc).is_(None),
            col(Campaign.ends) >= now.date(),
        )
        .order_by(col(Campaign.starts), col(Campaign.slug))
    ).all()
    coming = _with_slots_to_come(campaign.c.id, now).limit(1)
    used = set(session.execute(select(campaign.c.id).where(coming.correlate(campaign).exists())).scalars())
    return [
        (one, queue_of(session, one, now) if one.queue or one.id in used else Queue([], 0, (), None))
        for one in its
    ]


def missed_slots(session: Session, its: Campaign, now: datetime) -> list[int]:
    """Posts that wait still, though their slot has passed: by slot."""
    wanted = (
        select(delivery.c.post_id)
        .join(post, post.c.id == delivery.c.post_id)
        .where(
            delivery.c.campaign_id == its.id,
            delivery.c.from_queue,
            delivery.c.due_utc < now,
            delivery.c.state.in_(sorted(WAITING)),
            delivery.c.cursor == 0,
            ~delivery.c.urgent,
            post.c.at.is_(None),
            post.c.every.is_(None),
            post.c.removed_utc.is_(None),
        )
        .group_by(delivery.c.post_id)
        .order_by(func.min(delivery.c.due_utc), delivery.c.post_id)
    )
    return list(session.execute(wanted.limit(MOST_SHOWN)).scalars())


def placed(order: Sequence[int], post_id: int, before: int, to: int) -> list[int]:
    """The posts between two places of the queue, in their new order, once this one has moved; places are
    from 1, and beyond the last one is the last.

    Raises `Missing` when the post waits there no more, `Conflict` when it is not where it was seen.
    """
    if post_id not in order:
        raise Missing("This post waits in the queue no more; it may be out, or have a time of its own.")
    here = order.index(post_id) + 1
    if here != before:
        raise Conflict("The queue has changed since you opened it; look at it again, then move the post.")
    there = min(max(to, 1), len(order))
    rest = [number for number in order if number != post_id]
    moved = [*rest[: there - 1], post_id, *rest[there - 1 :]]
    first, last = min(here, there), max(here, there)
    return moved[first - 1 : last]


def _waiting(session: Session, campaign_id: int, now: datetime) -> list[Queued]:
    """Those of which every delivery may still change, and none is due."""
    rows = session.execute(
        select(
            *delivery.c["post_id", "account_id", "due_utc", "zone", "state", "cursor", "reason"],
            post.c.text,
            account.c.name,
        )
        .join(post, post.c.id == delivery.c.post_id)
        .join(account, account.c.id == delivery.c.account_id)
        .where(*_queued(campaign_id), delivery.c.post_id.in_(_with_slots_to_come(campaign_id, now)))
        .order_by(delivery.c.due_utc, post.c.place, account.c.name)
    )
    found: dict[int, Queued] = {}
    begun = set()
    for row in rows:
        if row.state == State.CANCELLED and row.reason == TAKEN_OUT:
            continue
        if row.state not in EDITABLE or row.cursor or row.due_utc <= now:
            begun.add(row.post_id)
        one = found.setdefault(row.post_id, Queued(row.post_id, row.text, row.due_utc, row.zone))
        one.accounts[row.account_id] = row.name
    return [one for one in found.values() if one.id not in begun]


def _queued(campaign_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        delivery.c.campaign_id == campaign_id,
        post.c.at.is_(None),
        post.c.every.is_(None),
        post.c.removed_utc.is_(None),
    )


def _with_slots_to_come(campaign_id: int | ColumnElement[int], now: datetime) -> Select[tuple[int]]:
    return select(delivery.c.post_id).where(
        delivery.c.campaign_id == campaign_id, delivery.c.from_queue, delivery.c.due_utc > now
    )


def _held(session: Session, campaign_id: int, now: datetime) -> set[datetime]:
    taken_out = and_(delivery.c.state == State.CANCELLED, delivery.c.reason == TAKEN_OUT)
    held = (
        select(delivery.c.due_utc)
        .join(post, post.c.id == delivery.c.post_id)
        .where(*_queued(campaign_id), delivery.c.due_utc >= now, ~taken_out)
    )
    return set(session.execute(held).scalars())


def _tell_close(session: Session, posts: Sequence[Queued]) -> None:
    """Marks those that meet another post within minutes on the same account."""
    if not posts:
        return
    lanes: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    others = (
        select(delivery.c.account_id, delivery.c.due_utc, delivery.c.post_id)
        .where(
            delivery.c.account_id.in_({number for one in posts for number in one.accounts}),
            is_active(delivery),
            delivery.c.due_utc.between(posts[0].due_utc - CLOSE, posts[-1].due_utc + CLOSE),
        )
        .order_by(delivery.c.due_utc, delivery.c.post_id)
    )
    for account_id, due, post_id in session.execute(others):
        lanes[account_id].append((due, post_id))
    for one in posts:
        for number, name in one.accounts.items():
            lane = lanes[number]
            first = bisect_left(lane, (one.due_utc - CLOSE, 0))
            last = bisect_right(lane, one.due_utc + CLOSE, key=lambda other: other[0])
            if any(post_id != one.id for _, post_id in lane[first:last]):
                one.close.append(name)
