"""A process whose database was migrated by a newer Beacon ends in order, and is started anew from what is
installed by then."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import structlog

from campaigns.migrations import Fit, fit_of, newer

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger(__name__)


def end_when_outdated(database: Engine) -> None:
    """SIGTERM to ourselves: what is on the wire is finished, nothing new is begun."""
    with database.connect() as connection:
        if fit_of(connection) is Fit.NEWER:
            log.warning("process.outdated", why=newer(connection))
            os.kill(os.getpid(), signal.SIGTERM)
