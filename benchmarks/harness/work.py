"""The work that everybody gets: so many posts over so many accounts, and how their texts are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORDS = (
    "You are not alone with this. Talking to somebody you trust can be the first step, and it can be a small "
    "one. #WorldMentalHealthDay"
)


@dataclass(frozen=True, slots=True)
class Work:
    """`posts` numbered from 0, one account after the other; each due `every` seconds after the one before."""

    posts: int = 10_000
    accounts: int = 50
    every: float = 0.0

    def account(self, number: int) -> int:
        return number % self.accounts

    def offset(self, number: int) -> float:
        """Seconds from the first due time to this post's."""
        return self.every * number

    def text(self, number: int) -> str:
        return f"{number}/{self.account(number)} {WORDS}"

    def texts(self) -> Iterator[tuple[int, str]]:
        return ((number, self.text(number)) for number in range(self.posts))


def number_of(text: str) -> int:
    return int(text.split("/", 1)[0])


def order_breaks(work: Work, numbers: Iterable[int]) -> int:
    """How often a post reached the platform after a later one of the same account."""
    last: dict[int, int] = {}
    breaks = 0
    for number in numbers:
        account = work.account(number)
        breaks += number < last.get(account, -1)
        last[account] = max(number, last.get(account, -1))
    return breaks
