"""An update of a running install: the database is migrated while the workers send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from campaigns import migrations
from campaigns.models import ACTIVE
from tests.faults.oracle import judge
from tests.support.engine import states, until
from tests.support.processes import Processes, process_group

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.stage import Stage

ACCOUNTS, POSTS = 5, 60
EVERY = 0.15  # seconds between two posts: some are always on their way while the tables change

NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None


def upgrade():
    op.add_column("delivery", sa.Column("mood", sa.String(16), nullable=False, server_default="calm"))
    op.add_column("attempt", sa.Column("weather", sa.Integer(), nullable=True))
    op.create_index("attempt_weather", "attempt", ["weather", "begun_utc"])
    op.execute("UPDATE delivery SET mood = 'glad' WHERE state = 'published'")
"""


@pytest.fixture
def processes(stage: Stage) -> Iterator[Processes]:
    with process_group(stage.settings) as group:
        yield group


@pytest.fixture
def ahead(tmp_path: Path) -> Path:
    """The folder with the next version's migration."""
    folder = tmp_path / "ahead"
    folder.mkdir()
    (folder / "9999_moods.py").write_text(NEXT.format(last=migrations.newest()), "utf-8")
    return folder


def _migrate(stage: Stage, ahead: Path) -> None:
    migrations.VERSIONS.append(ahead)
    try:
        migrations.upgrade(stage.database)
    finally:
        migrations.VERSIONS.remove(ahead)


def _waits(processes: Processes, process: subprocess.Popen[bytes], name: str, words: str) -> None:
    until(lambda: words in processes.log(name))
    assert process.poll() is None
    assert processes.log(name).count(words) == 1
    assert "Traceback" not in processes.log(name)


def test_a_migration_under_working_workers_loses_and_doubles_nothing(
    stage: Stage, processes: Processes, ahead: Path
) -> None:
    accounts = [stage.account(name=f"a{number}") for number in range(ACCOUNTS)]
    old = [processes.start(name) for name in ("clock", "worker")]
    begin = datetime.now(UTC) + timedelta(seconds=2)
    for number in range(POSTS):
        due = begin + timedelta(seconds=EVERY * number)
        stage.plan(accounts[number % ACCOUNTS], f"post {number}", due=due)
    until(lambda: len(stage.practice.posts()) > POSTS // 6)

    _migrate(stage, ahead)
    during = len(stage.practice.posts())
    assert during < POSTS

    # Who does not know this schema finishes what is on the wire, and ends in order.
    until(lambda: [process.poll() for process in old] == [0, 0])
    again = processes.start("worker")
    _waits(processes, again, "worker", "migrated by a newer Beacon (to 9999)")

    for name in ("clock", "worker"):
        processes.start(f"new-{name}", "tests.support.newer", str(ahead), name)
    until(lambda: not set(states(stage.database).values()) & ACTIVE)
    verdict = judge(stage.database, stage.practice.posts())
    assert (verdict.lost, verdict.doubled, verdict.out_of_order, verdict.asked) == (0, 0, 0, 0), (
        verdict.complaints
    )
    assert len(stage.practice.posts()) == POSTS
    assert {"mood"} <= {column["name"] for column in inspect(stage.database).get_columns("delivery")}


def test_a_worker_that_is_ahead_waits_for_the_migration_and_then_works(
    stage: Stage, processes: Processes, ahead: Path
) -> None:
    stage.plan(stage.account(), "at last")
    newer = processes.start("worker", "tests.support.newer", str(ahead), "worker")
    _waits(processes, newer, "worker", "from an older Beacon, until `beacon init` mends it")
    _migrate(stage, ahead)
    processes.start("clock", "tests.support.newer", str(ahead), "clock")
    until(lambda: stage.texts() == ["at last"])


def test_any_number_of_processes_may_migrate_at_once(stage: Stage, processes: Processes, ahead: Path) -> None:
    started = [
        processes.start(f"init{number}", "tests.support.newer", str(ahead), "init") for number in range(4)
    ]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    with stage.database.connect() as connection:
        assert migrations.revision_of(connection) == "9999"
