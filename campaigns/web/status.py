"""How the install stands: a page, and the same as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.core.db import read_session
from campaigns.core.errors import Unusable
from campaigns.deliver.overview import overview
from campaigns.listen import history
from campaigns.listen.ailments import SENTENCES
from campaigns.listen.examination import everything
from campaigns.listen.targets import read_targets
from campaigns.models import State
from campaigns.web.base.visit import Anybody, SignedIn, Visit

if TYPE_CHECKING:
    from campaigns.deliver.clock import DatabaseClock

router = APIRouter()


@router.get("/status")
def page(visit: SignedIn) -> Response:
    """How the install stands, for who runs it."""
    state = visit.request.app.state
    with visit.reading() as session:
        now = overview(session, state.clock.now())
        ailments = list(
            everything(
                session,
                now,
                state.vault,
                state.prints,
                visit.settings.data_dir,
                visit.organisation_id,
            )
        )
        counted = history.counted(session)
    return visit.page(
        "status.html.j2",
        now=now,
        ailments=ailments,
        sentences=SENTENCES,
        alerts=counted,
        targets=_targets(visit),
        states=tuple(State),
    )


@router.get("/status.json")
def as_json(visit: Anybody) -> dict[str, Any]:
    """How the install stands, for programs: without signing in only where nobody else can ask."""
    if visit.person is None and not _alone(visit):
        _ = visit.me
    clock: DatabaseClock = visit.request.app.state.clock
    with read_session(visit.engine) as session:
        return overview(session, clock.now()).as_json()


def _alone(visit: Visit) -> bool:
    """The pages are this machine's only: no proxy stands before them, and nobody outside reaches the port."""
    return not visit.settings.public_url and visit.settings.http_host in {"127.0.0.1", "::1", "localhost"}


def _targets(visit: Visit) -> int:
    """How many places hear alerts; more than their number is nobody's business here."""
    try:
        return len(read_targets(visit.settings))
    except Unusable:
        return 0
