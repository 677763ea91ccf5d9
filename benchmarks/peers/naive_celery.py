"""Naive Celery, as most would begin: one task with an ETA for each post, two prefork processes, `requests`.

Kinder than naive: results are off, and each process keeps one HTTP session and one database connection.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import requests
from celery import Celery

from benchmarks.peers import table

if TYPE_CHECKING:
    from sqlalchemy import Engine

app = Celery("naive", broker=table.BROKER)
app.conf.update(task_ignore_result=True, worker_concurrency=table.PROCESSES, worker_hijack_root_logger=False)


@cache  # made when a process first needs them, after the fork
def outside() -> tuple[requests.Session, Engine]:
    return requests.Session(), table.open_engine()


@app.task(name="publish")  # the same where it is enqueued and where it is done
def publish(post_id: int) -> None:
    http, database = outside()
    text = table.text_of(database, post_id)
    answer = http.post(table.SINK, json={"text": text}, timeout=20)
    answer.raise_for_status()
    table.mark_published(database, post_id, answer.json()["id"])


if __name__ == "__main__":
    due = table.due_time()
    for post_id in table.planned(table.open_engine()):
        publish.apply_async((post_id,), eta=due)
