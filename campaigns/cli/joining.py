"""A process joins its install: on a schema that its code knows, with the key that the others have."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from campaigns.cli.output import complain
from campaigns.core.db import open_engine
from campaigns.core.vault import open_vault
from campaigns.deliver.sealing import refuse_another_key
from campaigns.migrations import Fit, fit_of, newer

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from config.settings import Settings

LOOK_EVERY = 1.0  # seconds


def join(settings: Settings) -> None:
    """Returns once this process may work. While the database is of an older or a newer Beacon it waits, and
    says so once: a process that ended would only be started again. Raises `Unusable` for another key."""
    vault = open_vault(settings)
    database = open_engine(settings.database)
    try:
        said = ""
        while sentence := _misfit(database.connect()):
            if sentence != said:
                complain(sentence)
                said = sentence
            time.sleep(LOOK_EVERY)
        refuse_another_key(database, vault)
    finally:
        database.dispose()


def _misfit(connection: Connection) -> str:
    """What is wrong with the schema, in a sentence; empty when nothing is."""
    with connection:
        match fit_of(connection):
            case Fit.SAME:
                return ""
            case Fit.OLDER:
                return "Waiting: the database is empty or from an older Beacon, until `beacon init` mends it."
            case Fit.NEWER:
                return f"Waiting: {newer(connection)}"
