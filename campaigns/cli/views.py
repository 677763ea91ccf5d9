"""What the demo shows: a live picture on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from campaigns.cli.glance import Glance
from campaigns.cli.output import one_line, say

WIDTH = 78


class View(Protocol):
    def begin(self, feed: str, status: str) -> None:
        """Says where to look."""

    def show(self, seen: Glance) -> None: ...

    def say(self, message: str) -> None: ...

    def stopping(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Plain:
    """A line for every change."""

    def __init__(self, number: int, total: int, *, fresh: bool) -> None:
        self._number, self._total, self._fresh = number, total, fresh
        self._before = ""

    def begin(self, feed: str, status: str) -> None:
        say(_title(self._number, self._total, fresh=self._fresh))
        say(f"Feed:   {feed}")
        say(f"Status: {status}")

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


class Screen:
    """A picture that changes in place."""

    def __init__(self, number: int, total: int, *, fresh: bool) -> None:
        self._number, self._total, self._fresh = number, total, fresh
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)

    def begin(self, feed: str, status: str) -> None:
        self._console.print(Text(_title(self._number, self._total, fresh=self._fresh), style="bold"))
        for name, url in (("Feed", feed), ("Status", status)):
            self._console.print(Text(f"  {name:<7}"), Text(url, style=f"cyan link {url}"), sep="")
        self._console.print(Text("  Ctrl-C stops everything and loses nothing.", style="dim"))

    def show(self, seen: Glance) -> None:
        figures = Table.grid(padding=(0, 3))
        figures.add_row(*(Text(name, style="dim") for name in ("due", "sent", "late", "for you")))
        figures.add_row(
            Text(str(seen.due), style="bold"),
            Text(str(seen.sent), style="bold green"),
            Text(str(seen.late), style="bold red" if seen.late else "bold"),
            Text(str(seen.asking), style="bold red" if seen.asking else "bold"),
        )
        coming = Table.grid(padding=(0, 2))
        for due, text in seen.upcoming:
            coming.add_row(Text(due[11:19], style="dim"), Text(one_line(text, WIDTH - 14)))
        head = Text("next (UTC)", style="dim") if seen.upcoming else Text("All is out.", style="bold green")
        bar = ProgressBar(total=max(1, self._total), completed=max(0, seen.sent), width=WIDTH)
        self._live.update(Group("", bar, "", figures, "", head, coming, ""), refresh=True)

    def say(self, message: str) -> None:
        self._console.print(Text(message, style="yellow"))

    def stopping(self) -> None:
        self._console.print(Text("Stopping: what is being sent is waited for ...", style="dim"))

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()


def _title(number: int, total: int, *, fresh: bool) -> str:
    begun = "two weeks in twenty seconds" if fresh else "going on where it was stopped"
    return f"Beacon sends a sample campaign: round {number}, {total} posts, {begun}."
