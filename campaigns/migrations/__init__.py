"""The schema's history; `upgrade` brings a database to the newest, also while workers work."""

from __future__ import annotations

import time
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection

VERSIONS = [Path(__file__).parent / "versions"]
"""Folders with migrations; their files bear their numbers."""

_KEY = 0x62656165  # "beae", beside the pause gate's "beac"
_ONE_AT_A_TIME = text(f"SELECT pg_advisory_xact_lock({_KEY})")
_NO_LONG_QUEUE = text("SET LOCAL lock_timeout = '2s'")
TRIES = 30
"""A migration that waits for a table's lock makes everybody wait behind it: it gives up after two seconds,
lets them pass, and tries again."""

# Alembic is imported where it works: the web process only asks whether there is work.


class Fit(Enum):
    """How a database's schema stands to this code."""

    SAME = auto()
    OLDER = auto()  # it lacks migrations, or is empty
    NEWER = auto()  # a newer Beacon has migrated it


def upgrade(engine: Engine) -> None:
    """Applies whatever migrations the database lacks. Any number of processes may ask for it at once.

    Raises `Unusable` when a newer Beacon has migrated it; gives up when no lock is to be had for a minute.
    """
    for attempt in range(TRIES):
        try:
            with (
                engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection,
                connection.begin(),
            ):
                if engine.dialect.name == "postgresql":
                    connection.execute(_ONE_AT_A_TIME)
                    connection.execute(_NO_LONG_QUEUE)
                upgrade_on(connection)
                return
        except OperationalError as busy:
            if attempt == TRIES - 1 or not _lock_was_held(busy):
                raise
            time.sleep(0.2)


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """Brings the database up to this revision, in the caller's transaction."""
    from alembic import command  # noqa: PLC0415 - see above

    if fit_of(connection) is Fit.NEWER:
        raise Unusable(newer(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def pending(engine: Engine) -> bool:
    """Whether the database lacks a migration."""
    return fit(engine) is Fit.OLDER


def fit(engine: Engine) -> Fit:
    with engine.connect() as connection:
        return fit_of(connection)


def fit_of(connection: Connection) -> Fit:
    found = revision_of(connection)
    if found == newest():
        return Fit.SAME
    return Fit.NEWER if found and found not in known() else Fit.OLDER


def revision_of(connection: Connection) -> str:
    """The newest migration that was applied; empty when none was."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def newest() -> str:
    """The revision of the last migration."""
    return max(known())


def known() -> frozenset[str]:
    """Every revision that this code knows."""
    return frozenset(path.name[:4] for folder in VERSIONS for path in folder.glob("[0-9]*.py"))


def newer(connection: Connection) -> str:
    """The sentence for who is too old for the database."""
    return (
        f"The database was migrated by a newer Beacon (to {revision_of(connection)}) than the one here: "
        "bring this host up to the same version."
    )


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", "\n".join(str(folder).replace("%", "%%") for folder in VERSIONS)
    )
    return config


def _lock_was_held(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlstate", "") == "55P03"  # lock_not_available
