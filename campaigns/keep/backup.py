"""Making a backup while everything runs: one snapshot of every table, and the images it speaks of."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlmodel import SQLModel

from campaigns.core.mediapaths import path_of
from campaigns.deliver.clock import DatabaseClock
from campaigns.keep.archive import Manifest, writing
from campaigns.migrations import revision_of
from campaigns.models.tables import media

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection

    from campaigns.keep.archive import Writer

PASSING = frozenset({"login", "one_time_link", "process"})
"""Tables that say who is here just now: after a restore people sign in again, and processes report anew."""

ROWS_AT_ONCE = 1000


def back_up(database: Engine, media_dir: Path, path: Path) -> Manifest:
    """Writes the backup to a new file; raises `Unusable` when it cannot.

    The snapshot holds nobody up: PostgreSQL's REPEATABLE READ, SQLite's reading transaction beside its WAL.
    """
    made = DatabaseClock(database).now()
    with writing(path) as archive, _snapshot(database) as connection:
        counts = {
            table.name: archive.table(
                table.name, connection.execute(select(table).order_by(*table.primary_key)).mappings()
            )
            for table in SQLModel.metadata.sorted_tables
            if table.name not in PASSING
        }
        digests = (
            connection.execute(select(media.c.sha256).distinct().order_by(media.c.sha256)).scalars().all()
        )
        manifest = Manifest(made, revision_of(connection), version("beacon-campaigns"), counts)
        connection.close()  # images may take long, and PostgreSQL ends a snapshot that is idle
        _images(digests, archive, media_dir)
        archive.manifest(manifest)
    return manifest


def _snapshot(database: Engine) -> Connection:
    """One moment for all tables; rows come in portions, so that a million of them need little memory."""
    options: dict[str, Any] = {"yield_per": ROWS_AT_ONCE}
    if database.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return database.connect().execution_options(**options)


def _images(digests: Iterable[str], archive: Writer, media_dir: Path) -> None:
    """A file that is missing is left out: the post that needs it will say so."""
    for digest in digests:
        file = path_of(media_dir, digest)
        if file.is_file():
            archive.image(digest, file)
