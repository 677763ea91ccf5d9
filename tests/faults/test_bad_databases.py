"""Disks and databases at their worst, full, read-only or locked: a clear word, nothing doubled or lost."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from campaigns.core.db import open_engine
from campaigns.models import State
from tests.support.engine import running_engine, states, until
from tests.support.one_database import ONLY_POSTGRES, ONLY_SQLITE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.support.stage import Stage

pytestmark = pytest.mark.faults


def pragma(engine: Engine, statement: str) -> Callable[[str], None]:
    """Every connection of this engine lives under it from now on; call what it returns to change it."""
    connections: list[Any] = []
    now = {"it": statement}

    def begun(connection: Any, *_: object) -> None:
        connections.append(connection)
        connection.execute(f"PRAGMA {now['it']}")

    def change(statement: str) -> None:
        now["it"] = statement
        for connection in connections:
            with suppress(sqlite3.ProgrammingError):  # closed meanwhile
                connection.execute(f"PRAGMA {statement}")

    event.listen(engine, "connect", begun)
    engine.dispose()  # those that are open already come anew
    return change


def unhindered(stage: Stage, hinder: Callable[[], None], mend: Callable[[], None], *, word: str) -> None:
    """Six posts over a hindrance: nothing goes out twice, nothing is lost, and the log says why, calmly."""
    accounts = [stage.account(kind, kind) for kind in ("keyed", "readable", "blind")]
    for number in range(2):
        for account in accounts:
            stage.plan(account, f"{account.name} {number}")
    hinder()
    with capture_logs() as lines, running_engine(stage.settings, stage.database) as tick:
        ends = time.monotonic() + 2.5

        def carefully() -> None:
            _guarded(tick, lines)
            time.sleep(0.1)

        until(lambda: time.monotonic() > ends, every=carefully)
        hindered = len(lines)
        assert any(word in str(line) for line in lines), lines[:5]
        assert hindered < 300, "it shouts"
        mend()
        until(lambda: set(states(stage.database).values()) == {State.PUBLISHED}, 60, every=carefully)
    for account in accounts:
        assert stage.texts(account) == [f"{account.name} 0", f"{account.name} 1"]


GREEDY = """
CREATE TRIGGER a AFTER UPDATE ON account BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
CREATE TRIGGER b AFTER UPDATE ON delivery BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
CREATE TRIGGER c AFTER INSERT ON attempt BEGIN INSERT INTO filling VALUES (randomblob(5000)); END;
"""
"""Every step of the engine needs more room."""


def _guarded(tick: Callable[[], None], lines: list[Any]) -> None:
    """As the clock process guards its ticks."""
    try:
        tick()
    except DBAPIError as error:
        lines.append({"event": "tick", "error": str(error)})


@ONLY_SQLITE
def test_a_full_disk_stops_sending_and_loses_nothing(stage: Stage) -> None:
    plenty = "max_page_count=1000000"
    limit = pragma(stage.database, plenty)

    def fill() -> None:
        """No page is left: what was free goes, the limit falls to what the file has, and whatever is
        written needs pages that are not there, however much room its own pages still hold."""
        with sqlite3.connect(stage.database.url.database or "") as connection:
            connection.execute("VACUUM")
            connection.execute("CREATE TABLE filling (x)")
            connection.executescript(GREEDY)
        connection.close()
        limit("max_page_count=1")

    unhindered(stage, fill, lambda: limit(plenty), word="full")


@ONLY_SQLITE
def test_a_read_only_sqlite_file_stops_sending_and_loses_nothing(stage: Stage) -> None:
    switch = pragma(stage.database, "query_only=0")
    unhindered(stage, lambda: switch("query_only=1"), lambda: switch("query_only=0"), word="readonly")


@ONLY_POSTGRES
def test_a_read_only_postgres_stops_sending_and_loses_nothing(stage: Stage) -> None:
    unhindered(
        stage, lambda: _read_only(stage, on=True), lambda: _read_only(stage, on=False), word="read-only"
    )


@ONLY_POSTGRES
def test_a_database_that_turns_read_only_during_a_send_doubles_nothing(stage: Stage) -> None:
    """As when the primary is demoted: the intent was written, the outcome cannot be."""
    account = stage.account("blind")
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "accept": True, "seconds": 1})
    planned = stage.plan(account, "once")
    with running_engine(stage.settings, stage.database) as tick:
        until(lambda: stage.texts() == ["once"], every=tick)
        _read_only(stage, on=True)
        ends = time.monotonic() + 4
        until(lambda: time.monotonic() > ends)
        _read_only(stage, on=False)
        until(
            lambda: states(stage.database)[planned.id] == State.PUBLISHED,
            30,
            every=lambda: _guarded(tick, []),
        )
    assert stage.texts() == ["once"]


def _read_only(stage: Stage, *, on: bool) -> None:
    name = stage.database.url.database
    outside = stage.database.url.set(database="postgres")
    other = open_engine(outside.render_as_string(hide_password=False))
    with other.connect() as connection:
        word = "on" if on else "off"
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {word}'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
    other.dispose()


@ONLY_SQLITE
def test_a_database_locked_by_another_program_only_delays(stage: Stage) -> None:
    pragma(stage.database, "busy_timeout=200")
    held: list[sqlite3.Connection] = []

    def lock() -> None:
        connection = sqlite3.connect(stage.database.url.database or "", isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        held.append(connection)

    def release() -> None:
        held[0].execute("ROLLBACK")
        held[0].close()

    unhindered(stage, lock, release, word="locked")
