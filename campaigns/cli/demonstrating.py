"""`beacon demo`: an install of its own in a folder, a sample campaign, and a view of how it goes out."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import typer

from campaigns.cli.glance import Glance, look
from campaigns.cli.ports import free
from campaigns.cli.preparing import prepare
from campaigns.cli.signals import Signals
from campaigns.cli.supervise import Supervisor
from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.cli.views import View

LOOK_EVERY = 0.5  # seconds
PARTS = ("practice", "web", "clock", "worker")
GIVE_UP = 120.0  # seconds without a post going out, when asked to end by itself


def run(folder: Path, *, until_done: bool) -> int:
    """Returns the exit code: with `until_done` 1 when not everything went out, else 0."""
    settings = _settings(folder)
    round_ = prepare("demo")
    with Signals() as signals:
        tell = _Teller()
        with Supervisor(settings, signals, tell, parts=PARTS, logs=folder / "logs") as supervisor:
            view = _view(round_["round"], round_["total"], fresh=round_["fresh"])
            tell.view = view
            view.begin(_feed(settings), f"http://{settings.http_host}:{settings.http_port}/")
            with view:
                seen = _follow(signals, supervisor, settings, view, round_["before"], until_done=until_done)
            view.stopping()
    return _summary(seen, round_["total"], folder, until_done=until_done)


def _follow(
    signals: Signals,
    supervisor: Supervisor,
    settings: Settings,
    view: View,
    before: int,
    *,
    until_done: bool,
) -> Glance:
    """Shows how it goes until Ctrl-C, or with `until_done` until all is out or nothing moves any more."""
    seen = Glance()
    moved = time.monotonic()
    while not signals.stops:
        supervisor.tick()
        now = look(settings.http_host, settings.http_port, before)
        if now is not None:
            moved = time.monotonic() if now.sent != seen.sent else moved
            seen = now
            view.show(seen)
            if until_done and (seen.done or time.monotonic() - moved > GIVE_UP):
                break
        elif until_done and time.monotonic() - moved > GIVE_UP:
            break
        signals.wait(LOOK_EVERY)
    return seen


def _settings(folder: Path) -> Settings:
    """The demo's own: nothing of the surrounding install's is used, and its children inherit them."""
    for name in [name for name in os.environ if name.startswith("BEACON_")]:
        del os.environ[name]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {
        "BEACON_DATA_DIR": str(folder.resolve()),
        "BEACON_DATABASE_URL": "",
        "BEACON_REDIS_URL": "",
        "BEACON_SECRET_KEY": "",
        "BEACON_HTTP_HOST": "127.0.0.1",
        "BEACON_HTTP_PORT": str(free("127.0.0.1", Settings.model_fields["http_port"].default)),
        "BEACON_PRACTICE_PORT": str(free("127.0.0.1", Settings.model_fields["practice_port"].default)),
        "BEACON_LOG_LEVEL": "WARNING",
    }
    os.environ.update(own)
    return Settings()


def _feed(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.practice_port}/"


def _view(number: int, total: int, *, fresh: bool) -> View:
    from campaigns.cli import views

    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        return views.Screen(number, total, fresh=fresh)
    return views.Plain(number, total, fresh=fresh)


def _summary(seen: Glance, total: int, folder: Path, *, until_done: bool) -> int:
    typer.echo(f"{seen.sent} of {total} posts are out; every process has ended.")
    if seen.sent < total and not until_done:
        typer.echo("Start it again and it goes on where it was.")
    if until_done and seen.sent < total:
        typer.echo(f"Not everything went out: see {folder / 'logs'}, or run `beacon doctor`.", err=True)
        return 1
    return 0


class _Teller:
    """What the supervisor says goes into the view once there is one."""

    view: View | None = None

    def __call__(self, message: str) -> None:
        if self.view:
            self.view.say(message)
        else:
            typer.echo(message, err=True)
