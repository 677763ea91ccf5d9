"""`beacon backup` and `beacon restore`, as somebody meets them on a bad day."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from campaigns.core.db import open_engine, writing
from campaigns.core.moments import utc_now
from campaigns.deliver import presence
from campaigns.deliver.owner import Owner
from campaigns.models.tables import campaign, delivery
from tests.cli.conftest import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Beacon = Callable[..., Said]


@pytest.fixture
def copy(loaded: Path, beacon: Beacon, tmp_path: Path) -> Path:
    """A backup of the example campaign."""
    del loaded
    assert beacon("backup", tmp_path / "copy.zip").code == 0
    return tmp_path / "copy.zip"


def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("BEACON_DATA_DIR", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


def kept_images(data: Path) -> set[str]:
    """By name; without their small copies, which a page makes anew where they are missing."""
    files = (path for path in (data / "media").rglob("*") if path.is_file())
    return {path.name for path in files if path.suffix != ".small"}


def test_a_backup_comes_back_elsewhere_and_is_paused(
    copy: Path, beacon: Beacon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = beacon("post", "list", "--json").json
    images = kept_images(tmp_path / "data")
    elsewhere = _elsewhere(monkeypatch, tmp_path)
    said = beacon("restore", copy)
    assert said.code == 0
    assert "Everything is paused" in said.out
    assert "Another secret key: practice" in said.out  # the key is not in the backup
    assert [post["text"] for post in beacon("post", "list", "--json").json] == [
        post["text"] for post in before
    ]
    assert kept_images(elsewhere) == images
    assert beacon("status", "--json").json["pause"] == "full"
    assert beacon("resume").code == 0


def test_only_its_owner_can_read_a_backup_and_none_is_written_over(copy: Path, beacon: Beacon) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    said = beacon("backup", copy)
    assert (said.code, said.err) == (1, f"{copy} is there already: choose another name.\n")


def test_a_folder_gets_a_dated_backup(loaded: Path, beacon: Beacon, tmp_path: Path) -> None:
    del loaded
    (tmp_path / "backups").mkdir()
    assert beacon("backup", tmp_path / "backups", "--json").code == 0
    assert [path.suffix for path in (tmp_path / "backups").iterdir()] == [".zip"]


def test_what_is_here_is_not_replaced_unasked_and_a_copy_of_it_stays(
    copy: Path, loaded: Path, beacon: Beacon
) -> None:
    refused = beacon("restore", copy)
    assert refused.code == 1
    assert "with --replace" in refused.err
    told = beacon("restore", copy, "--replace", "--json").json
    assert told["paused"]
    assert [str(path) for path in loaded.glob("before-restore-*.zip")] == [told["kept"]]


def test_nothing_is_put_back_under_a_running_worker(copy: Path, loaded: Path, beacon: Beacon) -> None:
    database = open_engine(f"sqlite:///{loaded / 'beacon.db'}")
    presence.appear(database, Owner.here(), "worker", utc_now())
    database.dispose()
    said = beacon("restore", copy, "--replace")
    assert said.code == 1
    assert "stop every Beacon process" in said.err


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not really", None])
def test_a_damaged_backup_changes_nothing(
    copy: Path, beacon: Beacon, damage: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = copy.read_bytes()
    copy.write_bytes(whole[:200] + b"\0" * 300 + whole[500:] if damage is None else damage)
    _elsewhere(monkeypatch, tmp_path)
    said = beacon("restore", copy)
    assert said.code == 1
    assert "it was damaged" in said.err
    assert beacon("post", "list").code == 1  # there is still no Beacon there


def test_a_database_that_came_back_by_other_means_is_paused_as_well(loaded: Path, beacon: Beacon) -> None:
    del loaded
    assert beacon("restore", "--already-back", "2026-10-10T08:00Z", "--json").json["paused"]
    assert beacon("restore", "--already-back", "2096-10-10T08:00Z").code == 2
    assert beacon("restore").code == 2


@pytest.mark.parametrize("part", ["worker", "clock", "web"])
def test_a_host_with_another_secret_key_is_refused_in_one_sentence(
    loaded: Path, beacon: Beacon, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del loaded
    monkeypatch.setenv("BEACON_SECRET_KEY", "another-key-of-no-less-than-32-characters")
    said = beacon(part)
    assert said.code == 1
    assert said.err.startswith("This host's secret key is not the one")
    assert said.err.count("\n") == 1


def test_an_archived_campaign_is_closed_to_its_file(loaded: Path, beacon: Beacon) -> None:
    database = open_engine(f"sqlite:///{loaded / 'beacon.db'}")
    with writing(database) as connection:
        connection.execute(
            update(delivery).values(state="published", due_utc=datetime(2026, 1, 2, tzinfo=UTC))
        )
        connection.execute(update(campaign).values(starts=date(2026, 1, 1), ends=date(2026, 1, 2)))
    database.dispose()
    before = beacon("campaign", "list", "--json").json
    assert beacon("retain", "--days", "30").out.startswith("Deleted: ")
    assert beacon("campaign", "list", "--json").json == before
    said = beacon("campaign", "load", EXAMPLE)
    assert said.code == 1
    assert "its posts were archived" in said.out + said.err
    assert beacon("retain").code == 2  # how old is old?
