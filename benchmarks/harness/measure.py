"""A measurement: subjects taken in turn, so many rounds each, and what of it a table shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.databases import Databases

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a round may use. `quick` asks for less of everything."""

    databases: Databases
    quick: bool
    leads: dict[str, float] = field(
        default_factory=dict
    )  # by peer: seconds that its jobs took to be taken in

    def scaled(self, whole: int, quick: int) -> int:
        return quick if self.quick else whole


@dataclass(frozen=True, slots=True)
class Column:
    """A figure by its key; `form` as in format()."""

    key: str
    head: str
    form: str = ",.2f"


@dataclass(frozen=True, slots=True)
class Measure:
    """`once` takes one round of a subject. `told` says how it is taken, for the page. One that takes very
    long is taken `by_name` only, and stays on the page until it is taken again."""

    name: str
    title: str
    told: str
    subjects: dict[str, Callable[[Bench], Figures]]
    columns: tuple[Column, ...]
    rounds: int = 5
    fewer: dict[str, int] = field(default_factory=dict)  # rounds of subjects that take long
    by_name: bool = False

    def rounds_of(self, subject: str, *, quick: bool) -> int:
        return 1 if quick else self.fewer.get(subject, self.rounds)
