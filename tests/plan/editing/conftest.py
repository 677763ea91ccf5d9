from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path / "desk")
