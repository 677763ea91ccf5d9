"""Real servers of Bluesky and Mastodon behind a proxy that breaks things, and the engine's fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.bluesky import BlueskyHarness, Pds, account_on, running_pds
from tests.support.delivery_fixtures import practice, settings, stage
from tests.support.mastodon import MastodonHarness, mastodon_harness, mastodon_process

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["practice", "settings", "stage"]


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    with running_pds() as server:
        yield server


@pytest.fixture
def bluesky(pds: Pds) -> Iterator[BlueskyHarness]:
    with account_on(pds) as harness:
        yield harness


@pytest.fixture(scope="session")
def mastodon_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mastodon_process(tmp_path_factory.mktemp("mastodon")) as url:
        yield url


@pytest.fixture
def mastodon(mastodon_url: str) -> Iterator[MastodonHarness]:
    with mastodon_harness(mastodon_url) as harness:
        yield harness


@pytest.fixture(params=["bluesky", "mastodon"])
def server(request: pytest.FixtureRequest) -> BlueskyHarness | MastodonHarness:
    """A real server of each, with one account, behind its proxy."""
    harness: BlueskyHarness | MastodonHarness = request.getfixturevalue(request.param)
    return harness
