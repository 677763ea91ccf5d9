"""Pause and resume, everything or all but what is essential."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.deliver import pause
from campaigns.models import PauseMode
from campaigns.people.permissions import Verb
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import Posted
from campaigns.web.base.visit import SignedIn

router = APIRouter()


@router.post("/pause")
def begin(visit: SignedIn, typed: Posted) -> Response:
    """The pause stands at once; the pages say what is still in flight, and when nothing is any more."""
    visit.require(Verb.PAUSE)
    mode = PauseMode.CRISIS if typed.text("mode") == PauseMode.CRISIS else PauseMode.FULL
    pause.pause_install(visit.engine, mode, visit.name)
    said = (
        visit._("Paused: only essential posts go out.")
        if mode is PauseMode.CRISIS
        else visit._("Paused: no post begins to go out.")
    )
    return visit.back(Flash(said, Tone.NOTE))


@router.post("/resume")
def end(visit: SignedIn, _typed: Posted) -> Response:
    visit.require(Verb.PAUSE)
    pause.resume_install(visit.engine, visit.name)
    return visit.back(visit._("Posts go out again."))
