"""The install a command works on: its settings, its database, its vault."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.core.db import open_engine, read_session, write_session
from campaigns.core.errors import Unusable
from campaigns.core.vault import open_vault
from campaigns.migrations import pending
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine
    from sqlmodel import Session

    from campaigns.core.vault import Vault


@dataclass(frozen=True, slots=True)
class Install:
    settings: Settings
    engine: Engine

    def reading(self) -> AbstractContextManager[Session]:
        return read_session(self.engine)

    def writing(self) -> AbstractContextManager[Session]:
        return write_session(self.engine)

    def vault(self) -> Vault:
        return open_vault(self.settings)


@contextmanager
def open_install(settings: Settings | None = None) -> Iterator[Install]:
    """Opens an install that is initialised and up to date; else raises `Unusable` saying what to run."""
    settings = settings or Settings()
    if (file := sqlite_file(settings)) and not file.exists():
        raise Unusable(f"There is no Beacon in {settings.data_dir} yet: run `beacon init` first.")
    engine = open_engine(settings.database)
    try:
        if pending(engine):
            raise Unusable("The database is empty or from an older Beacon: run `beacon init` to mend it.")
        yield Install(settings, engine)
    finally:
        engine.dispose()


def sqlite_file(settings: Settings) -> Path | None:
    """Where the SQLite database stands; None on PostgreSQL."""
    return Path(settings.database.removeprefix("sqlite:///")) if settings.on_sqlite else None
