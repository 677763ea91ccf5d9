"""How each peer is started, and in which environment."""

from __future__ import annotations

import shutil

from benchmarks.harness.environment import HOUSE
from benchmarks.harness.peering import Peer
from benchmarks.peers.table import PROCESSES

PLACE = HOUSE / "build/bench/peers"
"""The peers' own Python environment: `make bench` makes it."""

BULLMQ = HOUSE / "benchmarks/peers/bullmq"

_BIN = PLACE / "bin"
_PYTHON = str(_BIN / "python")


def _module(name: str) -> tuple[str, ...]:
    return (_PYTHON, "-m", f"benchmarks.peers.{name}")


_PROCRASTINATE = "import asyncio; from benchmarks.peers.procrastinate_tasks import *; asyncio.run({}())"

NAIVE_CELERY = Peer(
    work=(str(_BIN / "celery"), "-A", "benchmarks.peers.naive_celery", "worker", "--loglevel", "WARNING"),
    enqueue=_module("naive_celery"),
    intake=150,
)
DRAMATIQ = Peer(
    work=(
        *(str(_BIN / "dramatiq"), "benchmarks.peers.dramatiq_actors"),
        *("--processes", str(PROCESSES), "--threads", "8"),
    ),
    enqueue=_module("dramatiq_actors"),
)
PROCRASTINATE = Peer(  # imported, not run as a module: its tasks are known by where they stand
    work=(_PYTHON, "-c", _PROCRASTINATE.format("work")),
    enqueue=(_PYTHON, "-c", _PROCRASTINATE.format("enqueue")),
)
APSCHEDULER = Peer(work=(*_module("apscheduler_jobs"), "work"), enqueue=_module("apscheduler_jobs"))
BULL = Peer(
    work=("node", "work.mjs"), enqueue=("node", "work.mjs", "enqueue"), processes=PROCESSES, folder=BULLMQ
)


def node_is_here() -> bool:
    return bool(shutil.which("node")) and (BULLMQ / "node_modules/.ready").exists()
