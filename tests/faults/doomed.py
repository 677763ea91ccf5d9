"""A worker, a clock or a command like any other, but doomed: at a named point it ends or freezes.

    python -m tests.faults.doomed worker '{"point": "intended", "occurrence": 3}'

Points of a worker: each thing that its journal writes has `asked` (before its transaction), `written`
(all statements done, COMMIT not yet begun) and `committed`; the things are claim, intent, outcome,
upload_intent, upload_outcome, replay_intent, look_up, mark and give_back. Then the engine's own
`before_intent`, `intended` and `answered`. Points of a clock: tick.asked, tick.read, tick.nudged,
sweep.asked, sweep.written; of a command: command.written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from sqlalchemy import Engine, event

from campaigns.cli.main import main as beacon
from campaigns.core.wire import Wire
from campaigns.deliver import clock as deliver_clock
from campaigns.deliver.due import due_lanes
from campaigns.deliver.intent import Intent
from campaigns.deliver.lease import GiveBack, Mark, Take
from campaigns.deliver.outcome import Uploaded
from campaigns.deliver.report import Report
from campaigns.deliver.runtime import LiveRuntime
from campaigns.deliver.sweep import sweep
from campaigns.models import AttemptKind
from config import logging
from config.settings import Settings
from workers import clock as clock_process
from workers import worker as worker_process

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from campaigns.deliver.clock import DatabaseClock

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Doom:
    """When it strikes, and how. `after`: seconds from the point until it does, while the process goes on."""

    point: str
    occurrence: int = 1
    deliveries: tuple[int, ...] = ()  # only these; empty: any
    action: str = "kill"  # or "stop": SIGSTOP
    victim: int = 0  # another process to end instead, by pid
    after: float = 0.0
    offset_file: str = ""  # seconds by which the database's clock is wrong stand in this file
    settle: float = 0.0  # seconds that an untrusted clock is watched, instead of the engine's minute

    def as_argument(self) -> str:
        return json.dumps(asdict(self))

    def passes(self, point: str, delivery_id: int = 0) -> None:
        """The process is at this point now."""
        if point != self.point or (self.deliveries and delivery_id not in self.deliveries):
            return
        self.occurrence -= 1
        if self.occurrence:
            return
        if self.after:
            threading.Timer(self.after, self._strike).start()
        else:
            self._strike()

    def _strike(self) -> None:
        number = signal.SIGSTOP if self.action == "stop" else signal.SIGKILL
        os.kill(self.victim or os.getpid(), number)
        time.sleep(0 if self.victim else 0.2)  # our own end arrives within this


class DoomedRuntime(LiveRuntime):
    """The live runtime, watched."""

    def __init__(self, clock: DatabaseClock, doom: Doom) -> None:
        super().__init__(clock)
        self._doom = doom
        self._writing = threading.local()
        _before_commits(lambda: self._pass("written"))

    def reached(self, point: str, delivery_id: int) -> None:
        self._doom.passes(point, delivery_id)

    async def blocking(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        things = _things(args[0]) if len(args) == 1 and isinstance(args[0], list) else set()

        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            self._writing.things = things
            self._pass("asked")
            result = call(*args, **kwargs)
            self._pass("committed")
            self._writing.things = set()
            return result

        return await super().blocking(watched, *args, **kwargs)

    def _pass(self, stage: str) -> None:
        for thing in sorted(getattr(self._writing, "things", ())):
            self._doom.passes(f"{thing}.{stage}")


def _before_commits(pass_it: Callable[[], None]) -> None:
    """Every transaction of this process passes here when all is written but the COMMIT."""
    event.listen(Engine, "commit", lambda _: pass_it())
    commit = Wire.commit

    def watched(wire: Wire) -> None:
        pass_it()
        commit(wire)

    setattr(Wire, "commit", watched)  # noqa: B010 - mypy forbids the plain assignment


def _things(entries: list[Any]) -> set[str]:
    return {_thing(entry) for entry in entries} - {""}


def _thing(entry: Any) -> str:
    match entry:
        case Intent():
            kinds = {AttemptKind.UPLOAD: "upload_intent", AttemptKind.REPLAY: "replay_intent"}
            return kinds.get(entry.asked.kind, "intent")
        case Report(attempt_id=None):
            return "look_up"
        case Report():
            return "upload_outcome" if isinstance(entry.outcome, Uploaded) else "outcome"
    return _PLAIN.get(type(entry), "")


_PLAIN: dict[type, str] = {Take: "claim", Mark: "mark", GiveBack: "give_back"}


def _doomed_clock(doom: Doom) -> None:
    """The clock has no runtime; its two jobs are wrapped where it looks them up."""

    def around(name: str, call: Callable[P, R]) -> Callable[P, R]:
        @wraps(call)
        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            doom.passes(f"{name}.asked")
            result = call(*args, **kwargs)
            doom.passes(f"{name}.read")
            return result

        return watched

    tick = clock_process.Ticker.tick

    def ticked(ticker: clock_process.Ticker) -> None:
        tick(ticker)
        doom.passes("tick.nudged")

    _before_commits(lambda: doom.passes("sweep.written"))
    for module, name, call in (
        (clock_process, "due_lanes", around("tick", due_lanes)),
        (clock_process, "sweep", around("sweep", sweep)),
        (clock_process.Ticker, "tick", wraps(tick)(ticked)),
    ):
        setattr(module, name, call)


def _wrong_clock(doom: Doom) -> None:
    """The database's clock is off by what stands in a file, now and whenever it changes."""
    read, offset = deliver_clock.DatabaseClock._read, Path(doom.offset_file)

    def wrong(clock: DatabaseClock) -> datetime:
        return read(clock) + timedelta(seconds=float(offset.read_text("ascii") or 0))

    setattr(deliver_clock.DatabaseClock, "_read", wrong)  # noqa: B010 - mypy forbids the plain assignment
    if doom.settle:
        deliver_clock.SETTLE_SECONDS = doom.settle


def main(part: str, told: str, *arguments: str) -> int:
    """A clock, a worker, or a person's command (its points: command.written) with these arguments."""
    doom = Doom(**json.loads(told))
    if part == "command":
        _before_commits(lambda: doom.passes("command.written"))
        return beacon(list(arguments))
    settings = Settings()
    logging.set_up(settings.log_level)
    if doom.offset_file:
        _wrong_clock(doom)
    if part == "clock":
        _doomed_clock(doom)
        clock_process.run(settings, settings.redis_url)
        return 0
    return worker_process.run(settings, settings.redis_url, lambda clock: DoomedRuntime(clock, doom))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
