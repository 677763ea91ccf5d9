from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.mastodon import MastodonHarness, mastodon_harness

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def mastodon(mastodon_url: str) -> Iterator[MastodonHarness]:
    """The session's server, emptied, behind a proxy of its own."""
    with mastodon_harness(mastodon_url) as harness:
        yield harness
