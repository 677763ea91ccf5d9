"""What `beacon status` shows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from campaigns.cli.install import open_install
from campaigns.cli.output import one_line, print_json, say
from campaigns.core.moments import utc_now
from campaigns.deliver.overview import overview
from campaigns.models import PauseMode
from config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.cli.install import Install
    from campaigns.deliver.overview import Overview

EVERY = 1.0  # seconds


def show(*, as_json: bool) -> None:
    with open_install() as install:
        now = _look(install)
    if as_json:
        print_json(now.as_json())
        return
    for line in lines(now, install.settings.timezone):
        say(line)


def watch(*, as_json: bool) -> None:
    """Until Ctrl-C; on a terminal in place, elsewhere a line (with --json an object) for every change."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    settings, console = Settings(), Console()
    with open_install(settings) as install:
        if console.is_terminal and not as_json:
            with Live(console=console, auto_refresh=False, screen=False) as live:
                while True:
                    live.update(Text("\n".join(lines(_look(install), settings.timezone))), refresh=True)
                    time.sleep(EVERY)
        before = ""
        while True:
            now = _look(install)
            told = now.as_json()
            del told["at"], told["processes"]
            line = json.dumps(told, ensure_ascii=False) if as_json else figures(now)
            if line != before:
                print(json.dumps(now.as_json(), ensure_ascii=False) if as_json else line, flush=True)
                before = line
            time.sleep(EVERY)


def lines(now: Overview, zone: str) -> Iterator[str]:
    """The whole picture, as a terminal shows it; times in `zone`."""
    from zoneinfo import ZoneInfo

    yield figures(now)
    if now.pause is not PauseMode.NONE:
        what = "nothing goes out" if now.pause is PauseMode.FULL else "only essential posts go out"
        yield f"Paused: {what} until `beacon resume`."
    for noun, names in (("Campaign", now.paused_campaigns), ("Account", now.paused_accounts)):
        yield from (f"{noun} paused: {name}" for name in names)
    yield from (f"Connect again: {name}" for name in now.to_reconnect)
    for kind in ("clock", "worker"):
        up = sum(row.up for row in now.processes if row.kind == kind)
        yield f"{kind.capitalize()}: {f'{up} up' if up else 'none is up, start `beacon up`'}"
    if now.next:
        yield f"Next ({zone}):"
    for row in now.next:
        local = row.due_utc.astimezone(ZoneInfo(zone))
        yield f"  {row.id:>5}  {local:%Y-%m-%d %H:%M:%S}  {row.account}  {one_line(row.text)}"


def figures(now: Overview) -> str:
    """`12 to go, 3 sent, 0 late, 0 for you to decide`."""
    return f"{now.due} to go, {now.sent} sent, {now.late} late, {now.asking} for you to decide"


def _look(install: Install) -> Overview:
    with install.reading() as session:
        return overview(session, utc_now())
