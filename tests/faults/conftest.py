"""Real servers of Bluesky and Mastodon behind a proxy that breaks things, and the engine's fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.delivery_fixtures import practice, settings, stage

if TYPE_CHECKING:
    from tests.support.bluesky import BlueskyHarness
    from tests.support.mastodon import MastodonHarness

__all__ = ["practice", "settings", "stage"]


@pytest.fixture(params=["bluesky", "mastodon"])
def server(request: pytest.FixtureRequest) -> BlueskyHarness | MastodonHarness:
    """A real server of each, with one account, behind its proxy."""
    harness: BlueskyHarness | MastodonHarness = request.getfixturevalue(request.param)
    return harness
