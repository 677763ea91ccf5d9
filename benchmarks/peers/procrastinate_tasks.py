"""procrastinate: jobs in PostgreSQL, scheduled for their time; one async worker, aiohttp; no broker."""

from __future__ import annotations

import os

import aiohttp
from procrastinate import App, PsycopgConnector

from benchmarks.peers import table

AT_ONCE = 50
MARK = (
    "UPDATE bench_post SET state = 'published', remote_id = %(remote)s, published_at = clock_timestamp() "
    "WHERE id = %(id)s"
)

dsn = os.environ["BENCH_DATABASE"].replace("postgresql+psycopg:", "postgresql:")
connector = PsycopgConnector(conninfo=dsn, min_size=2, max_size=10)
app = App(connector=connector)


@app.task(name="publish")  # the same where it is enqueued and where it is done
async def publish(post_id: int) -> None:
    row = await connector.execute_query_one_async("SELECT text FROM bench_post WHERE id = %(id)s", id=post_id)
    async with http().post(table.SINK, json={"text": row["text"]}) as answer:
        answer.raise_for_status()
        told = await answer.json()
    await connector.execute_query_async(MARK, remote=told["id"], id=post_id)


_sessions: list[aiohttp.ClientSession] = []


def http() -> aiohttp.ClientSession:
    if not _sessions:
        _sessions.append(aiohttp.ClientSession())
    return _sessions[0]


async def enqueue() -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        due = table.due_time()
        ids = table.planned(table.open_engine())
        for first in range(0, len(ids), 1_000):
            batch = [{"post_id": post_id} for post_id in ids[first : first + 1_000]]
            await publish.configure(schedule_at=due).batch_defer_async(*batch)


async def work() -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=AT_ONCE, delete_jobs="successful", fetch_job_polling_interval=1
        )
