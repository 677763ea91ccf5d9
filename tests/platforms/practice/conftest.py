"""One practice server a module; each test has accounts of its own on it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.support.practice import PracticeServer, running_practice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from campaigns.platforms.contract import Connection

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shared_practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeServer]:
    with running_practice(tmp_path_factory.mktemp("practice")) as server:
        yield server


@pytest.fixture
def practice(shared_practice: PracticeServer) -> Iterator[PracticeServer]:
    """A running server without faults."""
    yield shared_practice
    shared_practice.faults()


@pytest.fixture
def new_account(practice: PracticeServer) -> Callable[[str], Connection]:
    """Makes accounts of a class, each under a name of its own."""

    def make(kind: str = "keyed") -> Connection:
        return practice.account(f"{kind}_{next(_numbers)}", kind)

    return make
