"""Which processes are up: each says so every few seconds, and adds what it has counted meanwhile."""

from __future__ import annotations

import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update

from campaigns.core.db import writing
from campaigns.deliver.tally import pour
from campaigns.models.tables import process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.deliver.owner import Owner

EVERY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Sign:
    """What a process says of itself beside being up."""

    ticked_utc: datetime | None = None  # a clock's last look for due work
    lacks: str = ""  # what it cannot reach: "broker"
    prints: str = ""  # of its secret keys, see `core.secretkeys`


def appear(
    database: Engine,
    owner: Owner,
    kind: str,
    now: datetime,
    sign: Sign | None = None,
    counts: Mapping[tuple[str, str], float] | None = None,
) -> None:
    """Writes down that this process is up, or still is."""
    said = {**asdict(sign or Sign()), "seen_utc": now}
    with writing(database) as connection:
        if connection.execute(update(process).where(process.c.id == str(owner)).values(said)).rowcount == 0:
            connection.execute(
                insert(process).values(
                    id=str(owner),
                    kind=kind,
                    host=socket.gethostname(),
                    pid=owner.pid,
                    started_utc=now,
                    **said,
                )
            )
        pour(connection, counts or {})


def leave(database: Engine, owner: Owner, counts: Mapping[tuple[str, str], float] | None = None) -> None:
    """A process that ends in order takes its row with it, and leaves what it counted."""
    with writing(database) as connection:
        pour(connection, counts or {})
        connection.execute(delete(process).where(process.c.id == str(owner)))
