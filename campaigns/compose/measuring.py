"""How much of a text is over a platform's limits, in words that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.words import NN_, Counted

if TYPE_CHECKING:
    from campaigns.platforms.contract import Limits, Rules


OVER = {
    "characters": NN_(
        "%(n)s character over %(owner)s's %(limit)s", "%(n)s characters over %(owner)s's %(limit)s"
    ),
    "weighted characters": NN_(
        "%(n)s weighted character over %(owner)s's %(limit)s",
        "%(n)s weighted characters over %(owner)s's %(limit)s",
    ),
    "graphemes": NN_(
        "%(n)s grapheme over %(owner)s's %(limit)s", "%(n)s graphemes over %(owner)s's %(limit)s"
    ),
    "bytes": NN_("%(n)s byte over %(owner)s's %(limit)s", "%(n)s bytes over %(owner)s's %(limit)s"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """`length` in the platform's unit; `over` says each limit that is passed and by how much."""

    length: int
    over: tuple[str, ...]  # "14 characters over X's 280"

    @property
    def fits(self) -> bool:
        return not self.over


def measure(text: str, warning: str | None, rules: Rules, limits: Limits) -> Measure:
    """A text together with the content-warning field that goes with it, if any."""
    length = rules.length(text, limits, warning)
    over = []
    if length > limits.length:
        over.append(how_much_over(length, limits.length, rules.unit, rules.label))
    if limits.utf8_bytes is not None and (size := len(text.encode())) > limits.utf8_bytes:
        over.append(how_much_over(size, limits.utf8_bytes, "bytes", rules.label))
    return Measure(length, tuple(over))


def how_much_over(measured: int, limit: int, unit: str, owner: str) -> str:
    """`14 characters over X's 280`; `unit` is one of `OVER`."""
    one, many = OVER[unit]
    return Counted(one, many, measured - limit, owner=owner, limit=limit)
