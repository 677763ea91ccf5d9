"""Assembles the web process."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import DBAPIError
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from campaigns import web
from campaigns.core.db import open_engine
from campaigns.deliver.clock import DatabaseClock
from campaigns.web import status
from campaigns.web.guard import Guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import Request, Response

    from config.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The web application; its pages read the database and change nothing."""
    engine = open_engine(settings.database)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = FastAPI(
        title="Beacon",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(Guard, hosts=settings.allowed_hosts)],
        exception_handlers={DBAPIError: _database_away},
        lifespan=running,
    )
    app.state.settings, app.state.engine, app.state.clock = settings, engine, DatabaseClock(engine)
    app.include_router(status.router)
    app.mount("/static", StaticFiles(directory=Path(web.__file__).with_name("static")))
    return app


async def _database_away(_request: Request, _trouble: Exception) -> Response:
    return PlainTextResponse("The database does not answer; `beacon doctor` says how to mend it.\n", 503)
