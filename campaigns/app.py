"""Assembles the web process."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from campaigns.core.db import open_engine
from campaigns.core.secretkeys import prints_of, read_keys
from campaigns.core.vault import open_vault
from campaigns.deliver.beat import Beat
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.figures import Census
from campaigns.deliver.owner import Owner
from campaigns.deliver.presence import Sign
from campaigns.listen.watch import Watch
from campaigns.people.throttle import Throttle
from campaigns.web import (
    accounts,
    calendar,
    campaign_posts,
    campaign_queue,
    campaign_settings,
    campaigns,
    events,
    files,
    first_run,
    howtos,
    images,
    importing,
    links,
    me,
    media,
    metrics,
    pausing,
    probes,
    settling,
    signing_in,
    status,
    today,
)
from campaigns.web.base.assets import Assets
from campaigns.web.base.changes import Changes
from campaigns.web.base.guard import Guard
from campaigns.web.base.limits import Limits
from campaigns.web.base.mishaps import Mishaps, answer_to
from campaigns.web.base.navigation import places
from campaigns.web.base.pages import FOLDER, environment
from campaigns.web.composing import keeping, post, writing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jinja2 import Environment

    from config.settings import Settings

CLOCK_SYNC = 60.0  # seconds between two looks at the database's clock

PAGES = (
    accounts,
    today,
    calendar,
    campaigns,
    writing,
    keeping,
    post,
    campaign_settings,
    campaign_posts,
    campaign_queue,
    importing,
    media,
    images,
    pausing,
    settling,
    first_run,
    links,
    signing_in,
    me,
    status,
    probes,
    metrics,
    howtos,
    events,
    files,
)
"""Each is one file of `campaigns/web` with a `router`."""


@cache
def _drawing() -> tuple[Assets, Environment]:
    """What pages are drawn with. Once a process: compressing the one and compiling the other takes long."""
    assets = Assets(FOLDER / "static")
    return assets, environment(assets)


def create_app(settings: Settings) -> FastAPI:
    """The web application. Raises `Unusable` when the secret key is weak."""
    engine = open_engine(settings.database)
    clock = DatabaseClock(engine)
    changes = Changes(engine)
    assets, templates = _drawing()
    sign = Sign(prints=prints_of(read_keys(settings)))
    watch = Watch(settings, engine, clock.now)
    beat = Beat(engine, Owner.here(), "web", sign=lambda: sign, then=watch.watch_the_clock)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        keeper = asyncio.create_task(_keep_time(clock))
        beat.start()
        yield
        keeper.cancel()
        await changes.close()
        await asyncio.to_thread(beat.stop)
        engine.dispose()

    app = FastAPI(
        title="Beacon",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Guard, hosts=settings.allowed_hosts, tls=settings.behind_tls),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
            Middleware(Mishaps),
            Middleware(Limits),
        ],
        exception_handlers={HTTPException: answer_to, RequestValidationError: answer_to},
        lifespan=running,
    )
    app.state.settings, app.state.engine, app.state.clock = settings, engine, clock
    app.state.vault, app.state.throttle, app.state.changes = open_vault(settings), Throttle(), changes
    app.state.census, app.state.prints = Census(), sign.prints
    app.state.assets, app.state.pages = assets, templates
    for page in PAGES:  # as they are: `include_router` would build every route once more
        app.router.routes.extend(page.router.routes)
    app.state.places = places(route.path for page in PAGES for route in page.router.routes)
    return app


async def _keep_time(clock: DatabaseClock) -> None:
    while True:
        await asyncio.sleep(CLOCK_SYNC)
        with contextlib.suppress(Exception):  # away: the boot clock counts on until it is back
            await asyncio.to_thread(clock.sync)
