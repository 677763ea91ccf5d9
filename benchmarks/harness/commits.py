"""How many writing transactions a database has committed: asked of the database, not of who writes."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

_HEADER, _FRAME = 32, 24  # bytes, https://www.sqlite.org/fileformat2.html#the_write_ahead_log


@contextmanager
def counting(engine: Engine) -> Iterator[Callable[[], int]]:
    """Yields a function that tells how many there were since."""
    if engine.dialect.name == "sqlite":
        with _held_log(Path(engine.url.database or "")) as commits:
            yield commits
        return
    before = _next_transaction(engine)
    yield lambda: _next_transaction(engine) - before


def _next_transaction(engine: Engine) -> int:
    """PostgreSQL numbers a transaction when it first writes; reading gets none."""
    with engine.connect() as connection:
        return int(
            connection.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")).scalar_one()
        )


@contextmanager
def _held_log(path: Path) -> Iterator[Callable[[], int]]:
    """A reader that stands still keeps SQLite from starting its log over, so that all of it can be read."""
    reader = sqlite3.connect(path, isolation_level=None)
    try:
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield lambda: _commits_in(path.with_name(f"{path.name}-wal"))
    finally:
        reader.close()


def _commits_in(log: Path) -> int:
    """Frames that end a transaction carry the size of the database after it."""
    content = log.read_bytes()
    if len(content) < _HEADER:
        return 0
    page = int.from_bytes(content[8:12], "big")
    salt = content[16:24]
    commits = 0
    for start in range(_HEADER, len(content) - _FRAME - page + 1, _FRAME + page):
        _, size = struct.unpack_from(">II", content, start)
        commits += bool(size) and content[start + 8 : start + 16] == salt
    return commits
