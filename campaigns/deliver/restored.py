"""After a restore: what may have gone out since the backup is a question, and nothing is sent blindly.

The backup knows nothing of what happened after it was made. So everything that was due by the time it was
put back becomes `uncertain`, as if it had been sent and its answer lost: the engine looks it up where the
platform can be read, replays it under its key, or asks a person. Meanwhile the install is paused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, bindparam, exists, func, insert, select, update

from campaigns.core.db import writing
from campaigns.core.errors import Conflict
from campaigns.core.moments import iso_z
from campaigns.core.words import N_, Counted, Sentence
from campaigns.models import ACTIVE, INSTALL, AttemptKind, PauseMode, State, check_arrow
from campaigns.models.tables import account, attempt, audit, control, delivery, part, restoration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.engine import Connection, Row

    AnyRow: TypeAlias = Row[*tuple[Any, ...]]

FENCES_APART = 1_000_000
"""So far a restore moves every lane's fence: whoever held a lane before never holds the same one again."""

THREADS_WAIT = timedelta(minutes=10)
"""How long `resume` waits for a thread to be looked up, before a person is asked about it."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What a restore made of the deliveries."""

    made_utc: datetime
    asked: int  # that may have gone out since


def put_back(connection: Connection, made: datetime, now: datetime, person: str) -> PutBack:
    """Pauses the install and asks about everything that may have gone out between `made` and `now`.

    For a database that has just been brought back to what it was at `made`, before anything works on it.
    """
    last = connection.execute(select(func.coalesce(func.max(delivery.c.id), 0))).scalar_one()
    connection.execute(
        insert(restoration).values(made_utc=made, at_utc=now, person=person, last_delivery=last)
    )
    connection.execute(
        update(account).values(
            lane_owner=None,
            lane_until=None,
            lane_fence=account.c.lane_fence + FENCES_APART,
            lane_crashed=False,
        )
    )
    connection.execute(
        update(attempt)
        .where(attempt.c.ended_utc.is_(None))
        .values(ended_utc=now, outcome="lost", detail=N_("The database was put back before the answer came."))
    )
    _pause(connection, now, person)
    connection.execute(
        insert(audit).values(
            at_utc=now,
            person=person,
            action="install.restore",
            subject="everything",
            detail=f"to {iso_z(made)}",
        )
    )
    return PutBack(made, ask(connection, now))


def ask_on(database: Engine, now: datetime) -> int:
    """For the clock, until somebody resumes: a thread's next part comes into doubt when the one before was
    found, and a campaign that is loaded again brings posts that may be out. Nothing to write, as a rule."""
    with database.connect() as connection:
        if connection.execute(_UNSETTLED).first() is None:
            return 0
    with writing(database) as connection:
        return ask(connection, now)


def ask(connection: Connection, now: datetime) -> int:
    """Makes a question of whatever an unsettled restore leaves in doubt; returns how many were new."""
    doubt = _unsettled(connection)
    if doubt is None:
        return 0
    rows = connection.execute(
        select(
            *delivery.c["id", "organisation_id", "account_id", "cursor", "state", "fence"],
            part.c.key,
        )
        .join(part, and_(part.c.delivery_id == delivery.c.id, part.c.place == delivery.c.cursor))
        .where(
            delivery.c.state.in_(sorted(ACTIVE)),
            delivery.c.due_utc <= doubt.at_utc,
            ~_asked(doubt, delivery.c.cursor),
        )
        .order_by(delivery.c.id)
    ).all()
    if rows:
        connection.execute(_QUESTION, [_question(row, doubt, now) for row in rows])
        connection.execute(insert(attempt), [_attempt(row, doubt, now) for row in rows])
    return len(rows)


def settle(connection: Connection, now: datetime, *, ask_about_threads: bool = False) -> None:
    """Before anything may go out again. Raises `Conflict` while a thread is still being looked up: when its
    part is found, the engine would go on with the next one, which may be out as well.

    A thread that nobody can look up waits for a person, after ten minutes or when `ask_about_threads`.
    """
    doubt = _unsettled(connection)
    if doubt is None:
        return
    ask(connection, now)
    later = part.alias("later")
    threads = connection.execute(
        select(delivery.c.id, delivery.c.unclear_utc).where(
            delivery.c.state == State.UNCERTAIN,
            _asked(doubt, delivery.c.cursor),
            exists().where(later.c.delivery_id == delivery.c.id, later.c.place > delivery.c.cursor),
        )
    ).all()
    looking = [row for row in threads if row.unclear_utc > now - THREADS_WAIT]
    if looking and not ask_about_threads:
        raise Conflict(
            Counted(
                "Nothing goes out yet: after the restore, %(n)s thread is being looked up, which needs a "
                "worker (`beacon up`). Resume in a minute; "
                "`beacon resume --ask-about-threads` asks you instead.",
                "Nothing goes out yet: after the restore, %(n)s threads are being looked up, which needs a "
                "worker (`beacon up`). Resume in a minute; "
                "`beacon resume --ask-about-threads` asks you instead.",
                len(looking),
            )
        )
    if threads:
        connection.execute(_TO_A_PERSON, [{"its_id": row.id} for row in threads])
    connection.execute(
        update(restoration).where(restoration.c.id == doubt.id).values(settled_utc=now),
    )


_UNSETTLED = (
    select(restoration).where(restoration.c.settled_utc.is_(None)).order_by(restoration.c.id.desc()).limit(1)
)


def _unsettled(connection: Connection) -> AnyRow | None:
    """Locked: two clocks ask one after the other."""
    return connection.execute(_UNSETTLED.with_for_update()).first()


def _owner(doubt: AnyRow) -> str:
    """In whose name the sends that may have been are written down."""
    return f"restoration {doubt.id}"


def _asked(doubt: AnyRow, place: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        attempt.c.delivery_id == delivery.c.id,
        attempt.c.place == place,
        attempt.c.owner == _owner(doubt),
    )


def _pause(connection: Connection, now: datetime, person: str) -> None:
    values = {"mode": PauseMode.FULL, "person": person, "since_utc": now}
    known = connection.execute(
        update(control).where(control.c.scope == INSTALL).values(epoch=control.c.epoch + 1, **values)
    ).rowcount
    if not known:
        connection.execute(insert(control).values(scope=INSTALL, epoch=1, **values))


_QUESTION = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(
        state=bindparam("its_state"),
        reason=bindparam("its_reason"),
        unclear_utc=bindparam("its_unclear"),
        wake_utc=bindparam("its_wake"),
        absences=0,
        version=delivery.c.version + 1,
    )
)
_TO_A_PERSON = (
    update(delivery)
    .where(delivery.c.id == bindparam("its_id"))
    .values(
        state=check_arrow(State.UNCERTAIN, State.NEEDS_PERSON),
        reason=N_(
            "A backup was put back, and the platform could not be asked before you resumed: "
            "look whether this part of the thread is live."
        ),
        version=delivery.c.version + 1,
    )
)


def _question(row: AnyRow, doubt: AnyRow, now: datetime) -> Mapping[str, Any]:
    state = State(row.state)
    if state is not State.UNCERTAIN:  # as if it had been sent since the backup, and its answer lost
        sent = state if state is State.SUBMITTING else check_arrow(state, State.SUBMITTING)
        state = check_arrow(sent, State.UNCERTAIN)
    known = row.id <= doubt.last_delivery
    return {
        "its_id": row.id,
        "its_state": state,
        "its_reason": Sentence(
            "A backup of %(made)s was put back; it may have gone out since.", made=iso_z(doubt.made_utc)
        ),
        # What was not in the backup has no attempt under its key: only this says from when on to look.
        "its_unclear": now if known else doubt.made_utc,
        "its_wake": now,
    }


def _attempt(row: AnyRow, doubt: AnyRow, now: datetime) -> Mapping[str, Any]:
    """The send that may have been: at the earliest when the backup was made, which bounds its key's window.

    A delivery that was loaded again has another number, and so never went out under this key.
    """
    return {
        "id": f"restore{doubt.id}.{row.id}.{row.cursor}",
        "organisation_id": row.organisation_id,
        "account_id": row.account_id,
        "delivery_id": row.id,
        "place": row.cursor,
        "kind": AttemptKind.SEND,
        "owner": _owner(doubt),
        "fence": row.fence,
        "key": row.key if row.id <= doubt.last_delivery else "",
        "begun_utc": doubt.made_utc,
        "ended_utc": now,
        "outcome": "lost",
        "detail": N_("The backup that was put back does not know whether it went out."),
    }
