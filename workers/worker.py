"""The worker process: Celery brings nudges, the delivery engine in its own thread does the work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from celery import bootsteps

from campaigns.core.collector import keep_what_is_there
from campaigns.core.db import open_engine
from campaigns.core.moments import utc_now
from campaigns.deliver.beat import Beat
from campaigns.deliver.engine import EngineThread
from campaigns.deliver.runtime import LiveRuntime
from campaigns.listen.watch import Watch
from workers.ageing import end_when_outdated
from workers.app import make_app
from workers.signs import sign_of
from workers.tasks import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.deliver.clock import DatabaseClock
    from config.settings import Settings

log = structlog.get_logger(__name__)

NUDGE_THREADS = 2
"""A nudge only hands over to the engine, so two threads are plenty."""


def run(
    settings: Settings, broker_url: str, runtime: Callable[[DatabaseClock], LiveRuntime] = LiveRuntime
) -> int:
    """Works until SIGTERM or SIGINT, then drains what is on the wire. Returns the exit code."""
    database = open_engine(settings.database, by_index=True)
    engine = EngineThread(settings, database, runtime)
    app = make_app(broker_url)
    register(app, engine.nudge)
    app.steps["worker"].add(_engine_step(engine))
    watch = Watch(settings, database, utc_now)

    def afterwards() -> None:
        end_when_outdated(database)
        watch.watch_the_clock()

    beat = Beat(
        database,
        engine.owner,
        "worker",
        sign=partial(sign_of, settings, broker_url),
        tally=engine.tally,
        then=afterwards,
    )
    worker = app.Worker(
        pool="threads",
        concurrency=NUDGE_THREADS,
        hostname=f"beacon-{engine.owner.nonce}@%h",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel=settings.log_level,
        quiet=True,
    )
    beat.start()
    try:
        worker.start()
    finally:
        engine.stop()
        beat.stop()
        database.dispose()
    exit_code: int = worker.exitcode or 0
    return exit_code


def _engine_step(engine: EngineThread) -> type[bootsteps.StartStopStep]:
    class EngineStep(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery ships no types
        """Starts before nudges can arrive; on shutdown takes no more work and drains the sends."""

        def start(self, _worker: Any) -> None:
            engine.start()
            keep_what_is_there()

        def stop(self, _worker: Any) -> None:
            if not engine.stop():
                log.warning("worker.not_drained")

    return EngineStep
