"""One round of a peer: its table filled, its jobs enqueued, its workers timed from due to the last mark."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import create_engine, text

from benchmarks.harness.environment import HOUSE, environment
from benchmarks.harness.install import running_broker
from benchmarks.harness.round import check, cpu_figures
from benchmarks.harness.sampling import Meter, cpu_seconds
from benchmarks.harness.sinking import running_sink
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

    from benchmarks.harness.databases import Databases
    from benchmarks.harness.measure import Bench
    from benchmarks.harness.work import Work

PATIENCE = 180.0
QUIET = 0.1  # of a core: then all jobs have been taken in
LEAST_SPARE = 8.0  # seconds between taking in and due, when it is known how long taking in lasts

_CREATE = """
CREATE TABLE bench_post (
    id bigint PRIMARY KEY, account bigint NOT NULL, text text NOT NULL, due timestamptz NOT NULL,
    state text NOT NULL, remote_id text, published_at timestamptz
)
"""
_FILL = (
    "INSERT INTO bench_post (id, account, text, due, state) VALUES (:id, :account, :text, :due, 'scheduled')"
)


@dataclass(frozen=True, slots=True)
class Peer:
    """`work` is started so many times; `enqueue` runs before, with BENCH_DUE in its environment."""

    work: tuple[str, ...]
    enqueue: tuple[str, ...]
    processes: int = 1
    intake: int = 400  # jobs a second that are enqueued and taken in, for the first round's guess
    folder: Path = HOUSE


class TooSlowError(Exception):
    """The jobs had not been taken in when they fell due: they need a longer lead."""


LONGEST_LEAD = 240.0


def run(bench: Bench, peer: Peer, work: Work) -> dict[str, float]:
    """As `round.run`, and `intake`: seconds of CPU for 1,000 posts enqueued and taken in, which come on top.

    The first round finds out how long before the due time it has to begin; the others know it.
    """
    name = peer.enqueue[-1]
    lead = bench.leads.get(name, 15 + work.posts / peer.intake)
    while True:
        bench.leads[name] = lead
        try:
            figures, spare = _once(bench.databases, peer, work, lead)
        except TooSlowError:
            if lead > LONGEST_LEAD:
                raise
            lead *= 2
        else:
            bench.leads[name] = lead - max(0.0, spare - LEAST_SPARE)
            return figures


def _once(databases: Databases, peer: Peer, work: Work, lead: float) -> tuple[dict[str, float], float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-bench-")))
        url = stack.enter_context(databases.fresh("postgresql", folder))
        sink = stack.enter_context(running_sink())
        broker, server = stack.enter_context(running_broker(Settings(data_dir=folder)))
        database = create_engine(url)
        stack.callback(database.dispose)
        due = time.time() + lead
        _fill(database, work, due)
        ours = environment(BENCH_DATABASE=url, BENCH_BROKER=broker, BENCH_SINK=sink.url, BENCH_DUE=str(due))
        before = _used_by_children()
        subprocess.run(peer.enqueue, cwd=peer.folder, env=ours, check=True, stdout=subprocess.DEVNULL)
        intake = _used_by_children() - before
        workers = stack.enter_context(_running(peer, ours, folder))
        _settle(workers, due)
        spare = due - time.time()
        intake += cpu_seconds(*workers)
        groups = {
            "own": workers,
            "database": databases.processes(database),
            "broker": [server],
            "sink": [sink.process],
        }
        with Meter(groups, workers) as meter:
            last = _wait_until_out(database, work)
        seconds = last - due
        figures = {
            "posts_per_second": work.posts / seconds,
            "seconds": seconds,
            **cpu_figures(meter, work.posts),
            "intake": 1000 * intake / work.posts,
            "memory_mb": meter.megabytes,
            "sink_busy": meter.cpu["sink"] / seconds,
            **check(sink, work),
        }
        return figures, spare


def _fill(database: Engine, work: Work, due: float) -> None:
    moment = datetime.fromtimestamp(due, UTC)
    rows = [
        {"id": number, "account": work.account(number), "text": said, "due": moment}
        for number, said in work.texts()
    ]
    with database.begin() as connection:
        connection.execute(text(_CREATE))
        connection.execute(text(_FILL), rows)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE bench_post"))
        connection.execute(text("CHECKPOINT"))


@contextmanager
def _running(peer: Peer, ours: Mapping[str, str], folder: Path) -> Iterator[list[psutil.Process]]:
    with (folder / "peer.log").open("wb") as log:
        started = [
            subprocess.Popen(
                peer.work, cwd=peer.folder, env=ours, stdout=log, stderr=log, start_new_session=True
            )
            for _ in range(peer.processes)
        ]
    try:
        yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _settle(workers: list[psutil.Process], due: float) -> None:
    """Until the workers are quiet, all jobs taken in."""
    before, quiet = cpu_seconds(*workers), 0
    while quiet < 2:
        time.sleep(1)
        now = cpu_seconds(*workers)
        quiet = quiet + 1 if now - before < QUIET else 0
        before = now
        if time.time() > due - 1:
            raise TooSlowError


def _wait_until_out(database: Engine, work: Work) -> float:
    query = text(
        "SELECT count(*), extract(epoch FROM max(published_at)) FROM bench_post WHERE state = 'published'"
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.connect() as connection:
            count, last = connection.execute(query).one()
        if count == work.posts:
            return float(last)
        time.sleep(0.5)
    raise RuntimeError(f"{count} of {work.posts} posts were published in {PATIENCE:.0f} s.")


def _used_by_children() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)
