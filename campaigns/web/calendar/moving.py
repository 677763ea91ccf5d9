"""Moving what stands on the calendar: one form, which the page's scripts send too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from fastapi import Query
from starlette.responses import Response

from campaigns.core.findings import Level
from campaigns.core.moments import iso_z
from campaigns.core.words import joined
from campaigns.core.zones import zone_names
from campaigns.deliver.entries import entry_of
from campaigns.deliver.moving import move_entry, own_delivery, requeue_entry
from campaigns.models import Delivery
from campaigns.people.permissions import Verb
from campaigns.plan.editing import Editor
from campaigns.plan.frame import OUTSIDE
from campaigns.web.base.flash import Flash, Tone
from campaigns.web.base.forms import Posted, Typed
from campaigns.web.base.times import Times
from campaigns.web.base.visit import RowId, SignedIn, Visit
from campaigns.web.calendar.asking import Asked, asked_by
from campaigns.web.calendar.lines import close_note
from campaigns.web.calendar.routing import router

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlmodel import Session

    from campaigns.core.findings import Finding
    from campaigns.deliver.entries import Entry
    from campaigns.deliver.moving import Moved


RowQuery = Annotated[int, Query(ge=0, le=2**63 - 1)]


@dataclass(frozen=True, slots=True)
class Undo:
    """What the button that moves it back sends."""

    delivery_id: int
    fields: Mapping[str, str]


@router.get("/calendar/move/{delivery_id}")
def page(visit: SignedIn, delivery_id: RowId) -> Response:
    """The form by itself; the calendar's script shows it in a dialog. It says where the post stands now."""
    visit.require(Verb.WRITE)
    wanted = asked_by(visit, visit.request.query_params)
    with visit.reading() as session:
        due = own_delivery(session, visit.organisation_id, delivery_id).due_utc
    return _form(visit, wanted, delivery_id, Typed.of(**_fields(due, wanted.zone, wanted.query)))


@router.post("/calendar/move/{delivery_id}")
def move(visit: SignedIn, typed: Posted, delivery_id: RowId) -> Response:
    """Fields: `day` and `time` in `zone`, `due` as it was seen, and `view`, the calendar to go back to;
    `slot` when that time is one of the queue's, to which the post returns."""
    visit.require(Verb.WRITE)
    wanted = asked_by(visit, dict(parse_qsl(typed.text("view"))))
    to, seen = _moment(visit, typed), _seen(visit, typed)
    moved: Moved | None = None
    if to and seen:
        with typed.told(), visit.writing() as session:
            row = own_delivery(session, visit.organisation_id, delivery_id)
            before, queued = row.due_utc, row.from_queue
            editor = Editor(session, visit.organisation_id, visit.name, visit.now)
            zone = typed.text("zone") or wanted.zone
            move_it = requeue_entry if typed.ticked("slot") else move_entry
            moved = move_it(editor, delivery_id, to, zone, seen)
    for finding in moved.findings if moved else ():
        if finding.level is Level.PROBLEM:
            typed.wrong("day", joined(finding.what, _mend(visit, finding)))
    if not typed.good or moved is None or moved.entry is None:
        return _form(visit, wanted, delivery_id, typed, 409)
    return _back(visit, wanted, moved.entry, before, queued=queued)


def undo_of(visit: Visit, session: Session, *, moved: int, was: str, slot: bool) -> Undo | None:
    """Of what the address says was just moved; None when it says nothing, or it does not stand there."""
    row = session.get(Delivery, moved) if moved and visit.may(Verb.WRITE) else None
    before = _instant(was)
    if row is None or row.organisation_id != visit.organisation_id or before in {None, row.due_utc}:
        return None
    fields = _fields(before, row.zone, "") if before else {}
    back = {"slot": "on"} if slot else {}
    return Undo(row.id, {**fields, "zone": row.zone, "due": iso_z(row.due_utc), **back})


def _back(visit: Visit, wanted: Asked, entry: Entry, before: datetime, *, queued: bool) -> Response:
    """To the calendar, where it now stands; what the address says lets the page offer to undo it."""
    local = entry.due_utc.astimezone(ZoneInfo(wanted.zone)).date()
    seen = wanted if local in wanted.days else wanted.at(local)
    times = Times(visit.locale, wanted.zone, visit.now, visit._)
    said = visit._("Moved: it goes out %(when)s.", when=times.plain(entry.due_utc))
    tone = Tone.GOOD
    if entry.close:
        tone = Tone.WARN
        said += " " + close_note(visit, entry)
    undo = urlencode({"moved": entry.delivery_id, "was": iso_z(before), **({"slot": "1"} if queued else {})})
    return visit.go(f"/calendar?{seen.query}&{undo}", Flash(said, tone))


def _mend(visit: Visit, finding: Finding) -> str:
    """A page names no keys of the campaign file."""
    if finding.code == OUTSIDE:
        return visit._("Choose another day, or change the campaign's dates.")
    return finding.mend


def _form(visit: Visit, wanted: Asked, delivery_id: int, typed: Typed, status: int = 200) -> Response:
    zone = typed.text("zone") if typed.text("zone") in zone_names() else wanted.zone
    with visit.reading() as session:
        entry = entry_of(session, own_delivery(session, visit.organisation_id, delivery_id))
    return visit.page(
        "calendar_move.html.j2",
        status,
        asked=wanted,
        typed=typed,
        delivery_id=delivery_id,
        entry=entry,
        zone=zone,
        times=Times(visit.locale, wanted.zone, visit.now, visit._),
    )


def _fields(due: datetime, zone: str, view: str) -> dict[str, str]:
    local = due.astimezone(ZoneInfo(zone))
    return {
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "zone": zone,
        "due": iso_z(due),
        "view": view,
    }


def _moment(visit: Visit, typed: Typed) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{typed.text('day')}T{typed.text('time')}").replace(tzinfo=None)
    except ValueError:
        typed.wrong("day", visit._("This is no day and time; choose both."))
        return None


def _seen(visit: Visit, typed: Typed) -> datetime | None:
    seen = _instant(typed.text("due"))
    if seen is None:
        typed.wrong("", visit._("Load the calendar again, then move the post."))
    return seen


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
