"""Campaigns: all of them, and one with its progress, its deliveries, its pause and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from campaigns.deliver import pause
from campaigns.deliver.progress import PAGE, by_language, deliveries_of, own_campaign, progress, tally
from campaigns.deliver.takeout import as_calendar, as_csv, take
from campaigns.models import PauseMode, State
from campaigns.people.permissions import Verb
from campaigns.plan.listing import list_campaigns
from campaigns.plan.rows import spec_of
from campaigns.platforms.registry import rules_of
from campaigns.web.base.charts import bars
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import Posted
from campaigns.web.base.visit import SignedIn

if TYPE_CHECKING:
    from campaigns.models import Campaign
    from campaigns.web.base.visit import Visit

router = APIRouter()

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for an older encoding and garbles names."""

PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]


@router.get("/campaigns")
def page(visit: SignedIn) -> Response:
    with visit.reading() as session:
        lines = list_campaigns(session, visit.organisation_id)
    return visit.page(
        "campaigns.html.j2", lines=[(line, tally(line.deliveries)) for line in lines], bars=bars
    )


@router.get("/campaigns/{slug}")
def one(visit: SignedIn, slug: str, state: str = "", number: PageNumber = 1) -> Response:
    """`state` narrows its deliveries to one; what is no state narrows nothing."""
    only = State(state) if state in set(State) else None
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
        now = progress(session, campaign)
        languages = by_language(session, campaign, now.all)
        rows = deliveries_of(session, campaign, state=only, page=number)
    wanted = now.states.get(only, 0) if only else now.all.total
    return visit.page(
        "campaign.html.j2",
        campaign=campaign,
        now=now,
        languages=languages,
        rows=rows,
        only=only,
        at=number,
        pages=max(1, -(-wanted // PAGE)),
        tags=_tags(campaign),
        labels={platform: rules_of(platform).label for platform in now.platforms},
        bars=bars,
    )


@router.post("/campaigns/{slug}/pause")
def begin(visit: SignedIn, typed: Posted, slug: str) -> Response:
    """The pause stands at once; the page says what is still in flight."""
    _may_pause(visit, slug)
    spares = typed.text("mode") == PauseMode.CRISIS
    pause.pause_campaign(
        visit.engine, slug, visit.name, allow_essential=spares, organisation_id=visit.organisation_id
    )
    said = (
        visit._("This campaign is paused: only its essential posts go out.")
        if spares
        else visit._("This campaign is paused: none of its posts begins to go out.")
    )
    return visit.go(f"/campaigns/{slug}", Flash(said, Tone.NOTE))


@router.post("/campaigns/{slug}/resume")
def end(visit: SignedIn, _typed: Posted, slug: str) -> Response:
    _may_pause(visit, slug)
    pause.resume_campaign(visit.engine, slug, visit.name, organisation_id=visit.organisation_id)
    return visit.go(f"/campaigns/{slug}", visit._("This campaign's posts go out again."))


@router.get("/campaigns/{slug}/campaign.yaml")
def as_file(visit: SignedIn, slug: str) -> Response:
    """What `beacon campaign load` takes; images are not in it."""
    # Only here: no other page needs what writes files and decodes images.
    from campaigns.plan import exporting  # noqa: PLC0415

    with visit.reading() as session:
        own_campaign(session, visit.organisation_id, slug)
        text = exporting.campaign_text(session, visit.organisation_id, slug)
    return _download(text, "application/yaml", f"{slug}.yaml")


@router.get("/campaigns/{slug}/deliveries.csv")
def as_table(visit: SignedIn, slug: str) -> Response:
    with visit.reading() as session:
        text = as_csv(take(session, own_campaign(session, visit.organisation_id, slug)))
    return _download(f"{BYTE_ORDER_MARK}{text}", "text/csv", f"{slug}.csv")


@router.get("/campaigns/{slug}/deliveries.ics")
def as_events(visit: SignedIn, slug: str) -> Response:
    with visit.reading() as session:
        campaign = own_campaign(session, visit.organisation_id, slug)
        text = as_calendar(take(session, campaign), campaign, visit.now)
    return _download(text, "text/calendar", f"{slug}.ics")


def _tags(campaign: Campaign) -> list[str]:
    tags = spec_of(campaign, ()).hashtags
    return [f"#{tag.removeprefix('#')}" for tag in (tags.primary, *tags.supporting) if tag]


def _may_pause(visit: Visit, slug: str) -> None:
    """Another organisation's campaign is missing before it is forbidden."""
    with visit.reading() as session:
        own_campaign(session, visit.organisation_id, slug)
    visit.require(Verb.PAUSE)


def _download(text: str, kind: str, name: str) -> Response:
    """The name is a slug and an ending, so it needs no quoting."""
    return Response(
        text.encode(),
        media_type=f"{kind}; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
