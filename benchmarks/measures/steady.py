"""100 posts a second, evenly spread: what they cost, and how late each comes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import limits
from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work, number_of

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures

RATE = 100  # posts a second
SECONDS, QUICK_SECONDS = 20, 10


def _work(bench: Bench) -> Work:
    return Work(RATE * bench.scaled(SECONDS, QUICK_SECONDS), every=1 / RATE)


def _limit(bench: Bench) -> Figures:
    return limits.once("benchmarks.peers.limit", _work(bench), processes=1)


def _once(bench: Bench, kind: str) -> Figures:
    work = _work(bench)
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
        "post sent early. CPU counts clock, worker, database and broker, and so the ticks as well. The limit "
        "is the same HTTP client with no bookkeeping; what it takes more than in a burst is the price of "
        "waking up for each post."
    ),
    subjects={
        "Beacon, PostgreSQL": partial(_once, kind="postgresql"),
        "Beacon, SQLite": partial(_once, kind="sqlite"),
        "limit, at this pace": _limit,
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
