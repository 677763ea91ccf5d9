"""The catalogue of faults: each a named scenario of one or more cases, with the figure it must show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.faults.world import World

WHOLE = 500
"""Kills on each database in a whole proof."""
KINDS = ("keyed", "readable", "blind")
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of it. The long form proves, the short one notices."""

    posts: int = 3000
    kills: int = 500
    short: bool = False

    @property
    def share(self) -> float:
        """How much of the whole proof this is, from 0 to 1: 500 kills are all of it."""
        return min(1.0, self.kills / WHOLE)

    def some(self, whole: int, *, least: int = 1) -> int:
        """That share of a count or of a wait in seconds."""
        return max(least, round(whole * self.share))

    def pick(self, *, short: Any, long: Any) -> Any:
        return short if self.short else long


@dataclass(frozen=True, slots=True)
class Case:
    """One run in a world of its own; `settings` differ from the tests' usual ones."""

    label: str
    run: Callable[[World], None]
    settings: dict[str, Any] = field(default_factory=dict)
    databases: tuple[str, ...] = DATABASES
    own_server: bool = False  # a PostgreSQL server to kill


class Cases(Protocol):
    def __call__(self, scale: Scale) -> Iterable[Case]: ...


@dataclass(frozen=True, slots=True)
class Scenario:
    """`number` is its place among the twenty; `patient`: it mostly waits, so others may run beside it."""

    number: int
    name: str
    fault: str
    expected: str
    cases: Cases
    patient: bool = False


CATALOGUE: dict[str, Scenario] = {}


def scenario(number: int, fault: str, expected: str, *, patient: bool = False) -> Callable[[Cases], Cases]:
    """Enters a function that yields cases into the catalogue, under its name with dashes."""

    def enter(cases: Cases) -> Cases:
        name = cases.__name__.replace("_", "-")  # type: ignore[attr-defined]
        CATALOGUE[name] = Scenario(number, name, fault, expected, cases, patient)
        return cases

    return enter
