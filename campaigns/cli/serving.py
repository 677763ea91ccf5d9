"""The parts of an install, each as one process. Each imports only what it needs: they live for months."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.cli.leash import follow
from campaigns.cli.ports import listen

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Settings

STOP_WITHIN = 3  # seconds that web requests under way have


def web(leash: int) -> None:
    """Raises `Unusable` when its port is taken."""
    import uvicorn

    from campaigns.app import create_app
    from campaigns.core.collector import SOON, collect_seldom, keep_what_is_there

    settings = _begin(leash)
    listener = listen(settings.http_host, settings.http_port, "BEACON_HTTP_PORT")
    config = uvicorn.Config(
        create_app(settings),
        loop="asyncio",
        ws="none",
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    keep_what_is_there()
    collect_seldom(SOON)
    uvicorn.Server(config).run(sockets=[listener])


def clock(leash: int) -> None:
    """Without a configured broker or a supervisor's, one is started or borrowed."""
    from workers import clock as process
    from workers.broker import Broker

    settings = _begin(leash)
    with Broker(settings) as url:
        process.run(settings, url)


def worker(leash: int) -> None:
    """Ends with Celery's exit code."""
    from workers import worker as process
    from workers.broker import Broker

    settings = _begin(leash)
    with Broker(settings) as url:
        code = process.run(settings, url)
    sys.exit(code)


def practice(leash: int, port: str, folder: str) -> None:
    """Raises `Unusable` when its port is taken."""
    from campaigns.platforms.practice import server

    follow(leash)
    server.serve(listen(server.ADDRESS, int(port), "BEACON_PRACTICE_PORT"), Path(folder))


PARTS: dict[str, Callable[..., None]] = {"web": web, "clock": clock, "worker": worker, "practice": practice}


def _begin(leash: int) -> Settings:
    from campaigns.cli.joining import join
    from config import logging
    from config.settings import Settings

    settings = Settings()
    logging.set_up(settings.log_level, settings.log_format)
    follow(leash)
    join(settings)
    return settings
