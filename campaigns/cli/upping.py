"""`beacon up`: everything an install needs, until it is told to stop."""

from __future__ import annotations

import typer

from campaigns.cli.ground import Ground
from campaigns.cli.ports import listen
from campaigns.cli.preparing import prepare
from campaigns.cli.signals import Signals
from campaigns.cli.supervise import Supervisor

CHECK_EVERY = 1.0  # seconds; a crash is noticed at once by its signal


def run() -> None:
    """Raises `Conflict` when it runs already, `Unusable` when a port is taken or no broker can be had."""
    told = prepare("up")
    ground = Ground.from_json(told["ground"])
    listen(ground.http_host, ground.http_port, "BEACON_HTTP_PORT").close()
    if told["practice"]:
        listen("127.0.0.1", ground.practice_port, "BEACON_PRACTICE_PORT").close()
    parts = [*(["practice"] if told["practice"] else []), "web", "clock", "worker"]
    with Signals() as signals, Supervisor(ground, signals, _tell, parts=parts) as supervisor:
        _tell(f"Status: {ground.status_url}")
        if told["practice"]:
            _tell(f"Practice feed: {ground.feed_url}")
        _tell("Ctrl-C stops everything.")
        while not signals.stops:
            signals.wait(CHECK_EVERY)
            if not signals.stops:
                supervisor.tick()
        _tell("Stopping: what is being sent is waited for; Ctrl-C once more hurries.")
    _tell("Stopped.")


def _tell(message: str) -> None:
    typer.echo(message, err=True)
