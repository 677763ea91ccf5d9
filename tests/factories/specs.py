"""Campaigns as plain values, with just what a test wants to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from campaigns.plan.spec import DAYS, CampaignSpec, Every, PostSpec, Slot

STARTS, ENDS = date(2027, 10, 1), date(2027, 10, 14)  # a Friday and a Thursday


def make_post(**more: Any) -> PostSpec:
    """A post; its place and line are set by `make_campaign`."""
    return PostSpec(**{"text": "One conversation can change a day.", "place": 0, **more})


def make_campaign(*posts: PostSpec, **more: Any) -> CampaignSpec:
    """Two weeks of October 2027 in London; the posts begin on lines 10, 20, 30 ..."""
    placed = tuple(replace(post, place=place, line=place * 10 + 10) for place, post in enumerate(posts))
    return CampaignSpec(
        **{
            "title": "World Mental Health Day 2027",
            "slug": "wmhd-2027",
            "timezone": "Europe/London",
            "starts": STARTS,
            "ends": ENDS,
            "accounts": ("practice",),
            "posts": placed,
            "source": "campaign.yaml",
            **more,
        }
    )


def at(wall: str, **more: Any) -> PostSpec:
    return make_post(at=datetime.fromisoformat(wall), **more)


def every(
    clock: str,
    *,
    on: str = "",
    until: date | None = None,
    zone: str | None = None,
    off: tuple[date, ...] = (),
    **n: int,
) -> PostSpec:
    """`every("10:00", weeks=1, on="mon wed")`."""
    days = tuple(DAYS.index(day) for day in on.split())
    return make_post(
        every=Every(time.fromisoformat(clock), until, on=days, exceptions=off, **n), timezone=zone
    )


def slot(days: str, clock: str, zone: str | None = None) -> Slot:
    """`slot("mon wed", "09:00")`."""
    return Slot(tuple(DAYS.index(day) for day in days.split()), time.fromisoformat(clock), zone)
