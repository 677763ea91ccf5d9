"""What the doctor finds, and that a healthy install is called so."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlmodel import select

from campaigns.core.db import open_engine, write_session
from campaigns.core.moments import utc_now
from campaigns.models import Account, AccountState, Process
from config.settings import Settings
from tests.support.practice import PracticeServer
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
