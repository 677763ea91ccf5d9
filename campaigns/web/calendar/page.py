"""The calendar's page, and the one to choose a zone from."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal
from starlette.responses import Response

from campaigns.deliver.calendar import PAGE, choices, first_due, one_page
from campaigns.models import State
from campaigns.people.permissions import Verb
from campaigns.web.base.forms import Typed
from campaigns.web.base.times import Times
from campaigns.web.base.visit import SignedIn
from campaigns.web.base.zonelist import zone_groups
from campaigns.web.calendar import grid
from campaigns.web.calendar.asking import Look, asked_by
from campaigns.web.calendar.folding import folding
from campaigns.web.calendar.lines import liner
from campaigns.web.calendar.moving import RowQuery, undo_of
from campaigns.web.calendar.narrowing import narrowed_to
from campaigns.web.calendar.routing import router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel import Session

    from campaigns.deliver.calendar import Choices, Narrowed
    from campaigns.web.base.visit import Visit
    from campaigns.web.calendar.asking import Asked


@router.get("/calendar")
def page(visit: SignedIn, moved: RowQuery = 0, was: str = "", slot: str = "") -> Response:
    """`moved`, `was` and `slot`: the delivery that was just moved, when it was due before, and whether that
    was a slot of the queue."""
    wanted = asked_by(visit, visit.request.query_params)

    with visit.reading() as session:
        known = choices(session, visit.organisation_id)
        narrowed = narrowed_to(visit.organisation_id, known, wanted)
        regions = next((one.regions for one in known.campaigns if one.slug == wanted.campaign), ())
        body = _body(session, narrowed, wanted, regions)
        undo = undo_of(visit, session, moved=moved, was=was, slot=bool(slot))
        following = None if body["total"] else first_due(session, narrowed, grid.bounds_of_span(wanted)[1])
    info = ZoneInfo(wanted.zone)
    today = visit.now.astimezone(info).date()
    times = Times(visit.locale, wanted.zone, visit.now, visit._)
    return visit.page(
        "calendar.html.j2",
        asked=wanted,
        known=known,
        missing=_missing(visit, known, wanted),
        following=following,
        around=grid.around(wanted, regions),
        times=times,
        lines=liner(visit, times, wanted.query, may_move=visit.may(Verb.WRITE)),
        today=today,
        fold=folding(wanted, today),
        local=lambda moment: moment.astimezone(info),
        title=_title(visit, wanted),
        weekday=lambda day, width: format_date(day, width, locale=visit.locale),
        more=cache(lambda n: visit._("+ %(count)s more", count=format_decimal(n, locale=visit.locale))),
        zones=_zones(visit, wanted, known),
        states=list(State),
        language_name=lambda code: _language_name(code, visit),
        may_write=visit.may(Verb.WRITE),
        Look=Look,
        undo=undo,
        **body,
    )


@router.get("/calendar/zone")
def zone(visit: SignedIn) -> Response:
    """Any audience's zone."""
    wanted = asked_by(visit, visit.request.query_params)
    return visit.page(
        "calendar_zone.html.j2",
        asked=wanted,
        typed=Typed.of(zone=wanted.zone),
        fields={
            "view": wanted.look,
            "day": wanted.day,
            **{name: value for name, value in wanted.filters.items() if name != "zone"},
        },
        groups=zone_groups(wanted.zone),
    )


def _body(session: Session, narrowed: Narrowed, wanted: Asked, regions: Sequence[str]) -> dict[str, Any]:
    if wanted.look is Look.MONTH:
        weeks = grid.month(session, narrowed, wanted, regions)
        return {"weeks": weeks, "total": sum(cell.total for week in weeks for _, cell in week)}
    if wanted.look is Look.WEEK:
        days, hours = grid.week(session, narrowed, wanted, regions)
        return {
            "days": days,
            "hours": hours,
            "total": sum(cell.total for hour in hours for _, cell, _ in hour.cells),
        }
    entries, total = one_page(session, narrowed, *grid.bounds_of_span(wanted), wanted.page)
    info = ZoneInfo(wanted.zone)
    by_day: dict[Any, Any] = {day.date: (day, []) for day in grid.days_of(wanted, regions)}
    for entry in entries:
        by_day[entry.due_utc.astimezone(info).date()][1].append(entry)
    return {"by_day": list(by_day.values()), "total": total, "pages": max(1, -(-total // PAGE))}


def _missing(visit: Visit, known: Choices, wanted: Asked) -> list[str]:
    """A sentence for each that is asked for and is not there."""
    missing = []
    if wanted.campaign and wanted.campaign not in {one.slug for one in known.campaigns}:
        missing.append(visit._("There is no campaign under that name; it may have been removed."))
    if wanted.account and wanted.account not in {name for _, name in known.accounts}:
        missing.append(visit._("There is no account of that name; it may have been removed."))
    return missing


def _title(visit: Visit, wanted: Asked) -> str:
    first, last = wanted.span
    if wanted.look is Look.DAY:
        return visit.times.long_day(first)
    if wanted.look is Look.WEEK:
        return format_interval(first, last, "yMMMd", locale=visit.locale)
    return format_skeleton("yMMMM", first, locale=visit.locale)


def _language_name(code: str, visit: Visit) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(visit.locale) or code
    except (ValueError, UnknownLocaleError):
        return code


def _zones(visit: Visit, wanted: Asked, known: Choices) -> list[tuple[str, str]]:
    """The reader's, those of the campaigns, and the one that is shown; each once, with its name."""
    times = visit.times
    own = visit._("Yours: %(city)s", city=times.city(wanted.own_zone))
    found = {wanted.own_zone: own}
    for one in known.campaigns:
        if wanted.campaign in {"", one.slug}:
            found.setdefault(
                one.timezone, visit._("Of the campaign: %(city)s", city=times.city(one.timezone))
            )
    found.setdefault(wanted.zone, times.city(wanted.zone))
    return list(found.items())
