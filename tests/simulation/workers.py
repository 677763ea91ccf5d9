"""Simulated workers and clocks: thin shells, as `workers/` has them, around the real engine, the real
tick and the real sweep."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from campaigns.deliver.accounts import Outside
from campaigns.deliver.due import due_lanes
from campaigns.deliver.engine import Engine
from campaigns.deliver.owner import Owner
from campaigns.deliver.sweep import sweep
from tests.simulation.loop import Process
from tests.simulation.runtime import SimulatedRuntime

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from tests.simulation.world import World


class Shell:
    """One simulated process of a slot; a restarted slot gets a new one."""

    def __init__(self, world: World, slot: str, host: str) -> None:
        self.world, self.slot, self.host = world, slot, host
        pid = world.next_pid()
        self.process = Process(f"{slot}#{pid}", host, world.loop)
        self.owner = Owner(host, pid, f"{world.loop.time():.3f}", f"{slot}.{pid}")
        self.process.owner = str(self.owner)
        self.runtime: SimulatedRuntime = self.process.context.run(SimulatedRuntime, world, self.process)
        self.engine: Engine | None = None
        self._tasks: list[asyncio.Task[Any]] = []

    @property
    def works(self) -> bool:
        return self.process.alive and self.engine is not None

    def start_engine(self) -> None:
        world = self.world
        outside = Outside(nullcontext, world.platform.open_adapter)  # type: ignore[arg-type]
        self.engine = Engine(world.settings, world.database.engine, self.runtime, self.owner, outside)
        self.begin(self.engine.run())

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of this process."""
        task = self.world.loop.create_task(work, context=self.process.context)
        task.add_done_callback(self._ended, context=self.process.context)
        self._tasks.append(task)

    def nudge(self, lanes: Iterable[int]) -> None:
        if self.works and self.engine:
            self.world.loop.call_soon(self.engine.nudge, list(lanes), context=self.process.context)

    def resync(self) -> None:
        """The wall clock was moved: the process notices within its second."""
        phase = self.world.chance.uniform(0, 1)
        self.world.loop.call_later(phase, self.runtime.sync, context=self.process.context)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self.world.oracle.broken(f"{self.process.name} ended with {error!r}")


class Worker(Shell):
    """Celery's part is a nudge that may come, come twice, come late, or not at all."""

    def start(self) -> None:
        self.start_engine()

    def drain(self) -> None:
        """SIGTERM: takes no more, waits for what is on the wire, ends."""
        if self.engine:
            self.world.loop.call_soon(self.engine.stop, context=self.process.context)


class Clock(Shell):
    """Ticks and sweeps. A tick that could find nothing new is skipped: the answer of `due_lanes` depends
    only on the database and the time, so until one of them has moved it would be the last one's."""

    def start(self) -> None:
        self._broker_lost: float | None = None
        self.begin(self._tick())
        self.begin(self._sweep())

    async def _tick(self) -> None:
        world, settings = self.world, self.world.settings
        while True:
            lanes: list[int] = []
            since = world.stirs
            try:
                if world.agenda.something_waits(self.runtime.now()):
                    lanes = await self.runtime.blocking(
                        due_lanes, world.database.engine, self.runtime.now(), settings.look_ahead
                    )
            except OperationalError:
                lanes = []  # the world stirs when the database is back
            else:
                if lanes:
                    self._send(lanes)
            idle = not lanes or (world.nobody_works() and world.broker.up)
            await self._rest(settings.tick_every, since, idle=idle)

    async def _sweep(self) -> None:
        world = self.world
        while True:
            since = world.stirs
            if self.runtime.steady():
                try:
                    await self.runtime.blocking(
                        sweep, world.database.engine, world.settings, self.runtime.now(), SeenFrom(self)
                    )
                except OperationalError:
                    world.struck("sweep without a database")
            idle = not world.agenda.lanes_owned() and self.runtime.steady()
            await self._rest(world.settings.sweep_every, since, idle=idle)

    async def _rest(self, every: float, since: int, *, idle: bool) -> None:
        await asyncio.sleep(every)
        if idle and self.world.stirs == since:
            await self.world.stirred(self.runtime.now())

    def _send(self, lanes: list[int]) -> None:
        world = self.world
        now = world.loop.time()
        if world.broker.up:
            self._broker_lost = None
            world.broker.send(lanes)
            return
        self._broker_lost = self._broker_lost or now
        if now - self._broker_lost >= world.settings.broker_grace:
            if self.engine is None:
                world.struck("clock works itself")
                self.start_engine()
            self.nudge(lanes)


class SeenFrom:
    """`deliver.neighbours.Neighbours` of a simulated host."""

    def __init__(self, shell: Shell) -> None:
        self._world, self._host = shell.world, shell.host

    def sees(self, owner: Owner) -> bool:
        return owner.host == self._host

    def lives(self, owner: Owner) -> bool:
        return self._world.process_of(owner).alive

    def silence(self, owner: Owner) -> float:
        return self._world.process_of(owner).silence

    def end(self, owner: Owner) -> bool:
        self._world.struck("a stopped process was killed")
        self._world.crash(self._world.process_of(owner), "by the sweeper")
        return True


class Broker:
    """Carries nudges to whichever worker takes them first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.up = True
        self.weather = ""  # lost, doubled or delayed

    def send(self, lanes: list[int]) -> None:
        chance = self._world.chance
        batches = [lanes] if chance.random() < 0.7 else [[lane] for lane in lanes]
        for batch in batches:
            if self.weather == "lost" and chance.random() < 0.6:
                self._world.struck("nudge lost")
                continue
            times = 1
            if self.weather == "doubled":
                self._world.struck("nudge doubled")
                times = chance.randint(2, 5)
            for _ in range(times):
                delay = chance.uniform(0.001, 0.05)
                if self.weather == "delayed":
                    self._world.struck("nudge delayed or reordered")
                    delay = chance.uniform(0, 20)
                self._world.later(delay, self._deliver, batch)

    def _deliver(self, lanes: list[int]) -> None:
        able: list[Worker] = [one for one in self._world.workers() if one.works]
        if able:
            self._world.chance.choice(able).nudge(lanes)
