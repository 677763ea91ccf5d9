"""The two questions that a service manager asks, over and over and without signing in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse, Response

from campaigns.core.db import read_session
from campaigns.deliver.readiness import lacking
from campaigns.migrations import pending
from campaigns.web.base.tokens import trusted

router = APIRouter()


@router.get("/health")
def health() -> dict[str, str]:
    """Whether this process answers at all; it asks nobody else, so that no restart is for nothing."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> Response:
    """Whether posts would go out: 200, else 503. What is missing is told to whom it concerns."""
    lacks = _lacks(request)
    told = {"lacks": lacks} if trusted(request, request.app.state.settings) else {}
    return JSONResponse({"ready": not lacks, **told}, 503 if lacks else 200)


def _lacks(request: Request) -> list[str]:
    engine, clock = request.app.state.engine, request.app.state.clock
    try:
        if pending(engine):
            return ["migrations"]
        with read_session(engine) as session:
            return lacking(session, clock.now())
    except DBAPIError:
        return ["database"]
