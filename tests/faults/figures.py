"""What one case showed, in numbers that add up over cases, and in sentences where it broke its promise."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Figures:
    """`measured` holds the case's own figures by name, `broken` each expectation that did not hold."""

    posts: int = 0
    parts: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    asked: int = 0
    recovery: float | None = None  # seconds, the longest; None: nothing had to recover
    seconds: float = 0.0  # how long the case took
    measured: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order or self.broken)

    def __add__(self, other: Figures) -> Figures:
        """Counts add up; of times and measured figures the largest stays."""
        recoveries = [value for value in (self.recovery, other.recovery) if value is not None]
        names = {*self.measured, *other.measured}
        return Figures(
            posts=self.posts + other.posts,
            parts=self.parts + other.parts,
            kills=self.kills + other.kills,
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            out_of_order=self.out_of_order + other.out_of_order,
            asked=self.asked + other.asked,
            recovery=max(recoveries, default=None),
            seconds=self.seconds + other.seconds,
            measured={
                name: max(figures.measured[name] for figures in (self, other) if name in figures.measured)
                for name in sorted(names)
            },
            broken=[*self.broken, *other.broken],
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
