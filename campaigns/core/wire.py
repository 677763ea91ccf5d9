"""The driver's own connection, for the few statements that run for every post.

Executing a Core statement costs about twenty times what SQLite takes for it, and an engine runs a dozen
for every batch. So here SQLAlchemy writes the SQL once, knows the types, keeps the pool and names the
errors; the driver does the rest.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Dialect
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.pool import PoolProxiedConnection


class Wire:
    """One transaction. What the driver raises comes out as SQLAlchemy's error for it, without parameters,
    which hold people's texts."""

    def __init__(self, pooled: PoolProxiedConnection, dialect: Dialect) -> None:
        self.dialect = dialect
        self.broken = False  # the connection is of no more use
        self._pooled = pooled
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

    def begin(self, *, writes: bool) -> None:
        if self.dialect.name == "sqlite":
            if writes:
                self.run("BEGIN IMMEDIATE")
            return
        connection: Any = self._pooled.driver_connection
        try:
            connection.autocommit = not writes  # psycopg says BEGIN by itself, or nothing at all
        except Exception as error:
            raise self._named(error, "BEGIN") from error

    def commit(self) -> None:
        try:
            self._pooled.commit()
        except Exception as error:
            raise self._named(error, "COMMIT") from error

    def roll_back(self) -> None:
        """Also after an error that broke the connection, which then has nothing left to roll back."""
        try:
            self._pooled.rollback()
        except Exception:  # noqa: BLE001 - whatever it is
            self.broken = True

    def _named(self, error: Exception, sql: str) -> BaseException:
        if isinstance(error, self.dialect.loaded_dbapi.Error):
            self.broken = self.broken or self.dialect.is_disconnect(error, self._pooled, self._cursor)
        return _named(error, sql, self.dialect, broken=self.broken)


@contextmanager
def open_wire(engine: Engine, *, writes: bool = False) -> Iterator[Wire]:
    """One transaction, on a connection that is kept for the next one.

    `writes`: it holds the write lock from its first statement and is committed at the end. Otherwise each
    statement sees what is committed when it runs.
    """
    pooled = _take(engine)
    wire = Wire(pooled, engine.dialect)
    try:
        wire.begin(writes=writes)
        yield wire
        if writes:
            wire.commit()
    except BaseException:
        wire.roll_back()
        raise
    finally:
        if wire.broken:
            pooled.invalidate()
            _forget(engine)  # where one is broken the others are likely to be
        else:
            _kept[engine].append(pooled)


_kept: WeakKeyDictionary[Engine, list[PoolProxiedConnection]] = WeakKeyDictionary()
"""Taking a connection from the pool costs as much as a small transaction, and on PostgreSQL three more
questions to the server."""


def _take(engine: Engine) -> PoolProxiedConnection:
    if engine not in _kept:
        _kept[engine] = []
        event.listen(engine, "engine_disposed", _forget)
    try:
        return _kept[engine].pop()
    except IndexError:
        pass
    try:
        return engine.raw_connection()
    except Exception as error:
        raise _named(error, "CONNECT", engine.dialect, broken=True) from error


def _forget(engine: Engine) -> None:
    kept = _kept.get(engine, [])
    while kept:
        kept.pop().invalidate()


def _named(error: Exception, sql: str, dialect: Dialect, *, broken: bool) -> BaseException:
    """SQLAlchemy's name for what the driver raised; anything else as it is."""
    drivers = dialect.loaded_dbapi.Error
    if not isinstance(error, drivers):
        return error
    return DBAPIError.instance(
        sql, None, error, drivers, hide_parameters=True, connection_invalidated=broken, dialect=dialect
    )
