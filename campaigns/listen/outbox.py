"""The outbox of alerts: raised once while something stands, claimed by one process, tried until they are
told or given up. The functions commit nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, case, cast, delete, distinct, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from campaigns.listen import standing
from campaigns.models import AlertState
from campaigns.models.tables import alert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from campaigns.listen.standing import Found

AT_ONCE = 500
CLAIMED = timedelta(minutes=3)  # longer than a courier may take; a process that dies lets go after it
MOST_TRIES = 12
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(hours=1)  # doubling: given up after six hours
FIRST_GAP, LONGEST_GAP = timedelta(minutes=1), timedelta(hours=1)  # between two messages, doubling too
KEPT = timedelta(days=90)

_KINDS = (
    standing.NEEDS_PERSON,
    standing.RECONNECT,
    standing.EXPIRING,
    standing.UNREACHED,
    standing.PAUSE,
    standing.CAMPAIGN_PAUSE,
    standing.ACCOUNT_PAUSE,
)


_NOT_TICKING: standing.Found = {
    "event": f"{standing.TICKING}/0",
    "kind": standing.TICKING,
    "organisation_id": None,
    "facts": {},
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """One alert that this process is to tell."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    event: str
    tries: int  # this one included
    reached: Sequence[str]


def fresh(
    connection: Connection, now: datetime, paused_for: timedelta, *, stalled: bool | None
) -> list[Found]:
    """What stands and was not raised yet. `stalled`: whether no clock ticks; None: unknown."""
    found = list(standing.fresh(connection, now, paused_for))
    return [*found, _NOT_TICKING] if stalled else found


def over(connection: Connection, now: datetime, paused_for: timedelta, *, stalled: bool | None) -> list[int]:
    """The alerts whose cause no longer stands; read apart, so that nothing is locked meanwhile."""
    its_id = cast(func.substr(alert.c.event, func.length(alert.c.kind) + 2), BigInteger)
    settled = [and_(alert.c.kind == kind, ~standing.stands(kind, its_id, now, paused_for)) for kind in _KINDS]
    if stalled is False:
        settled.append(alert.c.kind == standing.TICKING)
    found = select(alert.c.id).where(alert.c.over_utc.is_(None), or_(*settled)).limit(AT_ONCE)
    return list(connection.execute(found).scalars())


def waits(connection: Connection, now: datetime) -> bool:
    """Whether there is something to claim."""
    return bool(connection.execute(select(exists().where(*_waiting(now)))).scalar())


def put(connection: Connection, found: Sequence[Found], now: datetime) -> None:
    """Raises what was found; what another process was faster with stays as it is."""
    if not found:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rest = {"raised_utc": now, "wake_utc": now, "state": AlertState.WAITING, "tries": 0, "trouble": ""}
    rows = [{**one, **rest, "reached": []} for one in found]
    connection.execute(insert(alert).on_conflict_do_nothing(), rows)


def close(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """They may be raised anew from now on; what nobody was told of yet, nobody hears."""
    if ids:
        untold = and_(alert.c.state == AlertState.WAITING, alert.c.told_utc.is_(None))
        connection.execute(
            update(alert)
            .where(alert.c.id.in_(ids), alert.c.over_utc.is_(None))
            .values(over_utc=now, state=case((untold, AlertState.MOOT), else_=alert.c.state))
        )


def forget(connection: Connection, now: datetime) -> None:
    connection.execute(delete(alert).where(alert.c.over_utc < now - KEPT))


def claim(connection: Connection, now: datetime) -> list[Claimed]:
    """What is to be told now, for this process alone. Nothing while the last message is too fresh: what
    comes meanwhile goes into the next one, so that a bad day is a handful of messages and not a flood."""
    if _too_soon(connection, now):
        return []
    waiting = _waiting(now)
    first = select(alert.c.id).where(*waiting).order_by(alert.c.wake_utc, alert.c.id).limit(AT_ONCE)
    rows = connection.execute(
        update(alert)
        .where(*waiting, alert.c.id.in_(first.scalar_subquery()))
        .values(wake_utc=now + CLAIMED, tries=alert.c.tries + 1)
        .returning(*alert.c["id", "kind", "facts", "event", "tries", "reached"])
    )
    return sorted((Claimed(*row) for row in rows), key=lambda one: one.id)


def record(
    connection: Connection,
    claimed: Sequence[Claimed],
    wanted: Collection[str],
    troubles: Mapping[str, str],
    now: datetime,
) -> None:
    """What became of the claimed alerts: `wanted` are all targets' fingerprints, `troubles` those that
    failed, with the reason."""
    for one in claimed:
        reached = sorted(
            {*one.reached, *(print_ for print_ in wanted if print_ not in troubles)} & set(wanted)
        )
        missing = [print_ for print_ in wanted if print_ not in reached]
        values: dict[str, Any] = {
            "reached": reached,
            "trouble": " ".join(troubles[at] for at in missing)[:500],
        }
        if len(reached) > len(one.reached):
            values["told_utc"] = now
        if not missing:
            values["state"] = AlertState.TOLD
        elif one.tries >= MOST_TRIES:
            values["state"] = AlertState.GIVEN_UP
        else:
            values["wake_utc"] = now + min(LONGEST_RETRY, FIRST_RETRY * 2 ** (one.tries - 1))
        connection.execute(update(alert).where(alert.c.id == one.id).values(values))


def try_again(connection: Connection, now: datetime) -> int:
    """What was given up and stands still is told again; returns how many."""
    again = update(alert).where(alert.c.state == AlertState.GIVEN_UP, alert.c.over_utc.is_(None))
    return connection.execute(again.values(state=AlertState.WAITING, tries=0, wake_utc=now)).rowcount


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return alert.c.state == AlertState.WAITING, alert.c.wake_utc <= now, alert.c.over_utc.is_(None)


def _too_soon(connection: Connection, now: datetime) -> bool:
    """The pause after a message doubles with each one of the last hour."""
    last, many = connection.execute(
        select(func.max(alert.c.told_utc), func.count(distinct(alert.c.told_utc))).where(
            alert.c.told_utc > now - timedelta(hours=1)
        )
    ).one()
    return last is not None and now < last + min(LONGEST_GAP, FIRST_GAP * 2 ** (many - 1))
