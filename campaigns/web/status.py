"""How the install stands: a page, and the same as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from campaigns.core.db import read_session
from campaigns.deliver.overview import overview
from campaigns.models import PauseMode, State
from campaigns.web.base.visit import Anybody, SignedIn, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from campaigns.deliver.clock import DatabaseClock
    from campaigns.deliver.overview import Overview

router = APIRouter()


@router.get("/status")
def page(visit: SignedIn) -> Response:
    """How the install stands, for who runs it."""
    now = _overview(visit.request)
    return visit.page("status.html.j2", now=now, headline=_headline(visit, now), states=tuple(State))


@router.get("/status.json")
def as_json(visit: Anybody) -> dict[str, Any]:
    """How the install stands, for programs: without signing in only where nobody else can ask."""
    if visit.person is None and not _alone(visit):
        _ = visit.me
    return _overview(visit.request).as_json()


def _alone(visit: Visit) -> bool:
    """The pages are this machine's only: no proxy stands before them, and nobody outside reaches the port."""
    return not visit.settings.public_url and visit.settings.http_host in {"127.0.0.1", "::1", "localhost"}


def _overview(request: Request) -> Overview:
    clock: DatabaseClock = request.app.state.clock
    with read_session(request.app.state.engine) as session:
        return overview(session, clock.now())


def _headline(visit: Visit, now: Overview) -> tuple[str, str]:
    """How urgent it is (good, warn, bad), and the sentence that says why."""
    return next(_worries(visit, now), ("good", visit._("All is well.")))


def _worries(visit: Visit, now: Overview) -> Iterator[tuple[str, str]]:
    """The gravest first."""
    if now.pause is PauseMode.FULL:
        yield "warn", visit._("Everything is paused: no post begins to go out.")
    if now.pause is PauseMode.CRISIS:
        yield "warn", visit._("Crisis pause: only essential posts go out.")
    if gone := [kind for kind in ("clock", "worker") if not _runs(now, kind)]:
        yield (
            "bad",
            visit._("Not running, so nothing goes out: %(what)s. Start “beacon up”.", what=", ".join(gone)),
        )
    if now.to_reconnect:
        yield (
            "bad",
            visit._(
                "Connect again: %(accounts)s. Nothing goes out there until then.",
                accounts=", ".join(now.to_reconnect),
            ),
        )
    if now.asking:
        yield "warn", visit.ngettext("%(n)s post needs a person.", "%(n)s posts need a person.", now.asking)
    if now.late:
        yield "warn", visit.ngettext("%(n)s post is late.", "%(n)s posts are late.", now.late)


def _runs(now: Overview, kind: str) -> bool:
    return any(process.up for process in now.processes if process.kind == kind)
