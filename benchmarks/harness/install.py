"""A real install, as `beacon up` would start it: one clock, so many workers, a broker of our own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import func, select

from benchmarks.harness.environment import HOUSE, environment
from campaigns.cli.leash import Leash
from campaigns.models.tables import process
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from config.settings import Settings

START_SECONDS = 180
STOP_SECONDS = 30


class Install:
    """Its processes, in groups whose time and memory can be taken."""

    def __init__(self, settings: Settings, database: Engine, broker: str) -> None:
        self._settings, self._database = settings, database
        self._environment = environment(**_settings_of(settings, broker))
        self._parts: list[subprocess.Popen[bytes]] = []
        self._leash = Leash()  # should this process be killed, its install ends as well

    def start(self, part: str) -> subprocess.Popen[bytes]:
        """A `clock` or `worker`; its output goes to a file in the data directory."""
        with (self._settings.data_dir / f"{part}.log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", "campaigns.cli.part", part, str(self._leash.child_end)],
                cwd=HOUSE,
                env=self._environment,
                pass_fds=[self._leash.child_end],
                stdout=log,
                stderr=log,
            )
        self._parts.append(started)
        return started

    def wait_until_up(self, kind: str, count: int = 1) -> None:
        """Until so many clocks or workers have said in the database that they are up."""
        deadline = time.monotonic() + START_SECONDS
        query = select(func.count()).select_from(process).where(process.c.kind == kind)
        while True:
            with self._database.connect() as connection:
                if connection.execute(query).scalar_one() >= count:
                    return
            if time.monotonic() > deadline or any(part.poll() is not None for part in self._parts):
                raise RuntimeError(f"No {kind} came up: {self._last_words(kind)}")
            time.sleep(0.05)

    def _last_words(self, part: str) -> str:
        said = (self._settings.data_dir / f"{part}.log").read_text("utf-8", "replace").strip()
        return said.rpartition("\n")[2][:300] or "it said nothing."

    def kill_worker(self) -> None:
        """SIGKILL to one worker."""
        worker = self._parts.pop()
        worker.kill()
        worker.wait()

    @property
    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(part.pid) for part in self._parts if part.poll() is None]

    def end(self) -> None:
        for part in self._parts:
            part.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for part in self._parts:
            try:
                part.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
        self._leash.close()


@contextmanager
def running_install(settings: Settings, database: Engine, broker: str, workers: int = 1) -> Iterator[Install]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    install = Install(settings, database, broker)
    try:
        install.start("clock")
        for _ in range(workers):
            install.start("worker")
        install.wait_until_up("clock")
        install.wait_until_up("worker", workers)
        yield install
    finally:
        install.end()


@contextmanager
def running_broker(settings: Settings) -> Iterator[tuple[str, psutil.Process]]:
    """A Valkey of its own: its URL for Celery, and its process."""
    before = set(psutil.Process().children())
    with Broker(settings) as url:
        server = next(
            child for child in psutil.Process().children() if child not in before and "server" in child.name()
        )
        yield url, server


def _settings_of(settings: Settings, broker: str) -> dict[str, str]:
    named = settings.model_dump(exclude_unset=True, mode="json")
    ours = {f"BEACON_{name.upper()}": str(value) for name, value in named.items()}
    # glibc otherwise keeps a memory arena a thread; `beacon up` says so too
    return {**ours, "BEACON_REDIS_URL": broker, "MALLOC_ARENA_MAX": "2"}
