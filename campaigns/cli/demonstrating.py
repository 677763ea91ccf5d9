"""`beacon demo`: an install of its own in a folder, a sample campaign, and a view of how it goes out."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.cli.alone import alone
from campaigns.cli.glance import Glance, look
from campaigns.cli.ground import Ground
from campaigns.cli.guard import guarded
from campaigns.cli.output import complain, say
from campaigns.cli.preparing import prepare
from campaigns.cli.supervise import Supervisor
from campaigns.cli.views import Plain
from campaigns.core.signals import Signals

if TYPE_CHECKING:
    from campaigns.cli.views import View

LOOK_EVERY = 0.5  # seconds
PARTS = ("practice", "web", "clock", "worker")
GIVE_UP = 120.0  # seconds without a post going out, when asked to end by itself


def run(folder: Path, *, until_done: bool) -> int:
    """Returns the exit code: with `until_done` 1 when not everything went out, else 0. Raises `Conflict` when
    it runs already, before anything is prepared: a second round would take the first one's accounts away."""
    _take_over_settings(folder)
    with alone(folder.resolve(), otherwise="give --folder another one"):
        return _run(folder, until_done=until_done)


def _run(folder: Path, *, until_done: bool) -> int:
    round_ = prepare("demo")
    ground = Ground.from_json(round_["ground"])
    os.environ["BEACON_HTTP_PORT"] = str(ground.http_port)
    os.environ["BEACON_PRACTICE_PORT"] = str(ground.practice_port)
    tell = _Teller()
    with (
        Signals() as signals,
        Supervisor(ground, signals, tell, parts=PARTS, logs=ground.data_dir / "logs") as supervisor,
    ):
        view = tell.view = _view(round_["round"], round_["total"], fresh=round_["fresh"])
        view.begin(ground.feed_url, round_["link"])
        with view:
            seen = _follow(signals, supervisor, ground, view, round_["before"], until_done=until_done)
        view.stopping()
    return _summary(seen, round_["total"], folder, until_done=until_done)


def _follow(
    signals: Signals,
    supervisor: Supervisor,
    ground: Ground,
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
        now = look(ground.http_host, ground.http_port, before)
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


def _take_over_settings(folder: Path) -> None:
    """The demo has settings of its own, which its parts inherit: nothing of another install's is used."""
    for name in [name for name in os.environ if name.startswith("BEACON_")]:
        del os.environ[name]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ |= {
        "BEACON_DATA_DIR": str(folder.resolve()),
        "BEACON_DATABASE_URL": "",
        "BEACON_REDIS_URL": "",
        "BEACON_SECRET_KEY": "",
        "BEACON_HTTP_HOST": "127.0.0.1",
        "BEACON_LOG_LEVEL": "WARNING",
    }


def _view(number: int, total: int, *, fresh: bool) -> View:
    """A picture on a terminal; elsewhere plain lines, without the 10 MB of Rich."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from campaigns.cli.screen import Screen

        return Screen(number, total, fresh=fresh)
    return Plain(number, total, fresh=fresh)


def _summary(seen: Glance, total: int, folder: Path, *, until_done: bool) -> int:
    say(f"{seen.sent} of {total} posts are out; every process has ended.")
    if seen.sent < total and not until_done:
        say("Start it again and it goes on where it was.")
    if until_done and seen.sent < total:
        complain(f"Not everything went out: see {folder / 'logs'}, or run `beacon doctor`.")
        return 1
    return 0


class _Teller:
    """What the supervisor says goes into the view once there is one."""

    view: View | None = None

    def __call__(self, message: str) -> None:
        if self.view:
            self.view.say(message)
        else:
            complain(message)


if __name__ == "__main__":
    sys.exit(guarded(lambda: run(Path(sys.argv[1]), until_done=sys.argv[2:] == ["--until-done"])))
