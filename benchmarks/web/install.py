"""An install of that size, really running: web, clock, worker and practice platform, posts going out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psutil
from sqlalchemy import select, update

from benchmarks.web.crowd import crowd
from campaigns.cli.setting_up import set_up
from campaigns.core.db import open_engine, write_session
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting
from campaigns.models import Role, State
from campaigns.models.defaults import default_organisation
from campaigns.models.tables import delivery
from campaigns.people import logins, roster
from campaigns.platforms.practice.connect import offline_connection
from config.settings import Settings
from tests.factories.deliveries import make_campaign, make_delivery
from tests.support.engine import until
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

SENDERS = ("sender_a", "sender_b", "sender_c", "sender_d")
SENT_EVERY = timedelta(milliseconds=400)  # on each of them: ten posts a second in all
SENDING_FOR = timedelta(minutes=8)


@dataclass(frozen=True)
class Install:
    port: int
    cookie: tuple[str, str]
    web: psutil.Process
    database: Engine

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def send_no_more(install: Install) -> None:
    """What is still to go waits for tomorrow, so that a page can be looked at with nothing else going on."""
    with install.database.begin() as connection:
        connection.execute(
            update(delivery)
            .where(delivery.c.state == State.SCHEDULED, delivery.c.wake_utc < datetime.now(UTC) + SENDING_FOR)
            .values(wake_utc=datetime.now(UTC) + timedelta(days=1))
        )
    on_its_way = select(delivery.c.id).where(delivery.c.state == State.SUBMITTING).limit(1)

    def all_settled() -> bool:
        with install.database.connect() as connection:
            return connection.execute(on_its_way).first() is None

    until(all_settled)


@contextmanager
def running(folder: Path) -> Iterator[Install]:
    settings = Settings(data_dir=folder, http_port=free_port(), practice_port=free_port())
    set_up(settings, "benchmark")
    engine = open_engine(settings.database)
    now = datetime.now(UTC)
    crowd(engine, now)
    token = _person(engine, now)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BEACON_")}
    environment |= {
        "BEACON_DATA_DIR": str(folder),
        "BEACON_HTTP_PORT": str(settings.http_port),
        "BEACON_PRACTICE_PORT": str(settings.practice_port),
    }
    with (folder / "up.log").open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "campaigns.cli", "up"], env=environment, stdout=log, stderr=log
        )
    try:
        web = _web(up, settings.http_port)
        _plan_what_is_sent(engine, settings)
        yield Install(settings.http_port, (f"beacon-{settings.http_port}-login", token), web, engine)
    finally:
        up.terminate()
        up.wait()
        engine.dispose()


def _person(engine: Engine, now: datetime) -> str:
    with write_session(engine) as session:
        owner = roster.add(
            session,
            default_organisation(session).id,
            name="Alice",
            sign_in="alice",
            role=Role.OWNER,
            now=now,
            by="benchmark",
            password="",
            timezone="Europe/London",
        )
        return logins.sign_in(session, owner, "Benchmark", now)


def _plan_what_is_sent(engine: Engine, settings: Settings) -> None:
    """From now on and for a while; each account in a transaction of its own, as nobody should wait long."""
    vault = open_vault(settings)
    with write_session(engine) as session:
        campaign = make_campaign(session, default_organisation(session).id, "going-out")
    for name in SENDERS:
        with write_session(engine) as session:
            connection = offline_connection(name, server=settings.practice_server)
            account = connecting.store_connection(
                session, vault, connection, platform="practice", name=name, person="benchmark"
            )
            due, ends = datetime.now(UTC), datetime.now(UTC) + SENDING_FOR
            while due < ends:
                make_delivery(session, campaign, account, "Small talk counts.", due=due)
                due += SENT_EVERY


def _web(up: subprocess.Popen[bytes], port: int) -> psutil.Process:
    """The web process, once it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5):
                break
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.3)
    family = psutil.Process(up.pid).children(recursive=True)
    return next(process for process in family if "web" in process.cmdline())
