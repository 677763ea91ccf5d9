"""Today: what went out, what is next, what needs a person, and the large Pause."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from campaigns.deliver.today import MOST_COUNTED, today
from campaigns.web.base.visit import SignedIn

router = APIRouter()


@router.get("/")
def page(visit: SignedIn) -> Response:
    with visit.reading() as session:
        now = today(session, visit.organisation_id, visit.now)
    return visit.page("today.html.j2", today=now, most=MOST_COUNTED)
