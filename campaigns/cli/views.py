"""What the demo shows, and how it does so where there is no terminal: a line for every change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from campaigns.cli.output import one_line, say

if TYPE_CHECKING:
    from campaigns.cli.glance import Glance


class View(Protocol):
    def begin(self, feed: str, pages: str) -> None:
        """Says where to look."""

    def show(self, seen: Glance) -> None: ...

    def say(self, message: str) -> None: ...

    def stopping(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Plain:
    def __init__(self, number: int, total: int, *, fresh: bool) -> None:
        self._number, self._total, self._fresh = number, total, fresh
        self._before = ""

    def begin(self, feed: str, pages: str) -> None:
        say(title(self._number, self._total, fresh=self._fresh))
        say(f"Feed:   {feed}")
        say(f"Pages:  {pages}")

    def show(self, seen: Glance) -> None:
        upcoming = (
            f"; next {seen.upcoming[0][0]} {one_line(seen.upcoming[0][1], 40)}" if seen.upcoming else ""
        )
        line = f"{seen.due} due, {seen.sent} sent, {seen.late} late{upcoming}"
        if line != self._before:
            say(line)
            self._before = line

    def say(self, message: str) -> None:
        say(message)

    def stopping(self) -> None:
        say("Stopping ...")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def title(number: int, total: int, *, fresh: bool) -> str:
    begun = "two weeks in twenty seconds" if fresh else "going on where it was stopped"
    return f"Beacon sends a sample campaign: round {number}, {total} posts, {begun}."
