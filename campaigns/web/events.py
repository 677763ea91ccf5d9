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
BREATHS = 40  # then the browser connects again, and whether it is still signed in is asked again

router = APIRouter()


@router.get("/events")
def events(visit: SignedIn, turn: int = 0) -> Response:
    """`event: changed` whenever something that pages show has changed since the turn of the page."""
    changes: Changes = visit.request.app.state.changes
    last = visit.request.headers.get("last-event-id", "")[:18]  # of who lost the line
    turn = int(last) if last.isascii() and last.isdecimal() else turn
    return StreamingResponse(
        _lines(changes, turn), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _lines(changes: Changes, seen: int) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    for _ in range(BREATHS):
        turn = await changes.after(seen, BREATH)
        yield ": still here\n\n" if turn == seen else f"id: {turn}\nevent: changed\ndata:\n\n"
        seen = turn
