"""`beacon up`, and the processes that it starts, each by itself."""

from __future__ import annotations


def up() -> None:
    """Start everything: web, clock, worker, a broker of our own, and practice where an account uses it."""
    from campaigns.cli.becoming import become

    become("campaigns.cli.upping")


def web() -> None:
    """Start the web process: the pages in which campaigns are planned and watched."""
    from campaigns.cli import serving

    serving.web(-1)


def clock() -> None:
    """Start a clock: it looks for due posts and tells the workers."""
    from campaigns.cli import serving

    serving.clock(-1)


def worker() -> None:
    """Start a worker: it sends."""
    from campaigns.cli import serving

    serving.worker(-1)


def practice() -> None:
    """Start the practice platform: a small social network of your own, on this machine only."""
    from campaigns.cli import serving
    from config.settings import Settings

    settings = Settings()
    serving.practice(-1, str(settings.practice_port), str(settings.data_dir))
