"""The status page, the same as JSON, and the two questions a service manager asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError

from campaigns.core.db import read_session
from campaigns.core.moments import iso_z
from campaigns.deliver.overview import overview
from campaigns.models import PauseMode, State
from campaigns.web.words import STATE_WORDS, ago, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.deliver.clock import DatabaseClock
    from campaigns.deliver.overview import Overview

router = APIRouter()
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters |= {"when": when, "iso_z": iso_z}
_pages.globals |= {"ago": ago, "words": STATE_WORDS, "states": tuple(State)}


@router.get("/", response_class=HTMLResponse)
def page(request: Request) -> str:
    """How the install stands, for people."""
    now = _overview(request)
    return _pages.get_template("status.html").render(
        now=now, zone=request.app.state.settings.timezone, headline=_headline(now)
    )


@router.get("/status.json")
def as_json(request: Request) -> dict[str, Any]:
    """How the install stands, for programs."""
    return _overview(request).as_json()


@router.get("/health")
def health() -> dict[str, str]:
    """Whether this process answers at all."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> Response:
    """Whether posts would go out: 200 when the database answers and a clock and a worker are up, else 503."""
    try:
        now = _overview(request)
    except DBAPIError:
        return JSONResponse({"ready": False, "lacks": ["database"]}, 503)
    lacks = [kind for kind in ("clock", "worker") if not _runs(now, kind)]
    return JSONResponse({"ready": not lacks, "lacks": lacks}, 503 if lacks else 200)


def _overview(request: Request) -> Overview:
    clock: DatabaseClock = request.app.state.clock
    with read_session(request.app.state.engine) as session:
        return overview(session, clock.now())


def _headline(now: Overview) -> tuple[str, str]:
    """How urgent it is (good, warn, bad), and the sentence that says why."""
    return next(_worries(now), ("good", "All is well."))


def _worries(now: Overview) -> Iterator[tuple[str, str]]:
    """The gravest first."""
    if now.pause is PauseMode.FULL:
        yield "warn", "Everything is paused: nothing goes out until `beacon resume`."
    if now.pause is PauseMode.CRISIS:
        yield "warn", "Crisis pause: only essential posts go out until `beacon resume`."
    if gone := [kind for kind in ("clock", "worker") if not _runs(now, kind)]:
        yield "bad", f"No {' and no '.join(gone)} is running, so nothing goes out: start `beacon up`."
    if now.to_reconnect:
        yield "bad", f"Connect again: {', '.join(now.to_reconnect)}. Nothing goes out there until then."
    if now.asking:
        yield "warn", f"{now.asking} {'post waits' if now.asking == 1 else 'posts wait'} for your decision."
    if now.late:
        yield "warn", f"{now.late} {'post is' if now.late == 1 else 'posts are'} late."


def _runs(now: Overview, kind: str) -> bool:
    return any(process.up for process in now.processes if process.kind == kind)
