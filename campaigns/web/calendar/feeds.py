"""The calendar for other calendars: these days as a file, or an address that a program keeps asking."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from campaigns.deliver.calendar import choices, first_of
from campaigns.deliver.ical import Event, calendar_text
from campaigns.people.feeds import open_feed, sealed_feed
from campaigns.web.base.visit import Anybody, SignedIn
from campaigns.web.calendar import grid
from campaigns.web.calendar.asking import asked_by
from campaigns.web.calendar.narrowing import narrowed_to
from campaigns.web.calendar.routing import router

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.deliver.entries import Entry
    from campaigns.web.base.visit import Visit
    from campaigns.web.calendar.asking import Asked

BEHIND, AHEAD = timedelta(days=31), timedelta(days=400)
"""What a subscription holds, before and after now."""

MOST = 2000
"""Posts in one file; the later ones come once earlier ones are behind."""


@router.get("/calendar.ics")
def download(visit: SignedIn) -> Response:
    """The days that are looked at."""
    wanted = asked_by(visit, visit.request.query_params)
    since, until = grid.bounds_of_span(wanted)
    text = _text(visit, visit.organisation_id, wanted, since, until)
    return _answer(text, "attachment")


@router.get("/calendar/subscribe")
def subscribe(visit: SignedIn) -> Response:
    wanted = asked_by(visit, visit.request.query_params)
    sealed = sealed_feed(visit.request.app.state.vault, visit.me, urlencode(wanted.filters))
    address = f"{visit.request.base_url}feeds/{sealed}.ics"
    return visit.page("calendar_subscribe.html.j2", asked=wanted, address=address)


@router.get("/feeds/{sealed}.ics")
def feed(visit: Anybody, sealed: str) -> Response:
    """For a program that cannot sign in: the address itself says whose it is."""
    with visit.reading() as session:
        person, query = open_feed(session, visit.request.app.state.vault, sealed)
    wanted = asked_by(visit, dict(parse_qsl(query)))
    text = _text(visit, person.organisation_id, wanted, visit.now - BEHIND, visit.now + AHEAD)
    return _answer(text, "inline")


def _text(visit: Visit, organisation_id: int, wanted: Asked, since: datetime, until: datetime) -> str:
    with visit.reading() as session:
        narrowed = narrowed_to(organisation_id, choices(session, organisation_id), wanted)
        entries = first_of(session, narrowed, since, until, MOST)
    return calendar_text("Beacon", map(_event, entries), visit.now)


def _event(entry: Entry) -> Event:
    accounts = ", ".join(share.account for share in entry.shares)
    return Event(
        f"{entry.post_id}-{entry.delivery_id}@{entry.campaign}.beacon",
        entry.due_utc,
        f"{accounts}: {entry.text}",
        f"{entry.text}\n\n{entry.campaign_title}",
    )


def _answer(text: str, disposition: str) -> Response:
    return Response(
        text.encode(),
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": f'{disposition}; filename="beacon.ics"'},
    )
