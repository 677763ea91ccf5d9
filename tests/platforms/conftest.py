"""Servers that several platform tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.bluesky import BlueskyHarness, Pds, account_on, running_pds

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    """One real Bluesky server a test session."""
    with running_pds() as server:
        yield server


@pytest.fixture
def bluesky(pds: Pds) -> Iterator[BlueskyHarness]:
    """A fresh account on it."""
    with account_on(pds) as harness:
        yield harness
