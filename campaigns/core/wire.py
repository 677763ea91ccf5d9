"""The driver's own connection, for the few statements that run for every post.

Executing a Core statement costs about twenty times what SQLite takes for it, and an engine runs a dozen
for every batch. So here SQLAlchemy writes the SQL once, knows the types, keeps the pool and names the
errors; the driver does the rest.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Dialect, Engine
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.pool import PoolProxiedConnection


class Wire:
    """One transaction. What the driver raises comes out as SQLAlchemy's error for it, without parameters,
    which hold people's texts."""

    def __init__(self, pooled: PoolProxiedConnection, dialect: Dialect) -> None:
        self._pooled, self.dialect = pooled, dialect
        self._cursor: DBAPICursor = pooled.cursor()

    def run(self, sql: str, values: Any = ()) -> DBAPICursor:
        try:
            self._cursor.execute(sql, values)
        except Exception as error:
            raise self._named(error, sql) from error
        return self._cursor

    def run_each(self, sql: str, rows: Sequence[Any]) -> None:
        try:
            self._cursor.executemany(sql, rows)
        except Exception as error:
            raise self._named(error, sql) from error

    def commit(self) -> None:
        try:
            self._pooled.commit()
        except Exception as error:
            raise self._named(error, "COMMIT") from error

    def _named(self, error: Exception, sql: str) -> BaseException:
        """SQLAlchemy's name for it; a connection that broke is not used again."""
        drivers = self.dialect.loaded_dbapi.Error
        if not isinstance(error, drivers):
            return error
        broken = self.dialect.is_disconnect(error, self._pooled, self._cursor)
        if broken:
            self._pooled.invalidate(error)
        return DBAPIError.instance(
            sql,
            None,
            error,
            drivers,
            hide_parameters=True,
            connection_invalidated=broken,
            dialect=self.dialect,
        )


@contextmanager
def open_wire(engine: Engine, *, writes: bool = False) -> Iterator[Wire]:
    """One transaction on a connection of the pool.

    `writes`: it holds the write lock from its first statement and is committed at the end. Otherwise on
    SQLite each statement sees what is committed when it runs, as on PostgreSQL.
    """
    pooled = engine.raw_connection()
    try:
        wire = Wire(pooled, engine.dialect)
        if writes and engine.dialect.name == "sqlite":
            wire.run("BEGIN IMMEDIATE")
        yield wire
        if writes:
            wire.commit()
    finally:
        pooled.close()  # rolls back what was not committed
