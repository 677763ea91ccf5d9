"""Ten million posts for later: what they add to an empty look at the calendar and to a claim."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import psutil

from benchmarks.harness import future
from benchmarks.harness import round as rounds
from benchmarks.harness.databases import settle
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.sampling import cpu_seconds
from benchmarks.harness.work import Work
from campaigns.core.db import open_engine
from campaigns.core.moments import utc_now
from campaigns.deliver.due import due_lanes

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures
    from benchmarks.harness.round import Stage

FEW, MANY, QUICK_MANY = 10_000, 10_000_000, 1_000_000
WARM, SCANS = 30, 500
LOOK_AHEAD = 3.0  # seconds, the usual setting


def _once(bench: Bench, kind: str, many: bool) -> Figures:
    count = bench.scaled(MANY, QUICK_MANY) if many else FEW
    work = Work(2_000)
    with rounds.stage(bench.databases, kind, accounts=work.accounts) as stage:
        began = time.monotonic()
        future.fill(stage.database, stage.ground, count)
        settle(stage.database)
        filling = time.monotonic() - began
        scan = _scan(stage)
        figures = rounds.run(stage, work)
    return {**figures, "rows": count, "scan_ms": scan, "filling": filling}


def _scan(stage: Stage) -> float:
    """Milliseconds of CPU, the database's included, of what the clock asks when nothing is due."""
    ours = [psutil.Process(), *stage.groups["database"]]
    clocks = open_engine(stage.settings.database, by_index=True)
    before = 0.0
    for number in range(WARM + SCANS):
        if number == WARM:
            before = cpu_seconds(*ours)
        if due_lanes(clocks, utc_now(), LOOK_AHEAD):
            raise AssertionError("Something is due; the scan was to be empty.")
    clocks.dispose()
    return 1000 * (cpu_seconds(*ours) - before) / SCANS


def subject(label: str, *, many: bool) -> str:
    return f"Beacon, {label}, {'10 million' if many else '10 thousand'} rows"


MEASURE = Measure(
    name="rows",
    title="Ten million posts for later",
    told=(
        "Deliveries and parts due over the coming year lie in the tables already. *empty scan*: CPU, the "
        f"database's included, of what the clock asks at every tick, with nothing due; the mean of {SCANS}. "
        "*claim*: 2,000 posts over 50 accounts on top, taken by the whole engine as in the burst. With "
        "`--quick` the many are one million. The rows come when the clock is up: its hourly look at zone "
        "rules, which reads every post that waits, is not in these figures."
    ),
    subjects={
        subject(label, many=many): partial(_once, kind=kind, many=many)
        for label, kind in (("PostgreSQL", "postgresql"), ("SQLite", "sqlite"))
        for many in (False, True)
    },
    columns=(
        Column("rows", "rows", ",.0f"),
        Column("scan_ms", "empty scan, ms of CPU"),
        Column("cpu", "claim: CPU s per 1,000"),
        Column("posts_per_second", "claim: posts/s", ",.0f"),
        Column("filling", "filled in, s", ",.0f"),
    ),
    rounds=1,
    by_name=True,
)
