"""Many accounts with one post each, all due on one second: is there a cliff?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures


def _once(bench: Bench, kind: str, accounts: int) -> Figures:
    posts = bench.scaled(5_000, 1_000)
    work = Work(posts, accounts=min(accounts, posts))
    with rounds.stage(bench.databases, kind, accounts=work.accounts) as stage:
        return rounds.run(stage, work)


MEASURE = Measure(
    name="wide",
    title="5,000 accounts with one post each, all due on one second",
    told="Beside it the same 5,000 posts over 50 accounts.",
    subjects={
        f"Beacon, {label}, {accounts:,} accounts": partial(_once, kind=kind, accounts=accounts)
        for label, kind in (("PostgreSQL", "postgresql"), ("SQLite", "sqlite"))
        for accounts in (50, 5_000)
    },
    columns=(
        Column("posts_per_second", "posts/s", ",.0f"),
        Column("cpu", "CPU s per 1,000"),
        Column("memory_mb", "MB", ",.0f"),
    ),
    rounds=1,
)
