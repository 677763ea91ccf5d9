"""The engine's runtime in a simulation: virtual time, seeded chance, a database that can fail, and the
named points at which a process may die."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from sqlalchemy.exc import OperationalError

from campaigns.deliver.clock import DatabaseClock
from tests.simulation.loop import SimulatedCrash

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.simulation.loop import Process
    from tests.simulation.world import World

P = ParamSpec("P")
R = TypeVar("R")

BEFORE, AFTER = "before", "after"
SLOWLY = (1.0, 10.0)
"""Seconds that a slow database takes; where it is SQLite, a lock is waited for as long."""


class SimulatedRuntime:
    """One process's view of time, chance and the database."""

    def __init__(self, world: World, process: Process) -> None:
        self.random = random.Random(f"{world.scenario.seed}/{process.name}")  # noqa: S311 - to be repeated
        self._world, self.process = world, process
        self._clock = DatabaseClock(world.database.engine, boot=world.loop.time)
        self.stumbles: list[tuple[str, str]] = []  # (crash|error, before|after) for the next transactions

    def now(self) -> datetime:
        return self._clock.now()

    def steady(self) -> bool:
        return self._clock.steady()

    def boot(self) -> float:
        return self._clock.boot()

    def sync(self) -> None:
        self._clock.sync()

    async def blocking(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The real call, on the real database, between two waits; either side of it may go wrong."""
        world = self._world
        await asyncio.sleep(self.random.uniform(0.0005, 0.02))
        if world.loop.time() < world.slow_until:
            world.struck("database slow")
            await asyncio.sleep(self.random.uniform(*SLOWLY))
        stumble = self._stumble(call)
        if not world.reachable(self.process):
            world.struck("database away")
            raise _away()
        if stumble == ("crash", BEFORE):
            await self._end("crash before a commit")
        if stumble == ("error", BEFORE):
            world.struck("database error before the commit")
            raise _away()
        answer = world.in_database(call, *args, **kwargs)
        if stumble == ("crash", AFTER):
            await self._end("crash after a commit")
        if stumble == ("error", AFTER):
            world.struck("database error after the commit")
            raise _away()
        await asyncio.sleep(self.random.uniform(0.0002, 0.01))
        return answer

    def reached(self, point: str, delivery_id: int) -> None:
        if self._world.crashes_at(point, delivery_id):
            self._world.struck(f"crash at {point}")
            self._world.crash(self.process, f"at {point} of post {delivery_id}")
            raise SimulatedCrash

    def _stumble(self, call: Callable[..., object]) -> tuple[str, str] | None:
        """Stumbles wait for the journal's transactions: those are where it hurts."""
        if self.stumbles and getattr(call, "__name__", "") == "_commit":
            return self.stumbles.pop(0)
        return None

    async def _end(self, how: str) -> None:
        self._world.struck(how)
        self._world.crash(self.process, how)
        await asyncio.get_running_loop().create_future()  # never: the process is dead


def _away() -> OperationalError:
    return OperationalError("simulated", {}, sqlite3.OperationalError("the database went away"))
