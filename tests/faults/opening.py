"""Opens a world for one case: a fresh database, a broker and a practice platform of its own."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaigns.core.db import open_engine
from config.settings import Settings
from tests.faults.databases import migrate
from tests.faults.world import World
from tests.support import postgres
from tests.support.practice import running_practice
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.databases import Databases
    from tests.faults.scenario import Case

USUAL: dict[str, Any] = {
    "lane_lease": 12,
    "call_deadline": 4,
    "quarantine": 0.5,
    "recheck": 0.3,
    "reconcile_limit": 300,  # more than the breaker's minute, and than a busy machine needs for a new worker
    "heartbeat_stale": 2,
    "catch_up_after": 7200,
    "tick_every": 0.25,
    "sweep_every": 0.5,
    "broker_grace": 2,
    "log_level": "INFO",
}
"""Leases and waits, shortened; nothing else differs from a real install."""


@contextmanager
def open_world(databases: Databases, database: str, case: Case, seed: str) -> Iterator[World]:
    """A world of its own for one case; everything in it is gone at the end."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="beacon-fault-", ignore_cleanup_errors=True)
            )
        )
        server = None
        if case.own_server:
            server = stack.enter_context(postgres.running())
            url = server.create_database("beacon")
            migrate(url)
        else:
            url = stack.enter_context(databases.fresh(database, folder))
        settings = Settings(**{**USUAL, **case.settings, "data_dir": folder / "data", "database_url": url})
        settings.data_dir.mkdir()
        (folder / "practice").mkdir()
        practice = stack.enter_context(running_practice(folder / "practice"))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        broker = Broker(settings)
        stack.callback(broker.stop)
        world = World(settings, engine, practice, broker, broker.start(), seed)
        world.server = server
        stack.callback(world.processes.end)
        yield world
