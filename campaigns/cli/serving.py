"""The parts of an install, each as one process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from campaigns.cli.leash import follow
from campaigns.cli.ports import listen
from config.settings import Settings
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP_WITHIN = 3  # seconds that web requests under way have


def web(leash: int) -> None:
    """Raises `Unusable` when its port is taken."""
    import uvicorn

    from campaigns.app import create_app

    follow(leash)
    settings = Settings()
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

    follow(leash)
    with _brokered() as settings:
        process.run(settings)


def worker(leash: int) -> None:
    from workers import worker as process

    follow(leash)
    with _brokered() as settings:
        process.run(settings)


def practice(leash: int) -> None:
    """Raises `Unusable` when its port is taken."""
    from campaigns.platforms.practice import server

    follow(leash)
    settings = Settings()
    server.serve(listen(server.ADDRESS, settings.practice_port, "BEACON_PRACTICE_PORT"), settings.data_dir)


@contextmanager
def _brokered() -> Iterator[Settings]:
    """The settings with a broker that runs: the supervisor names it, else one is started or borrowed."""
    settings = Settings()
    with Broker(settings) as url:
        yield settings.model_copy(update={"redis_url": url})
