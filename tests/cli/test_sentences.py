"""Whatever goes wrong is one sentence and an exit code."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from campaigns.cli import watching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said


def _one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    "command",
    ["status", "account list", "campaign list", "post list", "pause", "resume", "post show 1", "post now 1"],
)
def test_what_needs_an_install_says_how_to_make_one(command: str, beacon: Callable[..., Said]) -> None:
    said = beacon(*command.split())
    assert said.code == 1
    assert "beacon init" in said.err
    assert _one_sentence(said.err)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("BEACON_HTTP_PORT", "eighty", "BEACON_HTTP_PORT"),
        ("BEACON_TIMEZONE", "Mars/Olympus", "Mars/Olympus"),
        ("BEACON_TICK_EVERY", "-1", "BEACON_TICK_EVERY"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    name: str, value: str, word: str, beacon: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    said = beacon("init")
    assert said.code == 2
    assert word in said.err
    assert _one_sentence(said.err)


@pytest.mark.parametrize("content", ["http_port = ", "no_such_setting = 1\n"])
def test_a_settings_file_that_makes_no_sense_is_named(
    content: str, beacon: Callable[..., Said], tmp_path: Path
) -> None:
    (tmp_path / "beacon.toml").write_text(content)
    said = beacon("init")
    assert said.code == 2
    assert "beacon.toml" in said.err
    assert _one_sentence(said.err)


def test_a_weak_secret_key_refuses_to_start(
    beacon: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACON_SECRET_KEY", "a" * 40)
    said = beacon("init")
    assert said.code == 1
    assert "too weak" in said.err


def test_a_file_that_is_no_database_is_said_to_be_damaged(install: Path, beacon: Callable[..., Said]) -> None:
    (install / "beacon.db").write_bytes(b"not a database at all" * 1000)
    said = beacon("status")
    assert said.code == 1
    assert "damaged" in said.err
    assert _one_sentence(said.err)


def test_a_database_server_that_is_away_is_said_to_be_away(
    beacon: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACON_DATABASE_URL", "postgresql://beacon:hunter2@127.0.0.1:1/beacon")
    said = beacon("status")
    assert said.code == 1
    assert "does not answer" in said.err
    assert "hunter2" not in said.err
    assert _one_sentence(said.err)


def test_a_database_that_another_program_holds_is_said_to_be_busy(
    install: Path, beacon: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.core.db.BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(install / "beacon.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        said = beacon("pause")
    finally:
        holder.close()
    assert said.code == 1
    assert "busy" in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_database_is_named(install: Path, beacon: Callable[..., Said]) -> None:
    (install / "beacon.db").chmod(0o400)
    said = beacon("pause")
    assert said.code == 1
    assert "read-only" in said.err


def test_what_nobody_thought_of_leaves_its_details_in_a_private_file(
    install: Path, beacon: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, as_json: bool) -> None:
        raise KeyError(f"postgresql://beacon:hunter2@db/{as_json}")

    monkeypatch.setattr(watching, "show", broken)
    said = beacon("status")
    assert said.code == 1
    assert _one_sentence(said.err)
    log = install / "errors.log"
    assert str(log) in said.err
    assert log.stat().st_mode & 0o777 == 0o600
    assert "KeyError" in log.read_text()
    assert "hunter2" not in log.read_text()
