"""What every test may ask for: a migrated database of each kind, and the cast."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from campaigns.core.collector import collect_seldom
from campaigns.core.db import open_engine
from campaigns.migrations import upgrade
from tests.support import postgres
from tests.support.compiled import compile_once
from tests.support.server_fixtures import bluesky, mastodon, mastodon_url, pds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

__all__ = ["bluesky", "mastodon", "mastodon_url", "pds"]

# How long an example takes says something of the machine, not of the code.
hypothesis_settings.register_profile("beacon", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("beacon")

_numbers = itertools.count(1)

MEMORY = Path("/dev/shm")  # noqa: S108 - each test has a folder of its own in it
ENOUGH = 2 * 1024**3
"""Bytes; a whole run needs about a quarter of it."""


def _work_in_memory() -> None:
    """Databases of tests stand in memory where there is room: the disk's pace is no test's subject, and
    what a power cut would leave behind is tried with real disks (`make faults`)."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    if not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


_work_in_memory()
collect_seldom()
compile_once()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One PostgreSQL a test session, with a migrated template database."""
    with postgres.running(synced=False) as server:
        url = server.create_database("template_beacon")
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "beacon.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of each kind, one after the other."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "beacon.db")
        yield f"sqlite:///{tmp_path / 'beacon.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"test_{next(_numbers)}"
    yield server.create_database(name, template="template_beacon")
    server.drop_database(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
