"""What time it is: the database's clock decides; a clock that counts suspend guards against jumps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import text

from campaigns.core.moments import utc_now
from campaigns.deliver.setback import remember_set_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

JUMP = timedelta(seconds=30)
"""A database clock that moves more than this against the boot clock has jumped."""

SETTLE_SECONDS = 60.0
"""How long the two must agree after a jump before anything is sent."""


_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boot_seconds() -> float:
    """Seconds on a clock that never jumps and counts suspend: CLOCK_BOOTTIME, on macOS CLOCK_MONOTONIC."""
    return time.clock_gettime(_BOOT_CLOCK)


class Clock(Protocol):
    """What the engine asks for the time."""

    def now(self) -> datetime:
        """The database's time, UTC."""

    def steady(self) -> bool:
        """Whether now() can be trusted: no jump in the last minute."""

    def boot(self) -> float:
        """Seconds on a clock that never jumps."""


class DatabaseClock:
    """Reads the database's clock now and then and counts on from there by the boot clock."""

    def __init__(self, engine: Engine, *, boot: Callable[[], float] = boot_seconds) -> None:
        self._engine, self._boot = engine, boot
        self._anchor_boot, self._anchor = boot(), self._read()
        self._unsteady_until = 0.0
        self._set_back: datetime | None = None  # what it showed, until that is written down

    def boot(self) -> float:
        return self._boot()

    def now(self) -> datetime:
        return self._anchor + timedelta(seconds=self._boot() - self._anchor_boot)

    def steady(self) -> bool:
        return self._boot() >= self._unsteady_until

    def sync(self) -> None:
        """Asks the database again; a jump holds sending until the clocks agree for a minute."""
        read, shown = self._read(), self.now()
        boot = self._boot()
        if abs(read - shown) > JUMP:
            self._unsteady_until = boot + SETTLE_SECONDS
        if shown - read > JUMP:
            self._set_back = shown
        self._anchor, self._anchor_boot = read, boot
        if self._set_back:
            remember_set_back(self._engine, self._set_back)
            self._set_back = None

    def _read(self) -> datetime:
        if self._engine.dialect.name == "sqlite":  # a file has no clock; this host's is the only one
            return utc_now()
        with self._engine.connect() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment.astimezone(UTC)
