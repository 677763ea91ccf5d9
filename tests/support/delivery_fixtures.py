"""What tests of the engine ask for; imported by the conftest of each folder that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.settings import Settings
from tests.support.practice import PracticeServer, running_practice
from tests.support.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """An install whose waits are short enough for a test."""
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        lane_lease=12,
        call_deadline=2,
        quarantine=0.5,
        recheck=0.3,
        reconcile_limit=5,
        heartbeat_stale=3,
        catch_up_every=0.5,
    )


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeServer]:
    folder = tmp_path / "practice"
    folder.mkdir()
    with running_practice(folder) as server:
        yield server


@pytest.fixture
def stage(engine: Engine, settings: Settings, practice: PracticeServer) -> Stage:
    return Stage(engine, settings, practice)
