"""The engine's own database, real SQL and real migrations, in memory: one copy of a template a seed.

A trigger writes down every change of state in the transaction that makes it, so that the oracle sees
each arrow, and sees it exactly when it is committed.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from campaigns.core.db import open_engine
from campaigns.migrations import upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine

_OBSERVE = """
CREATE TABLE observed (seq INTEGER PRIMARY KEY, delivery INTEGER, before TEXT, after TEXT, cursor INTEGER);
CREATE TRIGGER observe AFTER UPDATE OF state ON delivery WHEN OLD.state IS NOT NEW.state BEGIN
  INSERT INTO observed (delivery, before, after, cursor)
  VALUES (NEW.id, OLD.state, NEW.state, OLD.cursor);
END;
"""


class Arrow(NamedTuple):
    seq: int
    delivery: int
    before: str
    after: str
    cursor: int  # before the change: the part that it speaks of


@cache
def _template() -> tuple[Engine, sqlite3.Connection, sqlite3.Connection]:
    """One SQLAlchemy engine for all worlds of this process (it keeps its compiled statements), its one
    connection, and a migrated database to copy into it."""
    engine = open_engine("sqlite://")
    upgrade(engine)
    live = _raw(engine)
    live.executescript(_OBSERVE)
    template = sqlite3.connect(":memory:", check_same_thread=False)
    live.backup(template)
    return engine, live, template


def _raw(engine: Engine) -> sqlite3.Connection:
    pooled = engine.raw_connection()
    try:
        found: Any = pooled.driver_connection
    finally:
        pooled.close()
    return found  # type: ignore[no-any-return]  # SQLAlchemy calls it Any


class SimulatedDatabase:
    """`engine` is what the campaigns' code gets; `ask` is the oracle's own look, past SQLAlchemy."""

    def __init__(self) -> None:
        self.engine, self._live, template = _template()
        self._live.rollback()
        template.backup(self._live)
        self._seen = 0
        self._changes = self._live.total_changes

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._live.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        row = self._live.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def changed(self) -> bool:
        """Whether anything was written since this was last asked."""
        before, self._changes = self._changes, self._live.total_changes
        return before != self._changes

    def news(self) -> list[Arrow]:
        """The changes of state committed since this was last asked."""
        found = [
            Arrow(*row)
            for row in self._live.execute("SELECT * FROM observed WHERE seq > ? ORDER BY seq", (self._seen,))
        ]
        if found:
            self._seen = found[-1].seq
        return found


def instant(stored: str | None) -> datetime | None:
    """An instant as SQLite keeps it."""
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)
