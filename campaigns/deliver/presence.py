"""Which clocks and workers are up: each says so every few seconds."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update

from campaigns.core.db import writing
from campaigns.models.tables import process

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.deliver.owner import Owner

EVERY_SECONDS = 10


def appear(database: Engine, owner: Owner, kind: str, now: datetime) -> None:
    """Writes down that this process is up, or still is."""
    with writing(database) as connection:
        seen = update(process).where(process.c.id == str(owner)).values(seen_utc=now)
        if connection.execute(seen).rowcount == 0:
            connection.execute(
                insert(process).values(
                    id=str(owner),
                    kind=kind,
                    host=socket.gethostname(),
                    pid=owner.pid,
                    started_utc=now,
                    seen_utc=now,
                )
            )


def leave(database: Engine, owner: Owner) -> None:
    """A process that ends in order takes its row with it."""
    with writing(database) as connection:
        connection.execute(delete(process).where(process.c.id == str(owner)))
