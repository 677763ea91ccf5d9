"""Every process shows that it is up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from campaigns.core.moments import utc_now
from campaigns.deliver import presence
from campaigns.deliver.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from campaigns.deliver.owner import Owner
    from campaigns.deliver.presence import Sign

log = structlog.get_logger(__name__)


class Beat:
    """Says every few seconds that this process is up, while the database listens.

    `sign` is asked each time for what else there is to say; `then` is called after each, and may fail.
    """

    def __init__(
        self,
        database: Engine,
        owner: Owner,
        kind: str,
        *,
        sign: Callable[[], Sign] = presence.Sign,
        tally: Tally | None = None,
        then: Callable[[], object] = lambda: None,
    ) -> None:
        self._database, self._owner, self._kind = database, owner, kind
        self._sign, self._tally, self._then = sign, tally or Tally(), then
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beacon-presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(2)
        try:
            presence.leave(self._database, self._owner, self._tally.take())
        except Exception as away:  # noqa: BLE001 - a row left behind is swept later
            log.info("presence.database_away", error=str(away)[:200])

    def _run(self) -> None:
        while True:
            counts = self._tally.take()
            try:
                presence.appear(self._database, self._owner, self._kind, utc_now(), self._sign(), counts)
            except Exception as away:  # noqa: BLE001 - being seen matters less than working on
                self._tally.put_back(counts)
                log.info("presence.database_away", error=str(away)[:200])
            else:
                self._afterwards()
            if self._ended.wait(presence.EVERY_SECONDS):
                return

    def _afterwards(self) -> None:
        try:
            self._then()
        except Exception as trouble:  # noqa: BLE001 - ditto
            log.warning("presence.afterwards_failed", error=str(trouble)[:200])
