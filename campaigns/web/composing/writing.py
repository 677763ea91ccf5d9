"""The composer: a post is written, looked at as it would go out, and saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from campaigns.people.permissions import Verb
from campaigns.plan.listing import to_choose
from campaigns.web.base.forms import Posted
from campaigns.web.base.visit import RowId, SignedIn

router = APIRouter()

Slug = Annotated[str, Query(max_length=64)]
Number = Annotated[int, Query(ge=0, le=2**63 - 1)]
Day = Annotated[str, Query(max_length=10)]


@router.get("/posts/new")
def begin(visit: SignedIn, campaign: Slug = "", draft: Number = 0, day: Day = "") -> Response:
    """A new post of a campaign, on a `day` if one is given; or a draft taken up again."""
    visit.require(Verb.WRITE)
    from campaigns.web.composing import composer  # noqa: PLC0415 - who only reads needs no planning in memory

    if draft:
        return composer.take_up(visit, draft)
    if not campaign:
        with visit.reading() as session:
            campaigns = to_choose(session, visit.organisation_id)
        if len(campaigns) != 1:
            return visit.page("post_campaign.html.j2", campaigns=campaigns, on=day)
        campaign = campaigns[0].slug
    return composer.fresh(visit, campaign, day)


@router.post("/posts/new")
def make(visit: SignedIn, typed: Posted) -> Response:
    visit.require(Verb.WRITE)
    from campaigns.web.composing import composer  # noqa: PLC0415 - see above

    return composer.answer(visit, typed)


@router.get("/posts/{post_id}/edit")
def edit(visit: SignedIn, post_id: RowId) -> Response:
    """The post as it stands, or as this person left it."""
    visit.require(Verb.WRITE)
    from campaigns.web.composing import composer  # noqa: PLC0415 - see above

    return composer.open_post(visit, post_id)


@router.post("/posts/{post_id}/edit")
def save(visit: SignedIn, typed: Posted, post_id: RowId) -> Response:
    visit.require(Verb.WRITE)
    from campaigns.web.composing import composer  # noqa: PLC0415 - see above

    return composer.answer(visit, typed, post_id)


@router.post("/posts/preview")
def look(visit: SignedIn, typed: Posted) -> Response:
    """What the form would become: counts, texts, times and what is wrong, for the page to show at once."""
    visit.require(Verb.WRITE)
    from campaigns.web.composing import composer  # noqa: PLC0415 - see above

    return composer.told(visit, typed, typed.whole("post"))
