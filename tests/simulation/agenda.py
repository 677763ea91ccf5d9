"""What the database says of the work ahead: whether there is any, and when there will be more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.simulation.database import instant

if TYPE_CHECKING:
    from config.settings import Settings
    from tests.simulation.database import SimulatedDatabase


class Agenda:
    """Asked by clocks that would rather rest than tick in vain."""

    def __init__(self, database: SimulatedDatabase, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def lanes_owned(self) -> bool:
        """Whether a sweep could find anything; a jump of the wall clock stirs, and so is swept after."""
        return bool(self._database.one("SELECT count(*) FROM account WHERE lane_owner IS NOT NULL"))

    def something_waits(self, now: datetime) -> bool:
        """Whether `due_lanes` could name a lane at all: it never names one without this."""
        until = now + timedelta(seconds=self._settings.look_ahead + 1)  # a second for the way to the database
        return bool(
            self._database.ask(
                "SELECT 1 FROM delivery d JOIN account a ON a.id = d.account_id WHERE a.lane_owner IS NULL"
                " AND d.wake_utc <= ? AND d.state IN"
                " ('scheduled', 'retry_wait', 'submitting', 'uncertain') LIMIT 1",
                f"{until.replace(tzinfo=None)}",
            )
        )

    def next_moment(self, now: datetime) -> float | None:
        """Seconds until a tick may find more than now."""
        ahead = timedelta(seconds=self._settings.look_ahead)
        soon = f"{(now + ahead).replace(tzinfo=None)}"
        stored = self._database.one(
            "SELECT min(moment) FROM ("
            " SELECT min(wake_utc) AS moment FROM delivery WHERE wake_utc > ?1 AND state IN"
            " ('scheduled', 'retry_wait', 'submitting', 'uncertain')"
            " UNION ALL SELECT min(not_before) FROM account WHERE not_before > ?1"
            " UNION ALL SELECT min(breaker_until) FROM account WHERE breaker_until > ?1)",
            soon,
        )
        moment = instant(stored)
        return None if moment is None else max((moment - ahead - now).total_seconds(), 0.0)
