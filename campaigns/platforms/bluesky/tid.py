"""Timestamp identifiers: record keys that sort by time (the AT Protocol's specification "Record Key").

64 bits: a zero, 53 of microseconds since 1970, 10 of a clock's own number; in base32 that sorts.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS = 1 << 10


def tid(microseconds: int, clock: int) -> str:
    """The key of this instant on this clock (0 to 1023)."""
    number = microseconds << 10 | clock
    return "".join(_SORTABLE[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


class TidClock:
    """Gives keys that only rise, even when two are asked for in the same microsecond."""

    def __init__(self) -> None:
        self._clock = secrets.randbelow(_CLOCKS)
        self._last = 0

    def next(self, moment: datetime) -> str:
        microseconds = (moment - _EPOCH) // timedelta(microseconds=1)
        self._last = max(microseconds, self._last + 1)
        return tid(self._last, self._clock)
