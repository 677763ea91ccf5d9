"""The pages that every page leads to. One that this version does not have is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.web.base.languages import N_

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    label: str
    icon: str


PLACES = (
    Place("/", N_("Today"), "today"),
    Place("/calendar", N_("Calendar"), "calendar"),
    Place("/campaigns", N_("Campaigns"), "campaign"),
    Place("/queue", N_("Queue"), "queue"),
    Place("/media", N_("Media"), "media"),
    Place("/accounts", N_("Accounts"), "account"),
)


def places(paths: Iterable[str]) -> list[Place]:
    """Those whose pages exist."""
    known = set(paths)
    return [place for place in PLACES if place.path in known]


def is_here(place: str, path: str) -> bool:
    return path == place or (place != "/" and path.startswith(f"{place}/"))
