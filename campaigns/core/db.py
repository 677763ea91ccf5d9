"""The database: one engine a process, sessions for the edges, SQLite tamed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PostgresConnection
    from sqlalchemy.engine import Connection

BUSY_SECONDS = 10

DEAD_AFTER = 15
"""Seconds after which a host that has fallen silent is given up, by us and by PostgreSQL."""

_NOTICE_A_DEAD_PEER = {
    "connect_timeout": 5,
    "keepalives_idle": DEAD_AFTER // 3,
    "keepalives_interval": DEAD_AFTER // 3,
    "keepalives_count": 2,
    "tcp_user_timeout": DEAD_AFTER * 1000,
}
"""Without it a database host that vanishes holds its callers for a quarter of an hour, as TCP has it."""


def open_engine(url: str, *, pool_size: int = 5, by_index: bool = False) -> Engine:
    """A SQLAlchemy engine for a SQLite or PostgreSQL URL. `by_index` is for who delivers: see `_go_by_index`.

    On SQLite every transaction that will write must begin with `write_now`, so that a read in it
    is still true when its write comes (a deferred BEGIN let 674 of 2,674 claims be made twice).
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _tame_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        engine = create_engine(
            url, pool_size=pool_size, max_overflow=5, pool_pre_ping=True, connect_args=_NOTICE_A_DEAD_PEER
        )
    except ModuleNotFoundError as missing:
        message = "PostgreSQL needs psycopg: pip install 'beacon-campaigns[postgres]'."
        raise Unusable(message) from missing
    event.listen(engine, "connect", _let_go_of_the_dead)
    event.listen(engine, "connect", _run_as_written)
    if by_index:
        event.listen(engine, "connect", _go_by_index)
    return engine


def _let_go_of_the_dead(connection: PostgresConnection, _record: Any) -> None:
    """A host that is cut off or frozen inside a transaction must not keep its locks: the pause gate is among
    them, and every other host would wait behind it."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{DEAD_AFTER}s'")
    connection.commit()


def _run_as_written(connection: PostgresConnection, _record: Any) -> None:
    """Whoever asks briefly and often must not have it compiled each time. On a large install PostgreSQL's
    estimate for a look at the calendar's front, which touches a few rows, is high enough for its compiler:
    0.2 s a tick at 300,000 posts, and at ten million nothing went out."""
    connection.execute("SET jit = off")
    connection.commit()


def _go_by_index(connection: PostgresConnection, _record: Any) -> None:
    """Each of the engine's statements has an index made for it, whatever the values. PostgreSQL would read
    whole tables instead, since to its statistics one that has just filled is still small: a quarter of its
    work in a burst; and it would plan each anew for its values, which took longer than running it."""
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


def _tame_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A Core transaction that holds the write lock from its first statement; commits at the end."""
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        yield connection


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """An ORM session in one writing transaction; the edge that opens it is the one that commits."""
    with writing(engine) as connection, Session(bind=connection, expire_on_commit=False) as session:
        yield session
        session.flush()


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """An ORM session for reading; nothing is written."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
