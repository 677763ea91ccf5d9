"""Every process watches: the clock asks what stands, and web and workers ask whether the clock does."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select

from campaigns.core.db import writing
from campaigns.core.errors import Unusable
from campaigns.listen import outbox, words
from campaigns.listen.courier import Message, carry
from campaigns.listen.targets import read_targets
from campaigns.models.tables import process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.listen.outbox import Claimed
    from campaigns.listen.targets import Target
    from config.settings import Settings

log = structlog.get_logger(__name__)

STALLED_AFTER = 60.0  # seconds without a tick


class Watch:
    """One process's eye on the install. `seconds` is a clock that stands still while the machine sleeps."""

    def __init__(
        self,
        settings: Settings,
        database: Engine,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
        carry: Callable[[Sequence[Message]], list[str]] = carry,
    ) -> None:
        self._settings, self._database, self._now, self._seconds = settings, database, now, seconds
        self._tick: tuple[datetime | None, float] = (
            None,
            seconds(),
        )  # the last one seen, and when it was new
        self._carry = carry
        self._busy = threading.Lock()

    def look(self, *, stalled: bool | None) -> None:
        """Raises what stands, closes what does not, tells what is to be told."""
        targets = self._targets()
        if not targets:
            return
        now, paused_for = self._now(), timedelta(seconds=self._settings.pause_reminder)
        with self._database.connect() as connection:  # reading holds nobody up
            settled = outbox.over(connection, now, paused_for, stalled=stalled)
            found = outbox.fresh(connection, now, paused_for, stalled=stalled)
            if not (settled or found or outbox.waits(connection, now)):
                return
        with writing(self._database) as connection:
            outbox.close(connection, settled, now)
            outbox.put(connection, found, now)
            claimed = outbox.claim(connection, now)
        if claimed:
            self._tell(claimed, targets)

    def watch_the_clock(self) -> None:
        """For a process that is no clock: after a minute without a tick, it looks in the clock's stead. In
        a thread of its own, since a message may take longer than a sign of life may wait."""
        if not self._stalled() or not self._busy.acquire(blocking=False):
            return
        threading.Thread(target=self._look_instead, name="beacon-watch", daemon=True).start()

    @property
    def busy(self) -> bool:
        """Whether it looks in the clock's stead just now."""
        return self._busy.locked()

    def _look_instead(self) -> None:
        try:
            self.look(stalled=True)
        except Exception as trouble:  # noqa: BLE001 - the next look tries again
            log.warning("alerts.not_looked", error=str(trouble)[:200])
        finally:
            self._busy.release()

    def _stalled(self) -> bool:
        """Judged by our own clock since the last new tick: no two hosts agree on the time for sure."""
        with self._database.connect() as connection:
            ticked = connection.execute(select(func.max(process.c.ticked_utc))).scalar()
        if ticked is not None and ticked != self._tick[0]:
            self._tick = (ticked, self._seconds())
        return self._seconds() - self._tick[1] > STALLED_AFTER

    def _targets(self) -> list[Target]:
        try:
            return read_targets(self._settings)
        except Unusable as unreadable:
            log.warning("alerts.no_targets", error=str(unreadable))
            return []

    def _tell(self, claimed: Sequence[Claimed], targets: Sequence[Target]) -> None:
        messages = []
        for target in targets:
            lacking = [one for one in claimed if target.fingerprint not in one.reached]
            if lacking:
                said = words.title(lacking), words.body(lacking, self._settings.address)
                messages.append(Message(target, *said))
        answers = self._carry(messages)
        troubles = {
            message.target.fingerprint: answer
            for message, answer in zip(messages, answers, strict=True)
            if answer
        }
        for trouble in troubles.values():
            log.warning("alerts.not_told", alerts=len(claimed), error=trouble)
        with writing(self._database) as connection:
            wanted = [target.fingerprint for target in targets]
            outbox.record(connection, claimed, wanted, troubles, self._now())


def forget_alerts(database: Engine, now: datetime) -> None:
    """Drops alerts that were over three months ago."""
    with writing(database) as connection:
        outbox.forget(connection, now)
