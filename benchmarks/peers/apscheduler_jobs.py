"""APScheduler 3 with a job store in PostgreSQL: a dated job for each post, a pool of threads, `requests`.

One process, since a job store cannot be shared. `misfire_grace_time=None`, or it would drop what is late.
"""

from __future__ import annotations

import sys
import threading
import time

import requests
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.peers import table

THREADS = 20

database = table.open_engine(THREADS + 2)
_own = threading.local()


def publish(post_id: int) -> None:
    if not hasattr(_own, "session"):
        _own.session = requests.Session()
    text = table.text_of(database, post_id)
    answer = _own.session.post(table.SINK, json={"text": text}, timeout=20)
    answer.raise_for_status()
    table.mark_published(database, post_id, answer.json()["id"])


def scheduler(*, paused: bool) -> BackgroundScheduler:
    made = BackgroundScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(engine=database)},
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"misfire_grace_time": None},
    )
    made.start(paused=paused)
    return made


def enqueue() -> None:
    due = table.due_time()
    filling = scheduler(paused=True)
    for post_id in table.planned(database):
        # By name: this module is another one where it works.
        filling.add_job("benchmarks.peers.apscheduler_jobs:publish", "date", run_date=due, args=[post_id])
    filling.shutdown()


if __name__ == "__main__":
    if sys.argv[1:] == ["work"]:
        scheduler(paused=False)
        while True:
            time.sleep(3600)
    enqueue()
