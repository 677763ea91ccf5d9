"""Which platforms take an image as it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from campaigns.models import AccountState
from campaigns.models.tables import account
from campaigns.platforms.registry import PLATFORMS, rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlmodel import Session

    from campaigns.plan.library.looking import Shown
    from campaigns.platforms.contract import Limits


@dataclass(frozen=True, slots=True)
class Place:
    """A platform, and the narrowest of what its accounts here take; the usual without an account."""

    label: str
    connected: bool
    bytes: int  # the most an image may have
    types: frozenset[str]
    alt: int | None  # the most characters of an alt text; None: no limit known


@dataclass(frozen=True, slots=True)
class Fit:
    place: Place
    right_type: bool
    small_enough: bool
    alt_fits: bool

    @property
    def takes(self) -> bool:
        return self.right_type and self.small_enough


def places(session: Session, organisation_id: int) -> list[Place]:
    """Every platform, those with an account first."""
    rows = session.connection().execute(
        select(account.c.platform, account.c.limits).where(
            account.c.organisation_id == organisation_id, account.c.state != AccountState.REMOVED
        )
    )
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for platform, limits in rows:
        told[platform].append(limits)
    found = [_place(name, told.get(name, [])) for name in PLATFORMS]
    return sorted(found, key=lambda place: not place.connected)


def fit(image: Shown, place: Place) -> Fit:
    return Fit(
        place,
        right_type=image.mime in place.types,
        small_enough=image.size <= place.bytes,
        alt_fits=place.alt is None or len(image.alt) <= place.alt,
    )


def _place(platform: str, told: Sequence[Mapping[str, Any]]) -> Place:
    rules = rules_of(platform)
    limits: list[Limits] = [rules.limits(one) for one in told] or [rules.limits({})]
    return Place(
        rules.label,
        bool(told),
        min(one.image_bytes for one in limits),
        frozenset.intersection(*(one.image_types for one in limits)),
        min((one.alt_text for one in limits if one.alt_text is not None), default=None),
    )
