"""What really happened over many seeds: a fault that never struck proves nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Coverage:
    kinds: Counter[str] = field(default_factory=Counter)
    arrows: Counter[tuple[str, str]] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)

    def add(self, other: Coverage) -> None:
        self.kinds += other.kinds
        self.arrows += other.arrows
        self.figures += other.figures
