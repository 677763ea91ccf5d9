"""One simulated install: it holds the parts together and lets time pass."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pydantic import SecretStr

from config.settings import Settings
from tests.simulation.agenda import Agenda
from tests.simulation.coverage import Coverage
from tests.simulation.database import SimulatedDatabase
from tests.simulation.founding import SECRET
from tests.simulation.loop import VirtualLoop
from tests.simulation.oracle import Oracle
from tests.simulation.people import People
from tests.simulation.platform import OUTSIDE, SimulatedPlatform
from tests.simulation.workers import Broker, Clock, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.deliver.owner import Owner
    from tests.simulation.loop import Process
    from tests.simulation.oracle import Violation
    from tests.simulation.platform import Call
    from tests.simulation.scenario import Scenario
    from tests.simulation.workers import Shell

P = ParamSpec("P")
R = TypeVar("R")


@cache
def _settings() -> Settings:
    return Settings(database_url="sqlite://", secret_key=SecretStr(SECRET))


class World:
    """Live it once, with `live`; what was seen stays in `violations`, `lines` and `coverage`."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.begins_at = datetime.fromisoformat(scenario.begins)
        self.settings = _settings()
        self.loop = VirtualLoop()
        self.chance = random.Random(f"{scenario.seed}/world")  # noqa: S311 - to be repeated
        self.wall_offset = timedelta(0)
        self.wall_jumped = False
        self.coverage = Coverage()
        self.lines: list[str] = []
        self.stirs = self.deaths = 0
        self._resting: list[asyncio.Future[None]] = []
        self._pids = 100
        self._processes: dict[str, Process] = {}
        self.away_until: dict[str, float] = {}  # by host; "" is everywhere
        self.slow_until = 0.0  # until then the database takes its time
        self.poisonous: set[int] = set()
        self._crashes: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._reached: Counter[tuple[str, int]] = Counter()
        self.network: dict[tuple[str, int, int], str] = {}  # (call, post, nth) -> fault
        self._calls: Counter[tuple[str, int]] = Counter()
        self.healing = False
        self.shells: dict[str, Shell] = {}
        self.database = SimulatedDatabase()
        self.agenda = Agenda(self.database, self.settings)
        self.broker = Broker(self)
        self.platform = SimulatedPlatform(self)
        self.people = People(self)
        self.oracle = Oracle(self)

    @property
    def violations(self) -> list[Violation]:
        return self.oracle.violations

    @property
    def latest_arrival(self) -> float:
        """A request that arrives later than this after it began is no request any more: the quarantine
        says how late the engine believes in."""
        return self.settings.call_deadline + self.settings.quarantine - 2

    # Time

    def true_time(self) -> datetime:
        return self.begins_at + timedelta(seconds=self.loop.time())

    def wall(self) -> datetime:
        return self.true_time() + self.wall_offset

    def jump(self, by: timedelta) -> None:
        self.wall_offset += by
        self.wall_jumped = True
        for shell in self.shells.values():
            shell.resync()
        self.stir()

    def later(self, seconds: float, what: Callable[..., object], *about: object) -> None:
        """Something of the world itself: no process's death prevents it."""
        self.loop.call_later(seconds, what, *about, context=OUTSIDE)

    # The story

    def tell(self, what: str) -> None:
        moment = timedelta(milliseconds=round(self.loop.time() * 1000))
        self.lines.append(f"{str(moment)[:-3] if '.' in str(moment) else f'{moment}.000'}  {what}")

    def struck(self, kind: str) -> None:
        """A fault that really took effect."""
        self.coverage.kinds[kind] += 1

    # Processes

    def next_pid(self) -> int:
        self._pids += 1
        return self._pids

    def start(self, slot: str) -> None:
        host = dict(self.slots())[slot]
        shell = (Worker if slot.startswith("worker") else Clock)(self, slot, host)
        self.shells[slot] = shell
        self._processes[str(shell.owner)] = shell.process
        self.tell(f"{shell.process.name} starts on {host}")
        shell.start()
        self.stir()

    def slots(self) -> list[tuple[str, str]]:
        return [
            *((f"worker{number}", host) for number, host in enumerate(self.scenario.workers, 1)),
            *((f"clock{number}", host) for number, host in enumerate(self.scenario.clocks, 1)),
        ]

    def process_of(self, owner: Owner) -> Process:
        return self._processes[str(owner)]

    def clock_of(self, owner: str) -> datetime:
        """What the process with this name takes for the time."""
        return next(shell.runtime.now() for shell in self.shells.values() if str(shell.owner) == owner)

    def workers(self) -> list[Worker]:
        return [shell for shell in self.shells.values() if isinstance(shell, Worker)]

    def nobody_works(self) -> bool:
        return not any(shell.works for shell in self.shells.values())

    def crash(self, process: Process, how: str) -> None:
        if not process.alive:
            return
        process.die()
        self.deaths += 1
        self.tell(f"{process.name} dies {how}")
        slot = process.name.partition("#")[0]
        self.later(self.chance.uniform(1, 30), self._restart, slot)
        self.stir()

    def _restart(self, slot: str) -> None:
        if not self.shells[slot].process.alive:
            self.start(slot)

    def crashes_at(self, point: str, delivery: int) -> bool:
        self._reached[point, delivery] += 1
        self.coverage.figures["points reached"] += 1
        if self.healing:
            return False
        if point == "before_intent" and delivery in self.poisonous:
            self.struck("poison: dies before the intent")
            return True
        return self._reached[point, delivery] in self._crashes[point, delivery]

    def plan_crash(self, point: str, delivery: int, nth: int) -> None:
        self._crashes[point, delivery].append(nth)

    # The database

    def reachable(self, process: Process) -> bool:
        now = self.loop.time()
        return max(self.away_until.get("", 0), self.away_until.get(process.host, 0)) <= now

    def cut_off(self, host: str, seconds: float) -> None:
        """The host cannot reach the database any more; an empty host means all of them."""
        self.away_until[host] = self.loop.time() + seconds
        self.later(seconds, self.stir)

    def in_database(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """One transaction; the oracle looks at what it changed before anything else happens."""
        answer = call(*args, **kwargs)
        if self.database.changed():
            for arrow in self.database.news():
                self.coverage.arrows[arrow.before, arrow.after] += 1
                self.oracle.moved(arrow)
                self.people.noticed(arrow)
            self.stir()
        return answer

    def stir(self) -> None:
        self.stirs += 1
        resting, self._resting = self._resting, []
        for one in resting:
            if not one.done():
                one.set_result(None)

    async def stirred(self, now: datetime) -> None:
        """Returns when the database changed, or something in it becomes due."""
        seconds = self.agenda.next_moment(now)
        future: asyncio.Future[None] = self.loop.create_future()
        self._resting.append(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            pass

    # The network

    def call_begins(self, call: Call) -> None:
        """Every request passes here in the moment in which it begins."""
        self.oracle.begins(call)
        self.coverage.figures[f"requests: {call.kind}"] += 1
        if call.delivery:
            self._calls[call.kind, call.delivery] += 1
            nth = self._calls[call.kind, call.delivery]
            call.fault = "" if self.healing else self.network.get((call.kind, call.delivery, nth), "")
            if call.fault:
                self.struck(f"network: {call.fault}")
                self.tell(f"the network: {call.kind} of post {call.delivery} meets {call.fault}")
