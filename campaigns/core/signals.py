"""Waiting that a signal ends at once: Ctrl-C, a service manager's SIGTERM, a child that ended."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """While entered, counts requests to stop instead of dying of them."""

    def __init__(self) -> None:
        self.stops = 0
        self._before: dict[int, Any] = {}
        self._reading, self._writing = os.pipe()

    def __enter__(self) -> Self:
        os.set_blocking(self._writing, False)
        self._wakeup = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in STOPPING:
            self._before[number] = signal.signal(number, self._stop)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._reading)
        os.close(self._writing)

    def wait(self, seconds: float) -> None:
        """Returns after this time, or at once when a signal comes."""
        if select.select([self._reading], [], [], seconds)[0]:
            os.read(self._reading, 1024)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1
