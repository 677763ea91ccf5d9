"""Fresh databases on real disk: a PostgreSQL of our own with its defaults, or a SQLite file."""

from __future__ import annotations

import itertools
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

import psutil
from sqlalchemy import text

from campaigns.core.db import open_engine
from campaigns.migrations import upgrade
from tests.support import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


class Databases:
    """Use it as a context manager; PostgreSQL starts when it is first asked for, and stays for all rounds."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._server: postgres.Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def server(self) -> postgres.Server:
        if self._server is None:
            self._server = self._stack.enter_context(postgres.running())
        return self._server

    @contextmanager
    def fresh(self, kind: str, folder: Path) -> Iterator[str]:
        """The URL of an empty database; a SQLite file stands in `folder`."""
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'beacon.db'}"
            return
        name = f"bench_{next(self._numbers)}"
        yield self.server.create_database(name)
        self.server.drop_database(name)

    @contextmanager
    def beacons(self, kind: str, folder: Path) -> Iterator[Engine]:
        """A database with Beacon's tables."""
        with self.fresh(kind, folder) as url:
            engine = open_engine(url)
            try:
                upgrade(engine)
                yield engine
            finally:
                engine.dispose()

    def processes(self, engine: Engine) -> list[psutil.Process]:
        """The database's own: whose time counts as well. SQLite has none."""
        if engine.dialect.name == "sqlite":
            return []
        return [psutil.Process(self.server.pid)]


def settle(engine: Engine) -> None:
    """What a database does in the background after a load is done now, so that no measurement pays for it."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE account, post, delivery, part"))
        connection.execute(text("CHECKPOINT"))
