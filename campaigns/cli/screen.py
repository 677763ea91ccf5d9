"""The demo's picture on a terminal; it changes in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from campaigns.cli.output import one_line
from campaigns.cli.views import title

if TYPE_CHECKING:
    from campaigns.cli.glance import Glance

WIDTH = 78


class Screen:
    def __init__(self, number: int, total: int, *, fresh: bool) -> None:
        self._number, self._total, self._fresh = number, total, fresh
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)

    def begin(self, feed: str, pages: str) -> None:
        self._console.print(Text(title(self._number, self._total, fresh=self._fresh), style="bold"))
        for name, url in (("Feed", feed), ("Pages", pages)):
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
