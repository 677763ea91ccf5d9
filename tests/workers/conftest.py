from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.delivery_fixtures import practice, stage
from tests.support.delivery_fixtures import settings as quick

if TYPE_CHECKING:
    from config.settings import Settings

__all__ = ["practice", "quick", "stage"]


@pytest.fixture
def settings(quick: Settings) -> Settings:
    """What is uncertain waits for a new worker, and on a busy machine that takes long to start."""
    return quick.model_copy(update={"reconcile_limit": 300})
