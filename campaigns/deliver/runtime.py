"""Time, chance and threads come from here, so that the same engine runs live and in a simulation."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from campaigns.deliver.clock import DatabaseClock

P = ParamSpec("P")
R = TypeVar("R")


class Runtime(Protocol):
    """Sleeping and time-outs are asyncio's: a simulation brings an event loop with a virtual clock."""

    random: random.Random

    def now(self) -> datetime:
        """The database's time."""

    def steady(self) -> bool:
        """Whether the wall clock can be trusted."""

    def boot(self) -> float:
        """Seconds on a clock that never jumps and counts suspend."""

    async def blocking(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs a database call without holding up the loop."""

    def reached(self, point: str, delivery_id: int) -> None:
        """Called at the named points of the walk; a fault test stops the process here."""


class LiveRuntime:
    """The real thing: one thread writes the journal and reads; the loop never waits for the database."""

    def __init__(self, clock: DatabaseClock) -> None:
        self.random = random.Random()  # noqa: S311 - jitter, not secrets
        self._clock = clock
        self._threads = ThreadPoolExecutor(max_workers=3, thread_name_prefix="beacon-db")

    def now(self) -> datetime:
        return self._clock.now()

    def steady(self) -> bool:
        return self._clock.steady()

    def boot(self) -> float:
        return self._clock.boot()

    async def blocking(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(*args, **kwargs))

    def reached(self, point: str, delivery_id: int) -> None:
        """Live, nothing happens here."""

    def close(self) -> None:
        self._threads.shutdown(wait=True)
