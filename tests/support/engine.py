"""The real delivery engine in a thread of the test, and a patient look at what becomes of its work."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from campaigns.deliver import restored
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.due import due_lanes
from campaigns.deliver.engine import EngineThread
from campaigns.deliver.runtime import LiveRuntime
from campaigns.deliver.sweep import sweep
from campaigns.models import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from config.settings import Settings


def states(database: Engine) -> dict[int, str]:
    """Every delivery's state, by id."""
    with Session(database) as session:
        return dict(session.exec(select(Delivery.id, Delivery.state).order_by(col(Delivery.id))).all())


def delivery(database: Engine, delivery_id: int) -> Delivery:
    with Session(database) as session:
        return session.get_one(Delivery, delivery_id)


def until(true: Callable[[], Any], seconds: float = 60, every: Callable[[], object] = lambda: None) -> Any:
    """Waits until something holds, and returns it; fails with what held instead."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > deadline:
            message = f"not within {seconds} s"
            raise AssertionError(message)
        every()
        time.sleep(0.02)
    return found


@contextmanager
def running_engine(
    settings: Settings, database: Engine, runtime: Callable[[DatabaseClock], LiveRuntime] = LiveRuntime
) -> Iterator[Callable[[], None]]:
    """An engine; call what it yields to tick the clock once."""
    engine = EngineThread(settings, database, runtime)
    engine.start()
    clock = DatabaseClock(database)

    def tick() -> None:
        sweep(database, settings, clock.now())
        restored.ask_on(database, clock.now())
        engine.nudge(due_lanes(database, clock.now(), settings.look_ahead))

    try:
        yield tick
    finally:
        assert engine.stop(), "the engine did not drain"


def run_until(
    settings: Settings, database: Engine, wanted: Callable[[dict[int, str]], object]
) -> dict[int, str]:
    """Runs an engine until the states are as wanted."""
    with running_engine(settings, database) as tick:
        until(lambda: wanted(states(database)), every=tick)
    return states(database)
