"""What is deleted when it is old, in portions so small that nobody waits for them.

Nothing that is not finished is touched, nor what a look-up may still need.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.core.db import writing
from campaigns.keep.old import KINDS, in_doubt

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from campaigns.keep.export import Export

LEAST_DAYS = 30
"""Younger rows are kept in any case: look-ups leave out what is on record for other posts."""

AIM = 0.1  # seconds that one transaction should take; 0.25 is what nobody may exceed
FEWEST, FIRST, MOST = 50, 100, 300  # rows in one portion
REST = 0.02  # seconds between two portions, so that whoever waits for the write lock gets it


@dataclass
class Retained:
    """What was deleted, by what it was; and how long the longest transaction took, in seconds."""

    deleted: dict[str, int] = field(default_factory=dict)
    longest: float = 0.0


def retain(
    database: Engine, now: datetime, days: int, export: Export, *, at_most: float = float("inf")
) -> Retained:
    """Deletes what is older than so many days; `at_most` in seconds, the rest is for the next time.

    May run in several clocks at once. After a restore it waits until somebody has resumed.
    """
    cutoff = now - timedelta(days=max(days, LEAST_DAYS))
    done, ends = Retained(), time.monotonic() + at_most
    for kind in KINDS:
        portion = FIRST
        while time.monotonic() < ends:
            with database.connect() as reading:
                keys = reading.execute(kind.old(cutoff).limit(portion)).all()
            if not keys:
                break
            began = time.monotonic()
            with writing(database) as connection:
                count = 0 if in_doubt(connection) else kind.drop(connection, keys, cutoff, now, export)
                export.flush()  # on disk before the rows are gone
            took = time.monotonic() - began
            done.longest = max(done.longest, took)
            if not count:
                break
            done.deleted[kind.name] = done.deleted.get(kind.name, 0) + count
            portion = max(FEWEST, min(MOST, round(portion * min(2.0, AIM / max(took, 0.001)))))
            time.sleep(REST)
    return done
