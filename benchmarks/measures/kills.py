"""A worker killed half-way through a burst, on a platform that offers nothing to settle a lost answer."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.harness import planning
from benchmarks.harness import round as rounds
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.work import Work, number_of
from campaigns.models import ACTIVE, State
from campaigns.models.tables import delivery

if TYPE_CHECKING:
    from benchmarks.harness.measure import Bench, Figures
    from benchmarks.harness.round import Stage

PATIENCE = 240.0
SOONER = {
    "call_deadline": 3,
    "lane_lease": 8,
    "heartbeat_stale": 3,
    "sweep_every": 1,
    "quarantine": 1,
    "recheck": 1,
    "reconcile_limit": 10,
}


def _once(bench: Bench, kind: str) -> Figures:
    work = Work(bench.scaled(10_000, 2_000))
    with rounds.stage(
        bench.databases, kind, accounts=work.accounts, connect=planning.blind_practice, settings=SOONER
    ) as stage:
        planning.plan(stage.database, stage.ground, work, rounds.LEAD)
        deadline = time.monotonic() + PATIENCE
        while stage.sink.count() < work.posts // 2:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Half of the posts did not come within {PATIENCE:.0f} s.")
            time.sleep(0.02)
        killed = time.monotonic()
        stage.install.kill_worker()
        stage.install.start("worker")
        states = _settled(stage)
        return {**_judge(states, stage, work), "recovery": time.monotonic() - killed}


def _settled(stage: Stage) -> list[tuple[str, int]]:
    """Each delivery's state and account, in the order they were planned, once nothing moves any more."""
    deadline = time.monotonic() + PATIENCE
    query = select(delivery.c.state, delivery.c.account_id).order_by(delivery.c.id)
    while True:
        with stage.database.connect() as connection:
            states = [(row.state, row.account_id) for row in connection.execute(query)]
        if not any(state in ACTIVE for state, _ in states):
            return states
        if time.monotonic() > deadline:
            raise RuntimeError(f"It did not settle: {Counter(state for state, _ in states)}.")
        time.sleep(0.5)


def _judge(states: list[tuple[str, int]], stage: Stage, work: Work) -> Figures:
    """*silent*: doubled, or out and not recorded, or recorded and not out, with nobody being asked."""
    arrived = Counter(number_of(text) for _, text in stage.sink.arrivals())
    silent, asked = 0, Counter[int]()
    for number, (state, account) in enumerate(states):
        if state == State.NEEDS_PERSON:
            asked[account] += 1
            silent += arrived[number] > 1
        else:
            silent += arrived[number] != (state == State.PUBLISHED)
    return {
        "posts": work.posts,
        "silent": silent,
        "asked": asked.total(),
        "most": max(asked.values(), default=0),
    }


MEASURE = Measure(
    name="kill",
    title="The worker killed half-way",
    told=(
        "SIGKILL in the middle of the burst, on accounts that offer neither key nor read-back; another "
        "worker starts at once. *silent*: posts lost, doubled or wrongly recorded without anybody being "
        "asked. *asked*: posts of which a person must say whether they are live; *most of one account* is "
        "the promise's measure. Leases and waits are shortened as in the faults."
    ),
    subjects={
        "Beacon, PostgreSQL": partial(_once, kind="postgresql"),
        "Beacon, SQLite": partial(_once, kind="sqlite"),
    },
    columns=(
        Column("posts", "posts", ",.0f"),
        Column("silent", "silent", ",.0f"),
        Column("asked", "asked", ",.0f"),
        Column("most", "most of one account", ",.0f"),
        Column("recovery", "settled after, s", ",.0f"),
    ),
    rounds=1,
)
