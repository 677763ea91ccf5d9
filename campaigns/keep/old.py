"""What counts as old, kind by kind: how a portion is found, and how it is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row, and_, delete, exists, or_, select, update

from campaigns.models import State
from campaigns.models.tables import (
    account,
    attempt,
    audit,
    campaign,
    delivery,
    draft,
    part,
    post_version,
    restoration,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection

    from campaigns.keep.export import Export

    Keys: TypeAlias = Sequence[Row[*tuple[Any, ...]]]

OVER = [State.PUBLISHED, State.CANCELLED, State.FAILED, State.MISSED, State.PARTLY_OUT]
"""The states in which nothing more happens by itself and nobody is waited for."""

_QUESTIONS = [State.SUBMITTING, State.UNCERTAIN]


@dataclass(frozen=True, slots=True)
class Kind:
    """Found by reading, which holds nobody up; then deleted by key, in a short transaction."""

    name: str
    old: Callable[[datetime], Select[*tuple[Any, ...]]]  # the keys of what is older than that
    drop: Callable[[Connection, Keys, datetime, datetime, Export], int]  # returns how many rows it was


def in_doubt(connection: Connection) -> bool:
    """Whether a restore waits to be settled: until then every row may be needed to tell posts apart."""
    return connection.execute(_UNSETTLED).first() is not None


_UNSETTLED = select(restoration.c.id).where(restoration.c.settled_utc.is_(None)).limit(1)


def _drop_by(*columns: ColumnElement[Any]) -> Callable[[Connection, Keys, datetime, datetime, Export], int]:
    table: Any = columns[0].table

    def drop(connection: Connection, keys: Keys, _cutoff: datetime, _now: datetime, export: Export) -> int:
        ours = _one_of(columns, keys)
        export.lines(
            table.name, [dict(row) for row in connection.execute(select(table).where(ours)).mappings()]
        )
        return connection.execute(delete(table).where(ours)).rowcount

    return drop


def _one_of(columns: Sequence[ColumnElement[Any]], keys: Keys) -> ColumnElement[bool]:
    """As SQLite finds them by their index: it reads the whole table for a list of tuples."""
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return or_(*(and_(*(column == its for column, its in zip(columns, key, strict=True))) for key in keys))


def _attempts(cutoff: datetime) -> Select[*tuple[Any, ...]]:
    """The calls of what was published or cancelled: only what is unfinished is asked about its calls."""
    return (
        select(attempt.c.id)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .where(
            delivery.c.state.in_([State.PUBLISHED, State.CANCELLED]),
            delivery.c.due_utc < cutoff,
            attempt.c.ended_utc < cutoff,
        )
    )


def _versions(cutoff: datetime) -> Select[*tuple[Any, ...]]:
    """What a post said before, but never the newest."""
    newer = post_version.alias("newer")
    return select(post_version.c.post_id, post_version.c.version).where(
        post_version.c.at_utc < cutoff,
        exists().where(newer.c.post_id == post_version.c.post_id, newer.c.version > post_version.c.version),
    )


def _deliveries(cutoff: datetime) -> Select[*tuple[Any, ...]]:
    """Of one campaign: whether it is over is asked once, and not for each of its deliveries."""
    first = select(campaign.c.id).where(*_is_over(cutoff), _has_any()).order_by(campaign.c.id).limit(1)
    return (
        select(delivery.c.campaign_id, delivery.c.id)
        .where(delivery.c.campaign_id == first.scalar_subquery())
        .order_by(delivery.c.id)
    )


def _has_any() -> ColumnElement[bool]:
    its = delivery.alias("any")
    return exists().where(its.c.campaign_id == campaign.c.id)


def _is_over(cutoff: datetime) -> tuple[ColumnElement[bool], ...]:
    """A campaign that ended before, with all that is in it. While an account has an open question its
    deliveries stay: they tell other posts from the one that is looked for."""
    its, asking = delivery.alias("its"), delivery.alias("asking")
    in_question = select(asking.c.account_id).where(asking.c.state.in_(_QUESTIONS))
    return (
        campaign.c.ends < cutoff.date(),
        ~exists().where(
            its.c.campaign_id == campaign.c.id,
            or_(its.c.state.not_in(OVER), its.c.due_utc >= cutoff, its.c.account_id.in_(in_question)),
        ),
    )


def _drop_deliveries(
    connection: Connection, keys: Keys, cutoff: datetime, now: datetime, export: Export
) -> int:
    """Of one campaign; their counts stay with it. Somebody may have changed it since it was found."""
    campaign_id = keys[0].campaign_id
    still = connection.execute(
        select(campaign.c.archived, campaign.c.archived_utc)
        .where(campaign.c.id == campaign_id, *_is_over(cutoff))
        .with_for_update()
    ).first()
    if still is None:
        return 0
    ids = [key.id for key in keys if key.campaign_id == campaign_id]
    for table in (part, attempt):
        its = table.c.delivery_id.in_(ids)
        export.lines(
            table.name, [dict(row) for row in connection.execute(select(table).where(its)).mappings()]
        )
        connection.execute(delete(table).where(its))
    ours = delivery.c.id.in_(ids)
    export.lines(
        "delivery", [dict(row) for row in connection.execute(select(delivery).where(ours)).mappings()]
    )
    gone = connection.execute(
        delete(delivery).where(ours).returning(delivery.c.account_id, delivery.c.state)
    ).all()
    connection.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id)
        .values(archived=_added(connection, still.archived, gone), archived_utc=still.archived_utc or now)
    )
    return len(gone)


def _added(
    connection: Connection, before: dict[str, dict[str, int]], gone: Keys
) -> dict[str, dict[str, int]]:
    """Counts by platform and state, with those that go now."""
    platforms = {row.id: row.platform for row in connection.execute(select(account.c.id, account.c.platform))}
    counts = {platform: dict(states) for platform, states in before.items()}
    for row in gone:
        states = counts.setdefault(platforms[row.account_id], {})
        states[row.state] = states.get(row.state, 0) + 1
    return counts


KINDS = (
    Kind("attempt", _attempts, _drop_by(attempt.c.id)),
    Kind("delivery", _deliveries, _drop_deliveries),
    Kind("post_version", _versions, _drop_by(post_version.c.post_id, post_version.c.version)),
    Kind(
        "draft", lambda cutoff: select(draft.c.id).where(draft.c.updated_utc < cutoff), _drop_by(draft.c.id)
    ),
    Kind("audit", lambda cutoff: select(audit.c.id).where(audit.c.at_utc < cutoff), _drop_by(audit.c.id)),
)
