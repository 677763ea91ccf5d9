"""The delivery engine: lanes, one journal and the adapters, in one thread with a loop of its own."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from campaigns.core.vault import open_vault
from campaigns.deliver.accounts import Adapters, Outside
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.desk import Desk
from campaigns.deliver.journal import Journal, JournalDownError
from campaigns.deliver.lease import Renew
from campaigns.deliver.owner import Heartbeat, Owner
from campaigns.deliver.reading import Reader
from campaigns.deliver.runtime import LiveRuntime
from campaigns.deliver.tally import Tally
from campaigns.deliver.walk import LaneWalk
from campaigns.deliver.watch import EVERY, glance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Engine as Database

    from campaigns.deliver.runtime import Runtime
    from config.settings import Settings

log = structlog.get_logger(__name__)

RENEWALS_A_LEASE = 4


class Engine:
    """Runs lanes on the current loop until `stop`; see `EngineThread` for the live arrangement."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        runtime: Runtime,
        owner: Owner,
        outside: Outside | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._settings, self._database, self._runtime = settings, database, runtime
        self._outside = outside or Outside()
        self.owner = owner
        self._tally = tally or Tally()
        self.journal = Journal(database, runtime, self._tally)
        self._lanes: dict[int, tuple[LaneWalk, asyncio.Task[None]]] = {}
        self._desk: Desk | None = None
        self._stop = asyncio.Event()
        self._walking = asyncio.Event()

    async def run(self) -> None:
        """Serves nudged lanes until `stop` is called and every lane has ended cleanly."""
        async with self._outside.open_session() as http:
            adapters = Adapters(
                self._database,
                open_vault(self._settings),
                self._runtime,
                http,
                self._settings.call_deadline,
                self._outside,
            )
            reader = Reader(self._settings, self._database, self._runtime)
            self._desk = Desk(
                self._settings,
                self._database,
                self._runtime,
                self.journal,
                reader,
                adapters,
                str(self.owner),
                tally=self._tally,
            )
            writing = asyncio.create_task(self.journal.run())
            beside = [asyncio.create_task(each) for each in (reader.run(), self._renew(), self._watch())]
            await self._stop.wait()
            self._desk.stopping = True
            for walk, _ in self._lanes.values():
                walk.nudge()
            if self._lanes:
                await asyncio.wait([task for _, task in self._lanes.values()])
            for task in beside:
                task.cancel()
            self.journal.close()
            await writing
            await adapters.close()

    def nudge(self, account_ids: Iterable[int]) -> None:
        """Something of these accounts may be due: walks their lanes."""
        if self._desk is None or self._desk.stopping:
            return
        for account_id in account_ids:
            if account_id in self._lanes:
                self._lanes[account_id][0].nudge()
                continue
            walk = LaneWalk(self._desk, account_id)
            task = asyncio.create_task(walk.run())
            self._lanes[account_id] = (walk, task)
            self._walking.set()
            task.add_done_callback(partial(self._ended, account_id))

    def stop(self) -> None:
        """Takes no more work; what is on the wire is waited for."""
        self._stop.set()

    @property
    def busy(self) -> int:
        """How many lanes are being walked."""
        return len(self._lanes)

    def _ended(self, account_id: int, task: asyncio.Task[None]) -> None:
        del self._lanes[account_id]
        if not self._lanes:
            self._walking.clear()
        if not task.cancelled() and (error := task.exception()):
            log.error("lane.failed", account=account_id, exc_info=error)

    async def _renew(self) -> None:
        lasts = timedelta(seconds=self._settings.lane_lease)
        while True:
            await self._walking.wait()
            await asyncio.sleep(self._settings.lane_lease / RENEWALS_A_LEASE)
            held = self._held()
            if not held:
                continue
            asked = self._runtime.boot()
            try:
                await self.journal.put(Renew(str(self.owner), tuple(sorted(held)), lasts))
            except JournalDownError:
                continue  # the lanes see for themselves when their leases run short
            for walk in held.values():
                walk.lane.safe_until = asked + self._settings.lane_lease

    async def _watch(self) -> None:
        while True:
            await self._walking.wait()
            await asyncio.sleep(EVERY)
            held = self._held()
            if not held:
                continue
            until = self._runtime.now() + timedelta(seconds=self._settings.look_ahead)
            try:
                glances = await self._runtime.blocking(glance, self._database, sorted(held), until)
            except (OperationalError, InterfaceError):
                continue  # the lanes see for themselves that the database is away
            for seen in glances:
                held[seen.account_id].seen(seen)

    def _held(self) -> dict[int, LaneWalk]:
        return {account_id: walk for account_id, (walk, _) in self._lanes.items() if walk.holds}


class EngineThread:
    """The engine as a worker or clock process runs it: a thread, a heartbeat, a watchdog.

    `runtime` makes its runtime: a fault test brings one that stops the process at a named point.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        runtime: Callable[[DatabaseClock], LiveRuntime] = LiveRuntime,
    ) -> None:
        self._settings = settings
        self._clock = DatabaseClock(database)
        self._runtime = runtime(self._clock)
        self._database = database
        self.owner = Owner.here()
        self.tally = Tally()
        self._beat = Heartbeat(settings.run_dir / "beats", self.owner.nonce)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name="beacon-engine", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()
        threading.Thread(target=self._watch, name="beacon-watchdog", daemon=True).start()

    def nudge(self, account_ids: Iterable[int]) -> None:
        """From any thread."""
        if self._loop and self._engine and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._engine.nudge, list(account_ids))

    def stop(self, wait: float | None = None) -> bool:
        """Drains and ends; True once it has. `wait` in seconds; None: as long as the calls may take."""
        if self._loop and self._engine and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._engine.stop)
        self._thread.join(self._settings.call_deadline + 5 if wait is None else wait)
        return not self._thread.is_alive()

    @property
    def commits(self) -> int:
        return self._engine.journal.commits if self._engine else 0

    def _main(self) -> None:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())
        self._runtime.close()
        self._beat.end()

    async def _serve(self) -> None:
        self._engine = Engine(self._settings, self._database, self._runtime, self.owner, tally=self.tally)
        self._loop = asyncio.get_running_loop()
        # Apart, so that a database that hangs does not look like a loop that stands still.
        beside = [asyncio.create_task(self._keep_beating()), asyncio.create_task(self._keep_time())]
        self._loop.call_soon(self._ready.set)
        try:
            await self._engine.run()
        finally:
            for task in beside:
                task.cancel()

    async def _keep_beating(self) -> None:
        while True:
            self._beat.beat()
            await asyncio.sleep(1)

    async def _keep_time(self) -> None:
        while True:
            try:
                await self._runtime.blocking(self._clock.sync)
            except Exception as away:  # noqa: BLE001 - the database is away; the boot clock counts on
                log.warning("clock.database_away", error=str(away)[:200])
            await asyncio.sleep(1)

    def _watch(self) -> None:
        """Ends the process when the loop has stalled: a lease nobody renews must have no owner."""
        while self._thread.is_alive():
            self._thread.join(1)
            if self._thread.is_alive() and self._beat.own_silence() > self._settings.lane_lease:
                log.critical("engine.stalled")
                self.owner.kill()


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - not to be had on Windows

    return uvloop.Loop
