"""Every clock and worker shows that it is up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from campaigns.core.moments import utc_now
from campaigns.deliver import presence

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from campaigns.deliver.owner import Owner

log = structlog.get_logger(__name__)


class Beat:
    """Says every few seconds that this process is up, while the database listens."""

    def __init__(self, database: Engine, owner: Owner, kind: str) -> None:
        self._database, self._owner, self._kind = database, owner, kind
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beacon-presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(2)
        try:
            presence.leave(self._database, self._owner)
        except Exception as away:  # noqa: BLE001 - a row left behind is swept later
            log.info("presence.database_away", error=str(away)[:200])

    def _run(self) -> None:
        while True:
            try:
                presence.appear(self._database, self._owner, self._kind, utc_now())
            except Exception as away:  # noqa: BLE001 - being seen matters less than working on
                log.info("presence.database_away", error=str(away)[:200])
            if self._ended.wait(presence.EVERY_SECONDS):
                return
