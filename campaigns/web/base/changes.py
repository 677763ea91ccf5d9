"""Whether anything changed: one small look a second for all who watch, and none while nobody does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from campaigns.models.tables import account, attempt, audit, control, delivery, process

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection

EVERY = 1.0  # seconds


class Changes:
    """Lives on the event loop; asks the database in a thread.

    `turn` grows with every change that was noticed. A page names the turn at which its making began, so
    that what changes before it listens is not missed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.turn = 0
        self._watchers = 0
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._written: Any = None  # SQLite's or PostgreSQL's own mark of the last write
        self._print: Any = None
        self._connection: Connection | None = None

    async def after(self, turn: int, seconds: float) -> int:
        """The turn as soon as it is another one than this; else, after this time, the same."""
        if self.turn != turn:
            return self.turn
        self._watchers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        news = self._news
        try:
            async with asyncio.timeout(seconds):
                await news.wait()
        except TimeoutError:
            pass
        finally:
            self._watchers -= 1
        return self.turn

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection:
            self._connection.close()

    async def _watch(self) -> None:
        quiet = 0
        while quiet < 2:  # noqa: PLR2004 - one more look, for who comes back at once
            if await asyncio.to_thread(self._look):
                self.turn += 1
                news, self._news = self._news, asyncio.Event()
                news.set()
            quiet = 0 if self._watchers else quiet + 1
            await asyncio.sleep(EVERY)

    def _look(self) -> bool:
        """Most seconds nobody has written anything, and one cheap question tells so."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            written = self._mark(self._connection)
            if written == self._written:
                return False
            before, self._print = self._print, self._fingerprint(self._connection)
            self._written = written
        except DBAPIError:
            self._connection, self._written = None, None  # away: looked for again in a second
            return False
        return bool(before != self._print)  # the first look cannot know, and so says yes

    def _mark(self, connection: Connection) -> Any:
        on_sqlite = connection.dialect.name == "sqlite"
        question = (
            "PRAGMA data_version" if on_sqlite else "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
        )
        try:
            return connection.execute(text(question)).scalar()
        finally:
            connection.rollback()

    def _fingerprint(self, connection: Connection) -> Any:
        """Differs when anything that a page shows has changed; heartbeats and leases do not count."""
        try:
            run = connection.execute
            return (
                run(select(func.max(audit.c.id))).scalar(),
                run(select(control.c.epoch)).scalar(),
                run(select(func.count()).where(attempt.c.ended_utc.is_(None))).scalar(),
                run(select(delivery.c.state, func.count()).group_by(delivery.c.state)).all(),
                run(
                    select(account.c.id, account.c.state, account.c.paused, account.c.credentials_version)
                ).all(),
                run(select(process.c.id)).all(),
            )
        finally:
            connection.rollback()
