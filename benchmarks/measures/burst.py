"""10,000 posts due at once: Beacon, what people would pick instead, and the limit, in turn."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import limits, peering
from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work
from benchmarks.peers import roster

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.measure import Bench, Figures
    from benchmarks.harness.peering import Peer

POSTGRES, POSTGRES_2, SQLITE = "Beacon, PostgreSQL", "Beacon, PostgreSQL, 2 workers", "Beacon, SQLite"
CELERY, BULLMQ = "naive Celery", "BullMQ"
DRAMATIQ, PROCRASTINATE, APSCHEDULER = "dramatiq", "procrastinate", "APScheduler"
LIMIT, LIMIT_2, SINK = "limit, 1 process", "limit, 2 processes", "the sink's own limit"

FEW = 2_000  # posts for peers that are slower still than naive Celery
QUICK = 2_000


def _beacon(bench: Bench, kind: str, workers: int) -> Figures:
    work = Work(bench.scaled(10_000, QUICK))
    with rounds.stage(bench.databases, kind, accounts=work.accounts, workers=workers) as stage:
        return rounds.run(stage, work, count_commits=True)


def _peer(bench: Bench, peer: Peer, whole: int = 10_000) -> Figures:
    return peering.run(bench, peer, Work(bench.scaled(whole, min(whole, QUICK))))


def _limit(bench: Bench, module: str, processes: int) -> Figures:
    return limits.once(f"benchmarks.peers.{module}", Work(bench.scaled(10_000, QUICK)), processes)


def _subjects() -> dict[str, Callable[[Bench], Figures]]:
    subjects: dict[str, Callable[[Bench], Figures]] = {
        POSTGRES: partial(_beacon, kind="postgresql", workers=1),
        CELERY: partial(_peer, peer=roster.NAIVE_CELERY),
        LIMIT: partial(_limit, module="limit", processes=1),
        POSTGRES_2: partial(_beacon, kind="postgresql", workers=2),
        LIMIT_2: partial(_limit, module="limit", processes=2),
        SQLITE: partial(_beacon, kind="sqlite", workers=1),
    }
    if roster.node_is_here():
        subjects[BULLMQ] = partial(_peer, peer=roster.BULL)
    return subjects | {
        SINK: partial(_limit, module="raw", processes=1),
        DRAMATIQ: partial(_peer, peer=roster.DRAMATIQ, whole=FEW),
        PROCRASTINATE: partial(_peer, peer=roster.PROCRASTINATE, whole=FEW),
        APSCHEDULER: partial(_peer, peer=roster.APSCHEDULER, whole=FEW),
    }


MEASURE = Measure(
    name="burst",
    title="Burst: 10,000 posts over 50 accounts, all due at once",
    told=(
        "Everything is planned or enqueued before, and runs idle when the moment comes; each post is one "
        "call to the sink, and is marked published in the database. Time counts from the due moment to the "
        "last mark. CPU counts over all processes, database and broker included, from before Beacon claims "
        "its lanes; enqueueing and taking in, which a peer needs besides, stands in a column of its own. "
        "*commits* are writing transactions per post, counted by the database. *order breaks*: posts that "
        "reached the platform after a later one of their account. *sink busy*: share of one core that the "
        "sink took, which shows that it never was the bottleneck. Memory is of workers and clock, each "
        "shared page counted once. Peers have 2 processes, where they can; procrastinate is one async "
        "worker with 50 jobs at once, APScheduler one process with 20 threads, since its job store cannot "
        f"be shared. dramatiq, procrastinate and APScheduler had {FEW:,} posts, since they take so long."
    ),
    subjects=_subjects(),
    columns=(
        Column("posts_per_second", "posts/s", ",.0f"),
        Column("cpu", "CPU s per 1,000"),
        Column("cpu_own", "of it own"),
        Column("cpu_database", "database"),
        Column("intake", "enqueue besides"),
        Column("memory_mb", "MB", ",.0f"),
        Column("commits_per_post", "commits", ",.3f"),
        Column("order_breaks", "order breaks", ",.0f"),
        Column("sink_busy", "sink busy", ".0%"),
    ),
    fewer={CELERY: 3, **dict.fromkeys((POSTGRES_2, LIMIT_2, SINK, DRAMATIQ, PROCRASTINATE, APSCHEDULER), 1)},
)
