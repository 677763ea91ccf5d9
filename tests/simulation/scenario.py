"""What one seed says: accounts, posts, and everything that will happen to them. Plain data, so that a
failing one can be cut down piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """`kind`: keyed, readable, both or blind."""

    id: int
    kind: str

    @property
    def name(self) -> str:
        return f"{self.kind}{self.id}"


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One delivery. `due` in seconds since the world began."""

    id: int
    account: int
    campaign: int
    due: float
    texts: tuple[str, ...]
    late_within: int = 3600
    late_then: str = "hold"
    essential: bool = False
    urgent: bool = False
    image: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that befalls the world at `at`; what `about` holds depends on the kind (see `faults`)."""

    at: float
    kind: str
    about: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}{self.about or ''}"


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    days: int
    accounts: tuple[AccountPlan, ...]
    posts: tuple[PostPlan, ...]
    workers: tuple[str, ...]  # the host of each
    clocks: tuple[str, ...]
    happenings: tuple[Happening, ...]
    begins: str  # ISO instant of the world's second 0
