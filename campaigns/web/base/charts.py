"""Bars of parts of a whole, as an SVG's geometry. The words and numbers stand in a table beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaigns.deliver.progress import Tally


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar, in the SVG's units."""

    look: str  # the class that colours it
    x: float
    width: float


def bars(tally: Tally, whole: int, length: float) -> list[Segment]:
    """One bar, as long as its share of `whole`; what is nothing has no segment."""
    parts = {"out": tally.out, "asks": tally.asking, "coming": tally.coming, "gone": tally.cancelled}
    segments, x = [], 0.0
    for look, posts in parts.items():
        if posts:
            width = length * posts / whole
            segments.append(Segment(look, round(x, 2), round(width, 2)))
            x += width
    return segments
