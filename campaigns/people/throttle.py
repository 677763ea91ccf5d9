"""Slows guessing down without locking anybody out.

Failures are counted for one place and one sign-in name together: who guesses Alice's password elsewhere
does not keep Alice out, and who mistypes waits seconds. A place is a browser that was signed in before, or
else a network address. A place that tries many names is slowed as a whole.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

FREE = 5  # failures that cost nothing: people mistype
FREE_FOR_A_PLACE = 30  # ... over all names, since an office may share one address
LONGEST = 60.0  # seconds
FORGOTTEN = 900.0  # seconds after the last failure
KEPT = 10_000  # counts; the oldest go first, so that a flood of addresses takes no memory


@dataclass(slots=True)
class _Count:
    failures: int = 0
    last: float = 0.0


class Throttle:
    """In the memory of the web process: a restart forgives. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._lock = Lock()

    def enter(self, place: str, name: str, now: float) -> float:
        """0: try the password, this try counts as failed until `succeeded` is told; else seconds to wait.

        Counted beforehand, so that tries made at the same moment do not all slip through.
        """
        with self._lock:
            wait = max(
                self._left((place, name), FREE, now),
                self._left((place, ""), FREE_FOR_A_PLACE, now),
            )
            if not wait:
                self._count((place, name), now)
                self._count((place, ""), now)
            return wait

    def succeeded(self, place: str, name: str) -> None:
        """The name's count starts again. The place's only forgets this try, or one good account would buy
        guesses at others."""
        with self._lock:
            self._counts.pop((place, name), None)
            if whole := self._counts.get((place, "")):
                whole.failures -= 1

    def _count(self, key: tuple[str, str], now: float) -> None:
        count = self._counts.setdefault(key, _Count())
        if now - count.last > FORGOTTEN:
            count.failures = 0
        count.failures += 1
        count.last = now
        self._counts.move_to_end(key)
        while len(self._counts) > KEPT:
            self._counts.popitem(last=False)

    def _left(self, key: tuple[str, str], free: int, now: float) -> float:
        count = self._counts.get(key)
        if count is None or count.failures < free or now - count.last > FORGOTTEN:
            return 0.0
        delay = min(LONGEST, 2.0 ** (count.failures - free))
        return max(0.0, count.last + delay - now)
