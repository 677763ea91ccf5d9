from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.x import XHarness, running_x

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def x() -> Iterator[XHarness]:
    with running_x() as harness:
        yield harness
