"""Real platform servers, one of each a test session, and what a test gets of them: they are slow to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.bluesky import BlueskyHarness, Pds, account_on, running_pds
from tests.support.mastodon import MastodonHarness, mastodon_harness, mastodon_process

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    with running_pds() as server:
        yield server


@pytest.fixture
def bluesky(pds: Pds) -> Iterator[BlueskyHarness]:
    """A fresh account on the Bluesky server."""
    with account_on(pds) as harness:
        yield harness


@pytest.fixture(scope="session")
def mastodon_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mastodon_process(tmp_path_factory.mktemp("mastodon")) as url:
        yield url


@pytest.fixture
def mastodon(mastodon_url: str) -> Iterator[MastodonHarness]:
    """The Mastodon server, emptied, behind a proxy of its own."""
    with mastodon_harness(mastodon_url) as harness:
        yield harness
