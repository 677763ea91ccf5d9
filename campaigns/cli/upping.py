"""`beacon up`: everything an install needs, until it is told to stop."""

from __future__ import annotations

import sys
import time

from campaigns.cli.alone import ELSEWHERE, alone
from campaigns.cli.ground import Ground
from campaigns.cli.guard import guarded
from campaigns.cli.output import complain
from campaigns.cli.ports import answers, listen
from campaigns.cli.preparing import prepare
from campaigns.cli.supervise import Supervisor
from campaigns.core.signals import Signals

CHECK_EVERY = 1.0  # seconds; a crash is noticed at once by its signal
LOOK_EVERY, PAGES_WITHIN = 0.1, 30.0  # seconds


def run() -> None:
    """Raises `Conflict` when it runs already, `Unusable` when a port is taken or no broker can be had."""
    told = prepare("up")
    ground = Ground.from_json(told["ground"])
    with alone(ground.data_dir, otherwise=ELSEWHERE):
        _run(ground, told["link"], practises=told["practice"])
    complain("Stopped.")


def _run(ground: Ground, first_link: str, *, practises: bool) -> None:
    listen(ground.http_host, ground.http_port, "BEACON_HTTP_PORT").close()
    if practises:
        listen("127.0.0.1", ground.practice_port, "BEACON_PRACTICE_PORT").close()
    parts = [*(["practice"] if practises else []), "web", "clock", "worker"]
    with Signals() as signals, Supervisor(ground, signals, complain, parts=parts) as supervisor:
        _wait_for_the_pages(ground, signals, supervisor)
        if first_link:
            complain(f"Begin here (this link works once, for a day): {first_link}")
        else:
            complain(f"Open {ground.status_url}")
        if practises:
            complain(f"Practice feed: {ground.feed_url}")
        complain("Ctrl-C stops everything.")
        while not signals.stops:
            signals.wait(CHECK_EVERY)
            if not signals.stops:
                supervisor.tick()
        complain("Stopping: what is being sent is waited for; Ctrl-C once more hurries.")


def _wait_for_the_pages(ground: Ground, signals: Signals, supervisor: Supervisor) -> None:
    """A link that is told too early is opened too early, and seems broken."""
    deadline = time.monotonic() + PAGES_WITHIN
    while not answers(ground.http_host, ground.http_port):
        if signals.stops or time.monotonic() > deadline:
            return
        signals.wait(LOOK_EVERY)
        supervisor.tick()


if __name__ == "__main__":
    sys.exit(guarded(run))
