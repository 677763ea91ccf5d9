"""Tells open pages that something changed, by server-sent events; the page then loads itself anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from campaigns.web.base.changes import Changes

BREATH = 15.0  # seconds between two lines, so that proxies do not take the silence for an end
TURNS = 40  # then the browser connects again, and whether it is still signed in is asked again

router = APIRouter()


@router.get("/events")
def events(visit: SignedIn) -> Response:
    """`event: changed` whenever something that pages show has changed."""
    changes: Changes = visit.request.app.state.changes
    return StreamingResponse(
        _lines(changes), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _lines(changes: Changes) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    for _ in range(TURNS):
        yield "event: changed\ndata:\n\n" if await changes.wait(BREATH) else ": still here\n\n"
