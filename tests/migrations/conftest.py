from __future__ import annotations

from tests.support.delivery_fixtures import practice, settings, stage

__all__ = ["practice", "settings", "stage"]
