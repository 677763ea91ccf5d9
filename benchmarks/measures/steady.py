"""100 posts a second, evenly spread: what they cost, and how late each comes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work, number_of

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures

RATE = 100  # posts a second
SECONDS, QUICK_SECONDS = 20, 10


def _once(bench: Bench, kind: str) -> Figures:
    work = Work(RATE * bench.scaled(SECONDS, QUICK_SECONDS), every=1 / RATE)
    with rounds.stage(bench.databases, kind, accounts=work.accounts) as stage:
        figures = rounds.run(stage, work)
        first = figures["first_due"]
        late = sorted(
            1000 * (moment - first - work.offset(number_of(text))) for moment, text in stage.sink.arrivals()
        )
    return {**figures, "earliest": late[0], "p50": _percentile(late, 50), "p99": _percentile(late, 99)}


def _percentile(ordered: list[float], which: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * which // 100)]


MEASURE = Measure(
    name="steady",
    title="Steady: 100 posts a second over 50 accounts",
    told=(
        f"{SECONDS} seconds of it, one post every 10 ms. Lateness is milliseconds from a post's due time to "
        "its arrival at the sink, connection, request and sink included; *earliest* below zero would be a "
        "post sent early. CPU counts clock, worker, database and broker, and so the ticks as well."
    ),
    subjects={
        "Beacon, PostgreSQL": partial(_once, kind="postgresql"),
        "Beacon, SQLite": partial(_once, kind="sqlite"),
    },
    columns=(
        Column("cpu", "CPU s per 1,000"),
        Column("cpu_own", "of it own"),
        Column("earliest", "earliest, ms"),
        Column("p50", "p50, ms"),
        Column("p99", "p99, ms"),
    ),
    rounds=2,
)
