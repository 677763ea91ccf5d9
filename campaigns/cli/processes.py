"""`beacon up`, and the processes that it starts, each by itself."""

from __future__ import annotations

from campaigns.cli.options import Leash


def up() -> None:
    """Start everything: web, clock, worker, a broker of our own, and practice where an account uses it."""
    from campaigns.cli.upping import run

    run()


def web(leash: Leash = -1) -> None:
    """Start the web process: a status page."""
    from campaigns.cli import serving

    serving.web(leash)


def clock(leash: Leash = -1) -> None:
    """Start a clock: it looks for due posts and tells the workers."""
    from campaigns.cli import serving

    serving.clock(leash)


def worker(leash: Leash = -1) -> None:
    """Start a worker: it sends."""
    from campaigns.cli import serving

    serving.worker(leash)


def practice(leash: Leash = -1) -> None:
    """Start the practice platform: a small social network of your own, on this machine only."""
    from campaigns.cli import serving

    serving.practice(leash)
