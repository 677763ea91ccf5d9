"""Ten million posts for later: what they add to an empty look at the calendar and to a claim."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.harness import future
from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work
from campaigns.core.moments import utc_now
from campaigns.deliver.due import due_lanes

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from benchmarks.harness.measure import Bench, Figures
    from benchmarks.harness.planning import Ground

FEW, MANY, QUICK_MANY = 10_000, 10_000_000, 1_000_000
SCANS = 300
LOOK_AHEAD = 3.0  # seconds, the usual setting


def _once(bench: Bench, kind: str, many: bool) -> Figures:
    count = bench.scaled(MANY, QUICK_MANY) if many else FEW
    work = Work(2_000)
    filling = 0.0

    def fill(database: Engine, ground: Ground) -> None:
        nonlocal filling
        began = time.monotonic()
        future.fill(database, ground, count)
        filling = time.monotonic() - began

    with rounds.stage(bench.databases, kind, accounts=work.accounts, before=fill) as stage:
        scan = _scan(stage.database)
        figures = rounds.run(stage, work)
    return {**figures, "rows": count, "scan_ms": scan, "filling": filling}


def _scan(database: Engine) -> float:
    """Milliseconds of what the clock asks at every tick when nothing is due."""
    times = []
    for _ in range(SCANS):
        began = time.perf_counter()
        due = due_lanes(database, utc_now(), LOOK_AHEAD)
        times.append(1000 * (time.perf_counter() - began))
        if due:
            raise AssertionError("Something is due; the scan was to be empty.")
    return median(times)


def subject(label: str, *, many: bool) -> str:
    return f"Beacon, {label}, {'10 million' if many else '10 thousand'} rows"


MEASURE = Measure(
    name="rows",
    title="Ten million posts for later",
    told=(
        "Deliveries and parts due over the coming year lie in the tables already. *empty scan*: what the "
        f"clock asks at every tick, with nothing due; the median of {SCANS}. *claim*: 2,000 posts over 50 "
        "accounts on top, taken by the whole engine as in the burst. With `--quick` the many are one "
        "million."
    ),
    subjects={
        subject(label, many=many): partial(_once, kind=kind, many=many)
        for label, kind in (("PostgreSQL", "postgresql"), ("SQLite", "sqlite"))
        for many in (False, True)
    },
    columns=(
        Column("rows", "rows", ",.0f"),
        Column("scan_ms", "empty scan, ms"),
        Column("cpu", "claim: CPU s per 1,000"),
        Column("posts_per_second", "claim: posts/s", ",.0f"),
        Column("filling", "filled in, s", ",.0f"),
    ),
    rounds=1,
)
