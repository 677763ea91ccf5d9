"""`beacon up`: everything an install needs, until it is told to stop."""

from __future__ import annotations

import sys

from campaigns.cli.ground import Ground
from campaigns.cli.guard import guarded
from campaigns.cli.output import complain
from campaigns.cli.ports import listen
from campaigns.cli.preparing import prepare
from campaigns.cli.supervise import Supervisor
from campaigns.core.signals import Signals

CHECK_EVERY = 1.0  # seconds; a crash is noticed at once by its signal


def run() -> None:
    """Raises `Conflict` when it runs already, `Unusable` when a port is taken or no broker can be had."""
    told = prepare("up")
    ground = Ground.from_json(told["ground"])
    listen(ground.http_host, ground.http_port, "BEACON_HTTP_PORT").close()
    if told["practice"]:
        listen("127.0.0.1", ground.practice_port, "BEACON_PRACTICE_PORT").close()
    parts = [*(["practice"] if told["practice"] else []), "web", "clock", "worker"]
    with Signals() as signals, Supervisor(ground, signals, complain, parts=parts) as supervisor:
        if told["link"]:
            complain(f"Begin here (this link works once, for a day): {told['link']}")
        else:
            complain(f"Open {ground.status_url}")
        if told["practice"]:
            complain(f"Practice feed: {ground.feed_url}")
        complain("Ctrl-C stops everything.")
        while not signals.stops:
            signals.wait(CHECK_EVERY)
            if not signals.stops:
                supervisor.tick()
        complain("Stopping: what is being sent is waited for; Ctrl-C once more hurries.")
    complain("Stopped.")


if __name__ == "__main__":
    sys.exit(guarded(run))
