"""What one more of each thing costs: bytes of a row, CPU of a post, memory of a lane, bytes of a nudge.

Run: .venv/bin/python -m benchmarks.unit_costs [ROWS]

Prints the table of docs/scaling.md. CPU is counted, not time, so that a busy machine matters little; the
platform is the benchmarks' sink, in a process of its own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import redis
import structlog
from sqlalchemy import Engine, text, update

from benchmarks.harness.rows import NOW, Rows
from benchmarks.harness.sinking import running_sink
from campaigns.core.db import open_engine, writing
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.due import due_lanes
from campaigns.deliver.engine import EngineThread
from campaigns.keep.backup import back_up
from campaigns.keep.export import Export
from campaigns.keep.retention import retain
from campaigns.migrations import upgrade
from campaigns.models import State
from campaigns.models.tables import delivery
from config.settings import Settings
from tests.support import postgres
from workers.app import NUDGE, NUDGE_EXPIRES, make_app
from workers.broker import Broker
from workers.clock import LANES_A_NUDGE

if TYPE_CHECKING:
    from collections.abc import Iterator

LANES, POSTS, MORE_LANES = 50, 2000, 1000


def bytes_by_table(engine: Engine) -> dict[str, int]:
    """Each table with its indexes, as it stands on disk."""
    names = ("post", "delivery", "part", "attempt")
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            return {name: connection.execute(size, {"name": name}).scalar_one() for name in names}
    with engine.connect() as connection:
        size = text(
            "SELECT sum(pgsize) FROM dbstat "
            "WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = :name)"
        )
        return {name: connection.execute(size, {"name": name}).scalar_one() for name in names}


def cpu_of_sending(engine: Engine, settings: Settings, rows: Rows, lanes: list[int]) -> float:
    """CPU seconds of the engine's process for 1,000 posts."""
    rows.deliveries(lanes, POSTS, NOW, done=False)
    with writing(engine) as connection:
        connection.execute(
            update(delivery).where(delivery.c.state == State.SCHEDULED).values(late_then="send")
        )
    thread = EngineThread(settings, engine)
    thread.start()
    began = time.process_time()
    thread.nudge(lanes)
    while due_left(engine):
        time.sleep(0.25)
    spent = time.process_time() - began
    thread.stop()
    return spent / POSTS * 1000


def due_left(engine: Engine) -> int:
    with engine.connect() as connection:
        waiting = text(
            "SELECT count(*) FROM delivery WHERE state IN ('scheduled', 'submitting', 'retry_wait')"
        )
        return int(connection.execute(waiting).scalar_one())


def memory_of_a_lane(engine: Engine, settings: Settings, rows: Rows, lanes: list[int]) -> float:
    """Bytes that an engine needs more for each lane that waits with a post that is nearly due."""
    process = psutil.Process()
    thread = EngineThread(settings, engine)
    thread.start()
    clock = DatabaseClock(engine)
    rows.deliveries(lanes, len(lanes), clock.now() + timedelta(seconds=60), done=False)
    gc.collect()
    before = process.memory_info().rss
    most = before
    with writing(engine) as connection:
        due = clock.now() + timedelta(seconds=2.5)
        connection.execute(
            update(delivery).where(delivery.c.state == State.SCHEDULED).values(due_utc=due, wake_utc=due)
        )
    while due_left(engine):
        thread.nudge(due_lanes(engine, clock.now(), settings.look_ahead))
        most = max(most, process.memory_info().rss)
        time.sleep(0.2)
    thread.stop()
    return (most - before) / len(lanes)


def bytes_of_nudges(folder: Path) -> tuple[float, float]:
    """A message for each of its lanes, on the wire; and what Redis needs to hold one message."""
    settings = Settings(data_dir=folder / "broker")
    with Broker(settings) as url:
        client = redis.Redis(unix_socket_path=url.removeprefix("redis+socket://"))
        app = make_app(url)
        lanes = list(range(1_000_000, 1_000_000 + LANES_A_NUDGE))
        app.send_task(NUDGE, args=[lanes], expires=NUDGE_EXPIRES)
        message = bytes(client.lindex("beacon", 0) or b"")  # type: ignore[arg-type]  # it is not the async client
        before = client.info("memory")["used_memory"]
        for _ in range(1000):
            app.send_task(NUDGE, args=[lanes], expires=NUDGE_EXPIRES)
        held = client.info("memory")["used_memory"] - before
        app.close()
        client.close()
    return len(message) / len(lanes), held / 1000


def measure(label: str, url: str, folder: Path, count: int, server: str) -> list[tuple[str, str]]:
    """One database, in a process of its own: memory that another one used must not hide what it needs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    settings = Settings(data_dir=folder / label, database_url=url)
    engine = open_engine(url)
    upgrade(engine)
    rows = Rows(engine, settings, server)
    lanes = rows.accounts(LANES, "few")
    found = [*at_rest(label, engine, settings, rows, lanes, count)]
    log = log_position(engine)
    spent = cpu_of_sending(engine, settings, rows, lanes)
    found.append((f"{label}: 1,000 posts sent, without the database's server", f"{spent:.2f} s of CPU"))
    if log is not None:
        wrote = ((log_position(engine) or 0) - log) / POSTS
        found.append((f"{label}: its log (WAL), for each post from plan to published", f"{wrote:,.0f} bytes"))
    held = memory_of_a_lane(engine, settings, rows, rows.accounts(MORE_LANES, "many"))
    found.append((f"{label}: a lane that is walked ({MORE_LANES:,} at once)", f"{held / 1000:,.0f} kB"))
    look = seconds_of_a_look(engine, settings) / (LANES + MORE_LANES) * 1000
    found.append((f"{label}: a clock's look at 1,000 accounts with nothing due", f"{look * 1000:.1f} ms"))
    engine.dispose()
    return found


def log_position(engine: Engine) -> int | None:
    """How many bytes PostgreSQL has ever written to its log."""
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")).scalar_one())


def seconds_of_a_look(engine: Engine, settings: Settings) -> float:
    """The best of twenty: what every tick costs, also when nothing is due."""
    clock, took = DatabaseClock(engine), []
    for _ in range(20):
        began = time.perf_counter()
        due_lanes(engine, clock.now(), settings.look_ahead)
        took.append(time.perf_counter() - began)
    return min(took)


def at_rest(
    label: str, engine: Engine, settings: Settings, rows: Rows, lanes: list[int], count: int
) -> Iterator[tuple[str, str]]:
    """What is out and over: its size, its backup, its end."""
    empty = bytes_by_table(engine)
    rows.deliveries(lanes, count, NOW - timedelta(days=850), done=True)
    full = bytes_by_table(engine)
    for name in full:
        yield (
            f"{label}: a row of `{name}`, indexes included",
            f"{(full[name] - empty[name]) / count:,.0f} bytes",
        )
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        back_up(engine, settings.media_dir, Path(folder) / "backup.zip")
        spent = time.process_time() - began
        size = (Path(folder) / "backup.zip").stat().st_size
    yield f"{label}: a backup, for 1,000 deliveries", f"{spent / count * 1000:.2f} s of CPU"
    yield f"{label}: a delivery in a backup", f"{size / count:,.0f} bytes"
    began = time.process_time()
    done = retain(engine, NOW, 400, Export(None, NOW))
    spent = time.process_time() - began
    yield f"{label}: forgetting 1,000 deliveries", f"{spent / count * 1000:.2f} s of CPU"
    yield (
        f"{label}: the longest transaction meanwhile ({sum(done.deleted.values()):,} rows)",
        (f"{done.longest * 1000:.0f} ms"),
    )


def main(count: int) -> None:
    found: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="beacon-costs-") as name, running_sink() as sinkhole:
        folder = Path(name)
        with postgres.running() as cluster:
            urls = {
                "SQLite": f"sqlite:///{folder / 'beacon.db'}",
                "PostgreSQL": cluster.create_database("costs"),
            }
            for label, url in urls.items():
                with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
                    print(f"{label} ...", file=sys.stderr, flush=True)
                    found += alone.submit(measure, label, url, folder, count, sinkhole.url).result()
        wire, held = bytes_of_nudges(folder)
        found.append((f"Redis: a nudge, for each of its {LANES_A_NUDGE} lanes", f"{wire:.0f} bytes"))
        found.append(("Redis: a message that waits to be taken", f"{held:,.0f} bytes"))
    print("| What | Costs |\n| --- | --- |")
    for what, costs in found:
        print(f"| {what} | {costs} |")
    print(f"\n{count:,} deliveries a database; {os.cpu_count()} cores; Python {sys.version.split()[0]}.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
