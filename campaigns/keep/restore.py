"""Putting a backup back, in one transaction: all of it, or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, DateTime, MetaData, column, func, insert, inspect, select, table, text
from sqlmodel import SQLModel

from campaigns.core.db import writing
from campaigns.core.errors import Unusable
from campaigns.core.moments import UtcDateTime
from campaigns.deliver import restored
from campaigns.deliver.clock import DatabaseClock
from campaigns.migrations import known, upgrade_on
from campaigns.models.tables import campaign, delivery, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Engine, Table
    from sqlalchemy.engine import Connection
    from sqlalchemy.types import TypeEngine

    from campaigns.deliver.restored import PutBack
    from campaigns.keep.archive import Reader

ROWS_AT_ONCE = 500


def holds_work(database: Engine) -> bool:
    """Whether something would be lost if a backup took this database's place."""
    with database.connect() as connection:
        there = set(inspect(connection).get_table_names())
        return any(
            connection.execute(select(wanted.c.id).limit(1)).first() is not None
            for wanted in (campaign, delivery, person)
            if wanted.name in there
        )


def bring_back(database: Engine, media_dir: Path, archive: Reader, whom: str) -> PutBack:
    """The database and images as they were; paused, with a question about each post that may be out.

    Raises `Unusable` for a backup that a newer Beacon made.
    """
    made = archive.manifest
    if made.schema not in known():
        raise Unusable(f"The backup was made by a newer Beacon ({made.version}): update the one here first.")
    archive.put_images(media_dir)
    now = DatabaseClock(database).now()
    with writing(database) as connection:
        _empty(connection)
        upgrade_on(connection, made.schema)
        _fill(connection, archive)
        upgrade_on(connection)
        return restored.put_back(connection, made.made_utc, now, whom)


def _empty(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def _fill(connection: Connection, archive: Reader) -> None:
    """Into the tables as they were then; a table or column of theirs may have gone or changed since."""
    there = MetaData()
    there.reflect(connection)
    names = set(archive.tables())
    for target in there.sorted_tables:
        if target.name in names:
            types = _types(target)
            light: Any = table(target.name, *(column(name, kind) for name, kind in types.items()))
            for rows in _portions(archive.rows(target.name)):
                connection.execute(insert(light), [_typed(row, types) for row in rows])
            if connection.dialect.name == "postgresql":
                _count_on(connection, target)


def _types(target: Table) -> dict[str, TypeEngine[Any]]:
    """Our own types where we still have the column, else what the database says."""
    ours = SQLModel.metadata.tables.get(target.name)
    return {
        its.name: ours.c[its.name].type if ours is not None and its.name in ours.c else _stored(its.type)
        for its in target.columns
    }


def _stored(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return UtcDateTime() if isinstance(kind, DateTime) else kind


def _typed(row: Mapping[str, Any], types: Mapping[str, TypeEngine[Any]]) -> dict[str, Any]:
    return {name: _value(value, types[name]) for name, value in row.items()}


def _value(value: Any, kind: TypeEngine[Any]) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _count_on(connection: Connection, target: Table) -> None:
    """The next row gets the number after the last one."""
    sequence = (
        connection.execute(
            text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{target.name}"'}
        ).scalar()
        if "id" in target.c
        else None
    )
    if sequence:
        last = connection.execute(select(func.max(target.c.id))).scalar()
        connection.execute(select(func.setval(sequence, last or 1, last is not None)))


def _portions(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    portion: list[dict[str, Any]] = []
    for row in rows:
        portion.append(row)
        if len(portion) == ROWS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion
