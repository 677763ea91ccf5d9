"""What a person may do to a delivery; each leaves a line in the audit trail."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlmodel import col, select

from campaigns.core.errors import Conflict, Misuse
from campaigns.core.moments import utc_now
from campaigns.core.words import N_, Sentence
from campaigns.core.zones import resolve
from campaigns.models import (
    WAITING,
    Account,
    Audit,
    Delivery,
    Part,
    State,
    check_arrow,
    first_look,
    stopped,
)

if TYPE_CHECKING:
    from sqlmodel import Session

log = logging.getLogger(__name__)  # silent where nobody set up logs: commands leave their trace in the audit

LATEST = timedelta(days=5 * 366)
"""Nothing is moved further into the future than this."""

_OVER = {
    State.PUBLISHED: Sentence("it is out already"),
    State.SUBMITTING: Sentence("it is being sent at this moment"),
    State.UNCERTAIN: Sentence("its outcome is being looked up just now; wait for the answer"),
    State.CANCELLED: Sentence("it was cancelled"),
    State.FAILED: Sentence("it was refused"),
    State.PARTLY_OUT: Sentence("the rest of its thread was stopped"),
    State.NEEDS_PERSON: Sentence("nobody knows yet whether it is out; settle it first"),
}
_NOT_SENT = N_("Post %(post)s cannot be sent now: %(why)s.")
_NOT_MOVED = N_("Post %(post)s cannot be moved: %(why)s.")
_NOT_CANCELLED = N_("Post %(post)s cannot be cancelled: %(why)s.")
_NOT_SETTLED = N_("Post %(post)s cannot be settled: %(why)s.")
_LETS_GO = WAITING | {State.HELD, State.MISSED, State.FAILED, State.PARTLY_OUT}
_MOVABLE = WAITING | {State.HELD, State.MISSED}
_CANCELLABLE = WAITING | {State.HELD, State.MISSED, State.NEEDS_PERSON, State.FAILED, State.PARTLY_OUT}


def post_now(session: Session, delivery_id: int, person: str) -> Delivery:
    """Due at once, out of turn if need be: the clock finds it within a second."""
    delivery = _changing(session, delivery_id, _LETS_GO, _NOT_SENT)
    if delivery.unclear_utc is not None:
        raise Conflict(
            "Post %(post)s cannot be sent now: it was stopped while nobody knew whether "
            "part %(part)s of its thread is out, and sending the rest might double it.",
            post=str(delivery_id),
            part=delivery.cursor + 1,
        )
    if delivery.cursor:
        before = session.get_one(Part, (delivery.id, delivery.cursor - 1))
        if before.remote_id == before.remote_url:
            raise Conflict(
                "Post %(post)s cannot be sent now: the part before was found by a person, and "
                "a reply to it needs more than its address.",
                post=str(delivery_id),
            )
    now = utc_now()
    delivery.urgent = True
    _reschedule(session, delivery, now)
    _note(session, delivery, person, "post.now", "")
    return delivery


def post_all_now(session: Session, post_id: int, person: str) -> None:
    """A post on each account where it is planned; where it waits for somebody it goes on waiting."""
    planned = select(Delivery.id).where(Delivery.post_id == post_id, Delivery.state == State.SCHEDULED)
    for delivery_id in session.exec(planned).all():
        post_now(session, delivery_id, person)


def move(session: Session, delivery_id: int, wall: datetime, person: str) -> Delivery:
    """To another local time in its own zone; raises `Misuse` for a time that is past or absurdly far."""
    delivery = _changing(session, delivery_id, _MOVABLE, _NOT_MOVED)
    if delivery.cursor:
        raise Conflict(
            "Post %(post)s cannot be moved: part of its thread is out already.",
            post=str(delivery_id),
        )
    due = resolve(wall, delivery.zone).utc
    now = utc_now()
    if due < now:
        raise Misuse(
            "%(wall)s in %(zone)s is past; choose a later time, or post it now.",
            wall=f"{wall:%Y-%m-%d %H:%M}",
            zone=delivery.zone,
        )
    if due - now > LATEST:
        raise Misuse(
            "%(wall)s is more than five years away; choose an earlier time.", wall=f"{wall:%Y-%m-%d %H:%M}"
        )
    before, delivery.wall = delivery.wall, f"{wall:%Y-%m-%d %H:%M}"
    _reschedule(session, delivery, due)
    _note(session, delivery, person, "post.move", f"{before} -> {delivery.wall} {delivery.zone}")
    return delivery


def cancel(session: Session, delivery_id: int, person: str) -> Delivery:
    """Not to be sent; of a thread that has begun, its rest. One whose rest was stopped is put away."""
    delivery = _changing(session, delivery_id, _CANCELLABLE, _NOT_CANCELLED)
    before = State(delivery.state)
    put_away = before is State.PARTLY_OUT
    after = State.CANCELLED if put_away else stopped(State.CANCELLED, delivery.cursor)
    delivery.state = check_arrow(before, after)
    delivery.reason = (
        Sentence("%(reason)s Put away by %(person)s.", reason=delivery.reason, person=person)
        if put_away
        else Sentence("Cancelled by %(person)s.", person=person)
    )
    delivery.version += 1
    _note(session, delivery, person, "post.cancel", "")
    return delivery


def settle_live(session: Session, delivery_id: int, url: str, person: str) -> Delivery:
    """The part that nobody knew of is out, at this address."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise Misuse(
            "%(url)s is no web address; give the post's own, beginning with https://.", url=repr(url)
        )
    delivery = _changing(session, delivery_id, frozenset({State.NEEDS_PERSON}), _NOT_SETTLED)
    now = utc_now()
    part = session.get_one(Part, (delivery.id, delivery.cursor))
    part.remote_id, part.remote_url, part.out_utc = url, url, now
    session.add(part)
    delivery.cursor += 1
    delivery.unclear_utc = None
    delivery.attempts = delivery.marks = delivery.absences = 0
    parts = session.exec(select(Part.place).where(Part.delivery_id == delivery.id)).all()
    if delivery.cursor == len(parts):
        delivery.state = check_arrow(State.NEEDS_PERSON, State.PUBLISHED)
        delivery.published_utc = now
    else:
        delivery.state = check_arrow(State.NEEDS_PERSON, stopped(State.CANCELLED, delivery.cursor))
    delivery.reason = Sentence("%(person)s found it live.", person=person)
    if delivery.state == State.PARTLY_OUT:
        delivery.reason = Sentence(
            "%(person)s found it live. A reply needs more than an address, so the rest of its thread was "
            "stopped.",
            person=person,
        )
    delivery.version += 1
    _note(session, delivery, person, "post.settle", Sentence("live at %(url)s", url=url))
    return delivery


def settle_again(session: Session, delivery_id: int, person: str) -> Delivery:
    """The part that nobody knew of is not out: sent again, knowingly out of turn."""
    delivery = _changing(session, delivery_id, frozenset({State.NEEDS_PERSON}), _NOT_SETTLED)
    delivery.urgent = True
    _reschedule(session, delivery, utc_now())
    _note(session, delivery, person, "post.settle", N_("post it again"))
    return delivery


def account_reconnected(session: Session, account_id: int) -> None:
    """Fresh credentials: whatever the account was told to wait for is over."""
    account = session.get_one(Account, account_id)
    account.not_before = account.breaker_until = None
    account.breaker_failures = 0
    session.add(account)


def _changing(session: Session, delivery_id: int, allowed: frozenset[State], refusal: str) -> Delivery:
    query = select(Delivery).where(col(Delivery.id) == delivery_id).with_for_update(key_share=True)
    delivery = session.exec(query).first()
    if delivery is None:
        raise Misuse(
            "There is no post %(post)s; `beacon post list` shows those there are.",
            post=str(delivery_id),
        )
    if delivery.state not in allowed:
        why = _OVER.get(State(delivery.state), Sentence("there is no question about it"))
        raise Conflict(refusal, post=str(delivery_id), why=why)
    return delivery


def _reschedule(session: Session, delivery: Delivery, due: datetime) -> None:
    if delivery.state != State.SCHEDULED:
        delivery.state = check_arrow(State(delivery.state), State.SCHEDULED)
    parts = session.exec(select(Part).where(Part.delivery_id == delivery.id)).all()
    delivery.due_utc = due.astimezone(UTC)
    delivery.wake_utc = first_look(delivery.due_utc, with_media=any(part.payload["media"] for part in parts))
    delivery.reason = ""
    delivery.attempts = delivery.marks = delivery.absences = 0
    delivery.unclear_utc = None
    delivery.version += 1


def _note(session: Session, delivery: Delivery, person: str, action: str, detail: str) -> None:
    log.info(action, extra={"delivery": delivery.id, "person": person, "detail": detail})
    session.add(delivery)
    session.add(
        Audit(
            organisation_id=delivery.organisation_id,
            at_utc=utc_now(),
            person=person,
            action=action,
            subject=str(delivery.id),
            detail=detail,
        )
    )
