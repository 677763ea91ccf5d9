"""A platform that takes 100 ms to answer: each account waits for it, and for nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures

LATENCY = 0.1  # seconds


def _once(bench: Bench, kind: str) -> Figures:
    work = Work(bench.scaled(5_000, 1_000))
    with rounds.stage(bench.databases, kind, accounts=work.accounts, latency=LATENCY) as stage:
        figures = rounds.run(stage, work)
    return {**figures, "share": figures["posts_per_second"] / (work.accounts / LATENCY)}


MEASURE = Measure(
    name="latency",
    title="A platform with 100 ms latency",
    told=(
        "5,000 posts over 50 accounts, all due at once. Within an account posts go one after another, so 50 "
        "accounts / 0.1 s = 500 posts a second is what physics allows; *share* is how much of it is "
        "reached."
    ),
    subjects={
        "Beacon, PostgreSQL": partial(_once, kind="postgresql"),
        "Beacon, SQLite": partial(_once, kind="sqlite"),
    },
    columns=(
        Column("posts_per_second", "posts/s", ",.0f"),
        Column("share", "share"),
        Column("cpu", "CPU s per 1,000"),
    ),
    rounds=2,
)
