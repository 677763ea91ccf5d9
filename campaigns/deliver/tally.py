"""What a process counts, until it is added to what all have counted (`models.control.Tally`)."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from campaigns.models.tables import tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

OUTCOMES = "outcomes"  # labelled "platform outcome"
PLATFORM_ERRORS = "platform_errors"  # labelled "platform kind"
COMMITS = "journal_commits"
LATENESS = "lateness"  # labelled with the upper edge of its bucket; its sum is counted apart
LATENESS_SUM = "lateness_sum"

LATENESS_EDGES = (
    0.002,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
    300.0,
    3600.0,
)
"""Seconds; from the aim on a quiet machine (p50 2 ms) to the usual late rule (an hour)."""

Counts = dict[tuple[str, str], float]


class Tally:
    """Counted by the engine's thread, taken by another; a count costs less than a microsecond."""

    def __init__(self) -> None:
        self._counts: Counts = defaultdict(float)
        self._lock = threading.Lock()

    def count(self, name: str, label: str = "", by: float = 1) -> None:
        with self._lock:
            self._counts[name, label] += by

    def late(self, seconds: float) -> None:
        """A post went out this long after it was due."""
        place = bisect_left(LATENESS_EDGES, seconds)
        edge = f"{LATENESS_EDGES[place]:g}" if place < len(LATENESS_EDGES) else "+Inf"
        with self._lock:
            self._counts[LATENESS, edge] += 1
            self._counts[LATENESS_SUM, ""] += seconds

    def take(self) -> Counts:
        """All that was counted since the last time."""
        with self._lock:
            taken, self._counts = self._counts, defaultdict(float)
        return taken

    def put_back(self, counts: Counts) -> None:
        """What could not be written is written next time."""
        for (name, label), by in counts.items():
            self.count(name, label, by)


def pour(connection: Connection, counts: Mapping[tuple[str, str], float]) -> None:
    """Adds to what all processes have counted; in one order, so that two never wait for each other."""
    rows = [{"name": name, "label": label, "value": by} for (name, label), by in sorted(counts.items())]
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = insert(tally)
    added = fresh.on_conflict_do_update(
        index_elements=["name", "label"], set_={"value": tally.c.value + fresh.excluded.value}
    )
    connection.execute(added, rows)
