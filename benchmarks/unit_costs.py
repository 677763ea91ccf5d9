"""What one more of each thing costs: bytes of a row, CPU of a post, memory of a lane, bytes of a nudge.

Run: .venv/bin/python -m benchmarks.unit_costs [ROWS], or make bench ARGS="--only unit_costs"

Prints the table of docs/scaling.md. CPU is counted, not time, so that a busy machine matters little; the
platform is the benchmarks' sink, in a process of its own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import redis
import structlog
from sqlalchemy import Engine, insert, text, update

from benchmarks.harness.sinking import running_sink
from campaigns.compose.payload import part_key
from campaigns.core.db import open_engine, write_session, writing
from campaigns.core.vault import open_vault
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.due import due_lanes
from campaigns.deliver.engine import EngineThread
from campaigns.keep.backup import back_up
from campaigns.keep.export import Export
from campaigns.keep.retention import retain
from campaigns.migrations import upgrade
from campaigns.models import Account, Campaign, State
from campaigns.models.defaults import default_organisation
from campaigns.models.tables import attempt, delivery, part, post
from campaigns.platforms.practice.connect import offline_connection
from config.settings import Settings
from tests.support import postgres
from workers.app import NUDGE, NUDGE_EXPIRES, make_app
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime.now(UTC)
LANES, POSTS, MORE_LANES = 50, 2000, 1000
_DICE = random.Random(1)  # noqa: S311 - texts that differ, the same ones each time


def words() -> str:
    """What a post usually says, in length; no two are alike, so that nothing is compressed too well."""
    letters = "etaoinshrdlucm"
    made = ("".join(_DICE.choices(letters, k=_DICE.randint(2, 9))) for _ in range(36))
    return " ".join(made) + " #WorldMentalHealthDay #TimeToTalk"


class Rows:
    """Fills a database with deliveries as a load and the engine leave them."""

    def __init__(self, engine: Engine, settings: Settings, server: str) -> None:
        self._engine, self._settings, self._server = engine, settings, server
        with write_session(engine) as session:
            self._organisation = default_organisation(session).id
            campaign = Campaign(
                organisation_id=self._organisation,
                slug="cost",
                title="Cost",
                timezone="UTC",
                starts=NOW.date() - timedelta(days=900),
                ends=NOW.date() - timedelta(days=800),
                created_utc=NOW,
                updated_utc=NOW,
            )
            session.add(campaign)
            session.flush()
            self._campaign = campaign.id

    def accounts(self, count: int, prefix: str) -> list[int]:
        vault = open_vault(self._settings)
        with write_session(self._engine) as session:
            made = []
            for number in range(count):
                link = offline_connection(f"{prefix}{number}", server=self._server)
                row = Account(
                    organisation_id=self._organisation,
                    platform="practice",
                    name=f"{prefix}{number}",
                    server=self._server,
                    handle=link.handle,
                    sealed=vault.seal(link.credentials),
                    limits=link.limits,
                    created_utc=NOW,
                )
                session.add(row)
                made.append(row)
            session.flush()
            return [row.id for row in made]

    def deliveries(self, accounts: list[int], count: int, due: datetime, *, done: bool) -> None:
        """With their posts and parts; `done` also with the one call that each of them took."""
        first = self._last() + 1
        for start in range(first, first + count, 1000):
            numbers = range(start, min(start + 1000, first + count))
            posts, rows, parts, calls = [], [], [], []
            for number in numbers:
                said = words()
                payload: dict[str, Any] = {
                    "text": said,
                    "content_warning": None,
                    "language": "en",
                    "media": [],
                }
                posts.append(self._post(number, said))
                rows.append(self._delivery(number, accounts[number % len(accounts)], due, done=done))
                parts.append(self._part(number, payload, done=done))
                calls.append(self._call(number, accounts[number % len(accounts)]))
            with writing(self._engine) as connection:
                for table, values in ((post, posts), (delivery, rows), (part, parts), (attempt, calls)):
                    if done or table is not attempt:
                        connection.execute(insert(table), values)

    def _last(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM post")).scalar_one())

    def _post(self, number: int, said: str) -> dict[str, Any]:
        return {
            "id": number,
            "organisation_id": self._organisation,
            "campaign_id": self._campaign,
            "key": f"p{number}",
            "place": number,
            "text": said,
            "thread": [],
            "variants": {},
            "essential": False,
            "urgent": False,
            "version": 1,
        }

    def _delivery(self, number: int, account_id: int, due: datetime, *, done: bool) -> dict[str, Any]:
        return {
            "id": number,
            "organisation_id": self._organisation,
            "campaign_id": self._campaign,
            "post_id": number,
            "account_id": account_id,
            "occurrence": "once",
            "wall": f"{due:%Y-%m-%d %H:%M}",
            "zone": "Europe/London",
            "from_queue": False,
            "due_utc": due,
            "wake_utc": due,
            "essential": False,
            "urgent": False,
            "late_within": 3600,
            "late_then": "hold",
            "state": State.PUBLISHED if done else State.SCHEDULED,
            "reason": "",
            "cursor": 1 if done else 0,
            "version": 1,
            "fence": 7,
            "attempts": 0,
            "marks": 0,
            "absences": 0,
            "published_utc": due if done else None,
        }

    def _part(self, number: int, payload: dict[str, Any], *, done: bool) -> dict[str, Any]:
        return {
            "delivery_id": number,
            "place": 0,
            "organisation_id": self._organisation,
            "payload": payload,
            "key": part_key(number, 0, payload),
            "checkpoint": {},
            "frozen": {},
            "remote_id": f"1148{number:014}" if done else None,
            "remote_url": f"https://mastodon.example.org/@hope/1148{number:014}" if done else None,
            "remote": {},
            "out_utc": NOW if done else None,
        }

    def _call(self, number: int, account_id: int) -> dict[str, Any]:
        return {
            "id": f"0123456789ab.{number}",
            "organisation_id": self._organisation,
            "account_id": account_id,
            "delivery_id": number,
            "place": 0,
            "kind": "send",
            "owner": "0b6b5d4e-9f0e-4f43-8f1c-9b2a6f7c1d2e/4026531836|12345|98765432|0123456789ab",
            "fence": 7,
            "key": "0" * 64,
            "begun_utc": NOW - timedelta(days=850),
            "ended_utc": NOW - timedelta(days=850),
            "outcome": "published",
            "detail": "",
        }


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
    """A message for each of its 100 lanes, on the wire; and what Redis needs to hold one message."""
    settings = Settings(data_dir=folder / "broker")
    with Broker(settings) as url:
        client = redis.Redis(unix_socket_path=url.removeprefix("redis+socket://"))
        app = make_app(url)
        lanes = list(range(1_000_000, 1_000_100))
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
        found.append(("Redis: a nudge, for each of its 100 lanes", f"{wire:.0f} bytes"))
        found.append(("Redis: a message that waits to be taken", f"{held:,.0f} bytes"))
    print("| What | Costs |\n| --- | --- |")
    for what, costs in found:
        print(f"| {what} | {costs} |")
    print(f"\n{count:,} deliveries a database; {os.cpu_count()} cores; Python {sys.version.split()[0]}.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
