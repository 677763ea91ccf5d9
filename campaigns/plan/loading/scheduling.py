"""Deliveries into the database: new ones, changed ones, cancelled ones; thousands in a few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from campaigns.core.upsert import insert_if_absent
from campaigns.models import Delivery, State, check_arrow, first_look, stopped
from campaigns.models.tables import delivery, part
from campaigns.plan.loading.values import delivery_values, part_rows
from campaigns.plan.stored import TAKEN_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.plan.planning import Entry
    from campaigns.plan.stored import Stored, StoredDelivery

_UNTRIED: dict[str, Any] = {"attempts": 0, "marks": 0, "absences": 0, "unclear_utc": None, "reason": ""}
_FRESH: dict[str, Any] = {**_UNTRIED, "cursor": 0, "fence": 0, "version": 1, "state": State.SCHEDULED.value}

_REWRITE = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("wall", "zone", "from_queue", "due_utc", "wake_utc")}
        | {name: bindparam(f"new_{name}") for name in ("essential", "urgent", "late_within", "late_then")}
        | {name: bindparam(f"new_{name}") for name in ("state", "reason")}
        | {"attempts": 0, "marks": 0, "absences": 0, "unclear_utc": None, "version": delivery.c.version + 1}
    )
)
_CANCEL = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(state=bindparam("its_state"), reason=bindparam("its_reason"), version=delivery.c.version + 1)
)


def schedule(
    session: Session,
    organisation_id: int,
    campaign_id: int,
    entries: Sequence[Entry],
    post_ids: Mapping[int, int],
    media_ids: Mapping[str, int],
) -> int:
    """Makes the deliveries that aren't there yet, with their parts; returns how many.

    `post_ids` are by place in the file. Another process may make the same ones at the same time.
    """
    rows = {}
    for entry in entries:
        post_id = post_ids[entry.planned.post.place]
        rows[post_id, entry.account.id, entry.planned.occurrence] = {
            "organisation_id": organisation_id,
            "campaign_id": campaign_id,
            "post_id": post_id,
            "account_id": entry.account.id,
            "occurrence": entry.planned.occurrence,
            "wake_utc": _first_look(entry),
            **delivery_values(entry),
            **_FRESH,
        }
    made = insert_if_absent(
        session, Delivery, list(rows.values()), returning=("post_id", "account_id", "occurrence", "id")
    )
    numbers = {(post, account, occurrence): number for post, account, occurrence, number in made}
    parts = [
        row
        for entry, key in zip(entries, rows, strict=True)
        if key in numbers
        for row in part_rows(organisation_id, numbers[key], entry.writing.payloads(media_ids))
    ]
    if parts:
        session.execute(insert(part), parts)
    return len(numbers)


def rewrite(
    session: Session, organisation_id: int, entries: Iterable[Entry], media_ids: Mapping[str, int]
) -> None:
    """Brings deliveries of which nothing is out to what their entry says, as if they had never been tried."""
    updates: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for entry in entries:
        if (row := entry.row) is None:
            continue
        state, reason, wake = _standing(entry, row)
        wanted = {**delivery_values(entry), "state": state, "reason": reason, "wake_utc": wake}
        updates.append({"its_id": row.id, **{f"new_{name}": value for name, value in wanted.items()}})
        parts.extend(part_rows(organisation_id, row.id, entry.writing.payloads(media_ids)))
    if not updates:
        return
    updates.sort(key=lambda values: values["its_id"])
    session.execute(_REWRITE, updates, execution_options={"synchronize_session": False})
    session.execute(
        delete(part).where(part.c.delivery_id == bindparam("its_id")),
        [{"its_id": values["its_id"]} for values in updates],
    )
    session.execute(insert(part), parts)


def take_out(session: Session, rows: Iterable[StoredDelivery], reason: str = TAKEN_OUT) -> None:
    """Cancels what waits; of a thread that has begun, what is out stays and the rest is stopped."""
    updates = [
        {
            "its_id": row.id,
            "its_reason": reason,
            "its_state": check_arrow(row.state, stopped(State.CANCELLED, row.cursor)).value,
        }
        for row in sorted(rows, key=lambda row: row.id)
    ]
    if updates:
        session.execute(_CANCEL, updates)


def read_payloads(session: Session, stored: Stored) -> dict[int, list[dict[str, Any]]]:
    """What the parts of the posts' deliveries say, in order, by delivery."""
    found: dict[int, list[dict[str, Any]]] = {}
    wanted = (
        select(part.c.delivery_id, part.c.payload)
        .join(delivery, delivery.c.id == part.c.delivery_id)
        .where(delivery.c.campaign_id == stored.campaign.id)
        .order_by(part.c.delivery_id, part.c.place)
    )
    if stored.beyond is not None:
        wanted = wanted.where(delivery.c.post_id.in_([post.id for post in stored.posts]))
    for number, payload in session.execute(wanted):
        found.setdefault(number, []).append(payload)
    return found


def _standing(entry: Entry, row: StoredDelivery) -> tuple[str, str, Any]:
    """State, reason and next look of a delivery that was edited: only another time wakes what was held."""
    moved = row.due_utc != entry.planned.due_utc
    if row.state is State.SCHEDULED:
        return State.SCHEDULED, row.reason, _first_look(entry)
    if moved or row.taken_out:
        return check_arrow(row.state, State.SCHEDULED).value, "", _first_look(entry)
    return row.state.value, row.reason, row.wake_utc


def _first_look(entry: Entry) -> datetime:
    return first_look(entry.planned.due_utc, with_media=bool(entry.planned.post.media))
