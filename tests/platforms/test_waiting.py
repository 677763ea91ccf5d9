"""How long a platform asks to wait, in whichever header it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.platforms.waiting import LONGEST, wait_asked_for

NOW = datetime(2027, 10, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
        ({"RateLimit-Reset": str(int(NOW.timestamp()) + 60)}, 60),
        ({"x-rate-limit-reset": str((int(NOW.timestamp()) + 60) * 1000)}, 60),
        ({"X-RateLimit-Reset": "2027-10-10T08:05:00.000Z"}, 300),
        ({"RateLimit-Reset": "30"}, 30),
        ({"Retry-After": "10", "RateLimit-Reset": "30"}, 10),
        ({"Retry-After": "soon", "RateLimit-Reset": "30"}, 30),
        ({"Retry-After": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0),
        ({"Retry-After": "999999999"}, LONGEST),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_read_however_it_is_said(headers: dict[str, str], wait: float | None) -> None:
    assert wait_asked_for({**headers, "Date": format_datetime(NOW, usegmt=True)}) == wait


@given(st.text(max_size=40))
def test_no_header_however_odd_breaks_the_reading(said: str) -> None:
    wait = wait_asked_for({"Retry-After": said, "Date": said})
    assert wait is None or 0 <= wait <= LONGEST
