"""The parts of an install, each as one process."""

from __future__ import annotations

import typer

from campaigns.cli.leash import follow
from campaigns.cli.ports import listen
from config import logging
from config.settings import Settings
from workers.broker import Broker

STOP_WITHIN = 3  # seconds that web requests under way have


def web(leash: int) -> None:
    """Raises `Unusable` when its port is taken."""
    import uvicorn

    from campaigns.app import create_app

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
    uvicorn.Server(config).run(sockets=[listener])


def clock(leash: int) -> None:
    from workers import clock as process

    settings = _begin(leash)
    with Broker(settings) as url:  # the supervisor's, else one that is started or borrowed here
        process.run(settings, url)


def worker(leash: int) -> None:
    from workers import worker as process

    settings = _begin(leash)
    with Broker(settings) as url:
        code = process.run(settings, url)
    raise typer.Exit(code)


def practice(leash: int) -> None:
    """Raises `Unusable` when its port is taken."""
    from campaigns.platforms.practice import server

    settings = _begin(leash)
    server.serve(listen(server.ADDRESS, settings.practice_port, "BEACON_PRACTICE_PORT"), settings.data_dir)


def _begin(leash: int) -> Settings:
    settings = Settings()
    logging.set_up(settings.log_level)
    follow(leash)
    return settings
