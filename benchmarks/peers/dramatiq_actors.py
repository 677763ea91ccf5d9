"""dramatiq: one delayed message for each post, two processes of eight threads (its default), `requests`."""

from __future__ import annotations

import os
import threading
import time

import dramatiq
import requests
from dramatiq.brokers.redis import RedisBroker

from benchmarks.peers import table

THREADS = 8

dramatiq.set_broker(RedisBroker(url=table.BROKER.replace("redis+socket:", "unix:")))
database = table.open_engine(THREADS)
_own = threading.local()


def session() -> requests.Session:
    """One a thread."""
    if not hasattr(_own, "session"):
        _own.session = requests.Session()
    session: requests.Session = _own.session
    return session


@dramatiq.actor(max_retries=0)
def publish(post_id: int) -> None:
    text = table.text_of(database, post_id)
    answer = session().post(table.SINK, json={"text": text}, timeout=20)
    answer.raise_for_status()
    table.mark_published(database, post_id, answer.json()["id"])


if __name__ == "__main__":
    due = float(os.environ["BENCH_DUE"])
    for post_id in table.planned(database):
        publish.send_with_options(args=(post_id,), delay=max(1, int(1000 * (due - time.time()))))
