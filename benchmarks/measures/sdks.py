"""What tweepy and Mastodon.py cost through `requests`, beside an adapter of our own on aiohttp."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness import planning
from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.measure import Bench, Figures
    from campaigns.platforms.contract import Connection


def _once(bench: Bench, connect: Callable[[str, int], tuple[str, Connection]]) -> Figures:
    work = Work(bench.scaled(2_000, 500))
    with rounds.stage(bench.databases, "postgresql", accounts=work.accounts, connect=connect) as stage:
        return rounds.run(stage, work)


OURS, MASTODON, X = "practice, aiohttp", "Mastodon, Mastodon.py", "X, tweepy (OAuth 1.0a)"

MEASURE = Measure(
    name="sdks",
    title="Platforms behind an SDK",
    told=(
        "The whole engine on PostgreSQL, 2,000 posts over 50 accounts due at once; the sink answers in each "
        "platform's words. The difference to the first row is what an adapter of our own would save."
    ),
    subjects={
        OURS: partial(_once, connect=planning.practice),
        MASTODON: partial(_once, connect=planning.mastodon),
        X: partial(_once, connect=planning.x),
    },
    columns=(
        Column("posts_per_second", "posts/s", ",.0f"),
        Column("cpu", "CPU s per 1,000"),
        Column("cpu_own", "of it own"),
        Column("memory_mb", "MB", ",.0f"),
    ),
    rounds=1,
)
