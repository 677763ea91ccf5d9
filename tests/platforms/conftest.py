"""A server of each platform in turn, for the contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.bluesky import account_on
from tests.support.mastodon import mastodon_harness
from tests.support.practice import running_practice
from tests.support.x import running_x

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.support.harness import PlatformHarness

SERVERS = ("practice-keyed", "practice-readable", "practice-blind", "mastodon", "bluesky", "x")


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PlatformHarness]:
    """A server of each platform in turn, with a fresh account on it."""
    with _opened(request.param, request, tmp_path) as harness:
        yield harness


def _opened(
    name: str, request: pytest.FixtureRequest, folder: Path
) -> AbstractContextManager[PlatformHarness]:
    if name == "bluesky":
        return account_on(request.getfixturevalue("pds"))
    if name == "mastodon":
        return mastodon_harness(request.getfixturevalue("mastodon_url"))
    if name == "x":
        return running_x()
    return running_practice(folder, name.removeprefix("practice-"))
