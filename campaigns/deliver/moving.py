"""What stands on the calendar goes to another time: a post, or one time of a post that recurs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from campaigns.core.errors import Conflict, Missing, Misuse
from campaigns.core.moments import iso_z
from campaigns.core.words import Sentence
from campaigns.core.zones import resolve, zone_names
from campaigns.deliver.entries import AT_ONCE, entries_of
from campaigns.models import EDITABLE, Delivery, State
from campaigns.models.tables import delivery
from campaigns.plan.editing import move_occurrence, move_posts, requeue_post
from campaigns.plan.timeline import ONCE, YEARS

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.core.findings import Finding
    from campaigns.deliver.entries import Entry
    from campaigns.plan.editing import Editor

_WHY_NOT = {
    State.PUBLISHED: Sentence("it is out already"),
    State.SUBMITTING: Sentence("it is being sent at this moment"),
    State.UNCERTAIN: Sentence("its outcome is being looked up just now"),
    State.NEEDS_PERSON: Sentence("nobody knows yet whether it is out; settle that first"),
    State.PARTLY_OUT: Sentence("part of its thread is out"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """`entry` as it stands now; None when `findings` hold a problem, and nothing was moved."""

    entry: Entry | None
    findings: list[Finding]


def own_delivery(session: Session, organisation_id: int, delivery_id: int) -> Delivery:
    """Raises `Missing` for another organisation's, as for none."""
    row = session.get(Delivery, delivery_id)
    if row is None or row.organisation_id != organisation_id:
        raise Missing("There is no such post on the calendar; it may have been removed.")
    return row


def move_entry(editor: Editor, delivery_id: int, to: datetime, zone: str, seen: datetime) -> Moved:
    """The post of this delivery, on all its accounts, to a naive wall time in `zone`; it keeps its own.

    `seen` is when it was due for whoever moves it. Raises `Conflict` when it is not any more, or can't be
    moved, and `Misuse` for a time that is none.
    """
    moment = _instant(to, zone)
    row = _seen_movable(editor, delivery_id, seen)
    own = moment.astimezone(ZoneInfo(row.zone)).replace(tzinfo=None)
    if row.occurrence == ONCE:
        edited = move_posts(editor, [row.post_id], to=own, zone=row.zone)
    else:
        day = date.fromisoformat(row.occurrence.partition("#")[0])
        edited = move_occurrence(editor, row.post_id, day, own, row.zone)
    if not edited.applied:
        return Moved(None, edited.findings)
    due = resolve(own, row.zone).utc
    found = entries_of(editor.session, {edited.posts[-1]}, due, due + AT_ONCE)
    return Moved(next(iter(found), None), edited.findings)


def requeue_entry(editor: Editor, delivery_id: int, to: datetime, zone: str, seen: datetime) -> Moved:
    """The post of this delivery goes back to its campaign's queue: to the slot at `to`, or the next free one
    when that is another's meanwhile. The arguments and what it raises are as for `move_entry`."""
    slot = _instant(to, zone)
    row = _seen_movable(editor, delivery_id, seen)
    edited = requeue_post(editor, row.post_id, slot)
    if not edited.applied:
        return Moved(None, edited.findings)
    due = editor.session.execute(select(delivery.c.due_utc).where(delivery.c.id == row.id)).scalar_one()
    found = entries_of(editor.session, {row.post_id}, due, due + AT_ONCE)
    return Moved(next(iter(found), None), edited.findings)


def _instant(to: datetime, zone: str) -> datetime:
    if zone not in zone_names() or to.year not in YEARS:
        raise Misuse("That is no time that can be planned; choose another day.")
    return resolve(to, zone).utc


def _seen_movable(editor: Editor, delivery_id: int, seen: datetime) -> Delivery:
    row = own_delivery(editor.session, editor.organisation_id, delivery_id)
    if iso_z(row.due_utc) != iso_z(seen):
        raise Conflict("Somebody has moved this post meanwhile; look at where it stands now, then move it.")
    _check_movable(editor.session, row)
    return row


def _check_movable(session: Session, row: Delivery) -> None:
    states = session.execute(
        select(delivery.c.state).where(delivery.c.post_id == row.post_id, delivery.c.due_utc == row.due_utc)
    ).scalars()
    for state in sorted(set(states) - EDITABLE - {State.CANCELLED}):
        raise Conflict("This post can't be moved: %(why_not)s.", why_not=_WHY_NOT[State(state)])
    if row.state == State.CANCELLED:
        raise Conflict("This post can't be moved: it was cancelled; bring it back first.")
