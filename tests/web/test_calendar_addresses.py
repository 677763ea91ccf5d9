"""The calendar's addresses: a view is wholly in its address, and no address breaks anything."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from campaigns.web.calendar.asking import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.visitor import Visitor

NONSENSE = (
    "day=nonsense&view=nonsense&zone=nonsense&state=nonsense&page=nonsense",
    "day=0001-01-01",
    "day=9999-12-31&view=week",
    "page=99999999999999999999&view=list",
    "zone=../../etc/passwd",
    "campaign=" + "x" * 3000,
    "day=2027-10-10&account=%00",
    "page=-1",
    "view=list&page=999999",
)


def test_what_makes_no_sense_in_an_address_breaks_nothing(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("A post", "2027-10-10 08:00")
    for query in NONSENSE:
        assert alice.get(f"/calendar?{query}").status == 200, query


ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "view": st.sampled_from(["month", "week", "day", "list", "x"]),
        "day": st.dates().map(str) | st.text(max_size=12),
        "zone": st.sampled_from(["Asia/Tokyo", "Europe/London", "nowhere"]),
        "campaign": st.text(max_size=8),
        "state": st.sampled_from(["held", "published", "x"]),
        "days": st.sampled_from(["off", "on"]),
        "page": st.integers(-5, 10_000_000).map(str),
    },
)


@given(ADDRESSES, st.integers(0, 6))
def test_a_view_is_wholly_in_its_address(fields: Mapping[str, str], first_weekday: int) -> None:
    how: dict[str, Any] = {
        "today": date(2027, 10, 10),
        "zone": "Europe/London",
        "first_weekday": first_weekday,
    }
    view = asked(fields, **how)
    found = dict(_parsed(view.query))
    assert asked(found, **how) == view
    assert view.days[0] <= view.span[0] <= view.day <= view.span[1] <= view.days[-1]
    if view.look == "month":
        assert len(view.days) % 7 == 0
        assert view.days[0].weekday() == first_weekday
    after, before = asked(dict(_parsed(view.after)), **how), asked(dict(_parsed(view.before)), **how)
    assert before.span[0] <= view.span[0] <= after.span[0]


def _parsed(address: str) -> list[tuple[str, str]]:
    return parse_qsl(address.removeprefix("/calendar?"))
