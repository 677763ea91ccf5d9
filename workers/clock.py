"""The clock process: APScheduler ticks, nothing more. What is due stands in the database.

Any number of clocks may run: a nudge too many costs one look at a lane that has an owner.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import DBAPIError

from campaigns.core.db import open_engine, write_session
from campaigns.core.moments import utc_now
from campaigns.core.signals import Signals
from campaigns.deliver import restored
from campaigns.deliver.beat import Beat
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.due import due_lanes
from campaigns.deliver.owner import Owner
from campaigns.deliver.sweep import forget_processes, sweep
from campaigns.keep.export import Export
from campaigns.keep.retention import retain
from campaigns.listen.watch import STALLED_AFTER, Watch, forget_alerts
from campaigns.plan.loading import apply_new_zone_rules, extend_recurrences
from workers.ageing import end_when_outdated
from workers.app import NUDGE, NUDGE_EXPIRES, make_app
from workers.signs import sign_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.deliver.engine import EngineThread
    from campaigns.deliver.presence import Sign
    from config.settings import Settings

log = structlog.get_logger(__name__)

LANES_A_NUDGE = 25
NUDGES_A_TICK = 40
"""At most: a worker takes far longer to receive a nudge than to be told of one lane more."""
HOUR = 3600
RETAIN_SECONDS = 600
"""How long one round of deleting may take; the next one goes on."""
WATCH_EVERY = 10  # seconds


class Ticker:
    """What the ticks do."""

    def __init__(self, settings: Settings, database: Engine, broker_url: str) -> None:
        self._settings, self._database, self._broker_url = settings, database, broker_url
        self._celery = make_app(broker_url)
        self._clock = DatabaseClock(database)
        self._broker_lost: float | None = None
        self._own_engine: EngineThread | None = None
        self._ticked: datetime | None = None
        self._zones_applied = False
        self._watch = Watch(settings, database, self._clock.now)

    def sign(self) -> Sign:
        """What the clock says of itself: a scheduler that stands still is seen by its last tick."""
        return replace(sign_of(self._settings, self._broker_url), ticked_utc=self._ticked)

    def tick(self) -> None:
        """Nudges the lanes that have something to do soon."""
        self._clock.sync()
        lanes = due_lanes(self._database, self._clock.now(), self._settings.look_ahead)
        size = max(LANES_A_NUDGE, math.ceil(len(lanes) / NUDGES_A_TICK))
        for first in range(0, len(lanes), size):
            self._nudge(lanes[first : first + size])
        self._ticked = self._clock.now()

    def sweep(self) -> None:
        """Frees the lanes of dead workers; asks about what a restore leaves in doubt."""
        if self._clock.steady():
            sweep(self._database, self._settings, self._clock.now())
            restored.ask_on(self._database, self._clock.now())

    def extend(self) -> None:
        """Keeps recurring posts planned ahead, and once in a clock's life what is planned by its zone."""
        if not self._zones_applied:
            apply_new_zone_rules(self._database, self._clock.now())
            self._zones_applied = True
        with write_session(self._database) as session:
            extend_recurrences(session, self._clock.now())
        forget_processes(self._database, self._clock.now())
        forget_alerts(self._database, self._clock.now())

    def watch(self) -> None:
        """Tells staff what needs them; also that the ticks no longer come, if only these looks still do."""
        since = (self._clock.now() - self._ticked).total_seconds() if self._ticked else None
        self._watch.look(stalled=None if since is None else since > STALLED_AFTER)

    def retain(self) -> None:
        """Deletes what is older than the install keeps."""
        days, now = self._settings.retain_days, self._clock.now()
        if days is not None and self._clock.steady():
            export = Export(self._settings.retain_export, now)
            done = retain(self._database, now, days, export, at_most=RETAIN_SECONDS)
            if done.deleted:
                log.info("clock.retained", longest=round(done.longest, 3), **done.deleted)

    def close(self) -> None:
        if self._own_engine:
            self._own_engine.stop()
        self._celery.close()

    def _nudge(self, lanes: list[int]) -> None:
        try:
            self._celery.send_task(NUDGE, args=[lanes], expires=NUDGE_EXPIRES, retry=False)
        except (BrokerError, OSError) as lost:
            self._without_broker(lanes, lost)
        else:
            self._broker_lost = None

    def _without_broker(self, lanes: list[int], lost: Exception) -> None:
        """A clock that cannot nudge for a while does the work itself."""
        now = self._clock.boot()
        if self._broker_lost is None:
            log.warning("clock.broker_lost", error=str(lost)[:200])
            self._broker_lost = now
        if now - self._broker_lost < self._settings.broker_grace:
            return
        if self._own_engine is None:
            from campaigns.deliver.engine import EngineThread  # noqa: PLC0415 - 17 MB, hardly ever needed

            log.warning("clock.works_itself")
            self._own_engine = EngineThread(self._settings, self._database)
            self._own_engine.start()
        self._own_engine.nudge(lanes)


def run(settings: Settings, broker_url: str) -> None:
    """Ticks until SIGTERM or SIGINT."""
    database = open_engine(settings.database, by_index=True)
    ticker = Ticker(settings, database, broker_url)
    beat = Beat(database, Owner.here(), "clock", sign=ticker.sign, then=partial(end_when_outdated, database))
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(3)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job, seconds in (
        (ticker.tick, settings.tick_every),
        (ticker.sweep, settings.sweep_every),
        (ticker.watch, WATCH_EVERY),
        (ticker.extend, HOUR),
        (ticker.retain, HOUR),
    ):
        scheduler.add_job(_guarded(job), "interval", seconds=seconds, next_run_time=utc_now())
    beat.start()
    with Signals() as signals:
        scheduler.start()
        while not signals.stops:
            signals.wait(HOUR)
    scheduler.shutdown(wait=True)
    ticker.close()
    beat.stop()
    database.dispose()


def _guarded(job: Callable[[], None]) -> Callable[[], None]:
    """A tick that fails says so and leaves the next one to try again."""

    @wraps(job)
    def guarded() -> None:
        try:
            job()
        except DBAPIError as away:
            log.warning("clock.database_away", job=job.__name__, error=str(away.__cause__ or away)[:200])

    return guarded
