"""What the doctor finds, and that a healthy install is called so."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlmodel import select

from campaigns.core import db
from campaigns.core.db import open_engine, write_session
from campaigns.core.moments import utc_now, wall_clock
from campaigns.core.secretkeys import prints_of, read_keys
from campaigns.models import Account, AccountState, Alert, Process
from config.settings import Settings
from tests.support.practice import PracticeServer
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer
    from sqlmodel import Session

    from tests.cli.conftest import Said

    Beacon = Callable[..., Said]


def _codes(beacon: Beacon) -> set[str]:
    return {finding["code"] for finding in beacon("doctor", "--json").json["findings"]}


def _change(install: Path, change: Callable[[Session], None]) -> None:
    engine = open_engine(f"sqlite:///{install / 'beacon.db'}")
    with write_session(engine) as session:
        change(session)
    engine.dispose()


def _show_up(session: Session) -> None:
    for kind in ("clock", "worker"):
        now = utc_now()
        session.add(Process(id=kind, kind=kind, host="here", pid=1, started_utc=now, seen_utc=now))


@pytest.fixture
def healthy(install: Path, tmp_path: Path) -> Iterator[Path]:
    """Everything is up: a broker, a practice platform, and rows that say so of clock and worker."""
    server = PracticeServer(tmp_path / "practice")

    def move_there(session: Session) -> None:
        account = session.exec(select(Account)).one()
        account.server = server.url
        session.add(account)

    _change(install, move_there)
    _change(install, _show_up)
    with Broker(Settings(data_dir=install, redis_url="")):
        yield install
    server.stop()


@pytest.mark.usefixtures("healthy")
def test_a_healthy_install_is_well(beacon: Beacon) -> None:
    said = beacon("doctor")
    assert said.out.strip() == "All is well."
    assert said.code == 0


def test_nothing_there_is_said_first(beacon: Beacon) -> None:
    assert _codes(beacon) == {"not-set-up"}
    assert beacon("doctor").code == 1


@pytest.mark.usefixtures("install")
def test_nothing_running_is_found(beacon: Beacon) -> None:
    assert {"no-clock", "no-worker", "practice"} <= _codes(beacon)


def test_a_worker_that_went_silent_is_found(healthy: Path, beacon: Beacon) -> None:
    def silence(session: Session) -> None:
        worker = session.get_one(Process, "worker")
        worker.seen_utc = utc_now() - timedelta(minutes=5)
        session.add(worker)

    _change(healthy, silence)
    assert _codes(beacon) == {"no-worker"}


def test_an_account_to_reconnect_is_found(healthy: Path, beacon: Beacon) -> None:
    def refuse(session: Session) -> None:
        account = session.exec(select(Account)).one()
        account.state = AccountState.RECONNECT
        session.add(account)

    _change(healthy, refuse)
    assert _codes(beacon) == {"reconnect"}


@pytest.mark.usefixtures("healthy")
def test_a_broker_that_does_not_answer_is_found(beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACON_REDIS_URL", "redis://:hunter2@127.0.0.1:1/0")
    said = beacon("doctor")
    assert "127.0.0.1" in said.out
    assert "hunter2" not in said.out
    assert _codes(beacon) == {"broker"}


def test_credentials_of_another_key_are_found(healthy: Path, beacon: Beacon) -> None:
    (healthy / "secret.key").write_text("a-quite-different-key-0123456789-abcdefgh")
    assert _codes(beacon) == {"other-key"}


@pytest.mark.usefixtures("healthy")
def test_a_weak_key_is_found(beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEACON_SECRET_KEY", "password")
    assert _codes(beacon) == {"secret-key"}


def test_a_folder_that_others_may_read_is_found(healthy: Path, beacon: Beacon) -> None:
    healthy.chmod(0o755)
    assert _codes(beacon) == {"open-folder"}


@pytest.mark.usefixtures("healthy")
def test_a_full_disk_is_found(beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(50_000_000))
    assert _codes(beacon) == {"disk"}


def test_an_empty_database_is_found(install: Path, beacon: Beacon) -> None:
    (install / "beacon.db").unlink()
    (install / "beacon.db").touch()
    assert _codes(beacon) == {"old-database"}


def test_a_damaged_database_is_found(install: Path, beacon: Beacon) -> None:
    (install / "beacon.db").write_bytes(b"no database " * 1000)
    said = beacon("doctor")
    assert "damaged" in said.out
    assert said.code == 1


@pytest.mark.usefixtures("healthy")
def test_a_pause_is_a_remark_not_an_illness(beacon: Beacon) -> None:
    beacon("pause")
    said = beacon("doctor", "--json")
    assert [finding["code"] for finding in said.json["findings"]] == ["paused"]
    assert said.json["well"] is True
    assert said.code == 0


def test_a_clock_that_is_up_but_does_not_tick_is_found(healthy: Path, beacon: Beacon) -> None:
    def stall(session: Session) -> None:
        clock = session.get_one(Process, "clock")
        clock.ticked_utc = utc_now() - timedelta(minutes=5)
        session.add(clock)

    _change(healthy, stall)
    assert _codes(beacon) == {"not-ticking"}


def test_a_locked_database_is_found(healthy: Path, beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(healthy / "beacon.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = beacon("doctor")
    holder.close()
    assert "The database is busy: another program has held it for too long" in said.out
    assert said.code == 1


def test_two_installs_on_one_database_with_different_keys_are_found(healthy: Path, beacon: Beacon) -> None:
    theirs = prints_of(["a-quite-different-key-0123456789-abcdefgh"])
    _change(healthy, lambda session: _hold(session, theirs))
    said = beacon("doctor", "--json").json["findings"]
    assert [finding["code"] for finding in said] == ["two-keys"]
    assert "here and this machine" in said[0]["what"]
    ours = prints_of(read_keys(Settings(data_dir=healthy)))
    _change(healthy, lambda session: _hold(session, f"{ours} {theirs}"))  # a key on its way out
    assert _codes(beacon) == set()


def _hold(session: Session, prints: str) -> None:
    for kind in ("clock", "worker"):
        process = session.get_one(Process, kind)
        process.prints = prints
        session.add(process)


def test_a_token_that_ends_soon_is_a_remark(healthy: Path, beacon: Beacon) -> None:
    def end(session: Session) -> None:
        account = session.exec(select(Account)).one()
        account.expires_utc = utc_now() + timedelta(days=5)
        session.add(account)

    _change(healthy, end)
    said = beacon("doctor", "--json").json
    assert [finding["code"] for finding in said["findings"]] == ["expiring"]
    assert "beacon account connect practice --name practice" in said["findings"][0]["mend"]
    assert said["well"] is True


@pytest.mark.usefixtures("healthy")
def test_a_wall_clock_that_is_off_is_found_by_what_servers_say(
    beacon: Beacon, install: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data("")  # dated by itself

    def move_there(session: Session) -> None:
        account = session.exec(select(Account)).one()
        account.server = httpserver.url_for("").rstrip("/")
        session.add(account)

    _change(install, move_there)
    assert "wall-clock" not in _codes(beacon)
    ahead = utc_now() + timedelta(hours=1)
    with wall_clock(lambda: ahead):
        said = beacon("doctor")
    assert "This machine's clock is 3" in said.out
    assert f"s off, says {httpserver.url_for('').rstrip('/')}" in said.out


def test_a_process_whose_host_is_ahead_is_found(healthy: Path, beacon: Beacon) -> None:
    def run_ahead(session: Session) -> None:
        worker = session.get_one(Process, "worker")
        worker.seen_utc = utc_now() + timedelta(minutes=10)
        session.add(worker)

    _change(healthy, run_ahead)
    assert _codes(beacon) == {"clocks"}


def test_an_alert_that_nobody_could_be_told_is_a_remark(healthy: Path, beacon: Beacon) -> None:
    now = utc_now()
    lost = Alert(event="reconnect/1", kind="reconnect", raised_utc=now, wake_utc=now, state="given_up")
    _change(healthy, lambda session: session.add(lost))
    said = beacon("doctor", "--json").json
    assert [finding["code"] for finding in said["findings"]] == ["untold"]
    assert "beacon alerts retry" in said["findings"][0]["mend"]
