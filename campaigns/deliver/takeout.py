"""A campaign's deliveries to take along: as a table for spreadsheets and as a calendar."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.moments import iso_z
from campaigns.deliver.ical import Event, calendar_text
from campaigns.deliver.overview import excerpt
from campaigns.models import State
from campaigns.models.tables import account, delivery, part

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from campaigns.models import Campaign

COLUMNS = ("delivery", "account", "platform", "due_utc", "local", "zone", "state", "reason", "text", "url")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet compute a cell: https://owasp.org/www-community/attacks/CSV_Injection"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One delivery; `text` is that of all its parts, an empty line between two."""

    id: int
    account: str
    platform: str
    due_utc: datetime
    wall: str
    zone: str
    state: str
    reason: str
    text: str
    url: str


def take(session: Session, campaign: Campaign) -> list[Taken]:
    """All deliveries of the campaign by due time."""
    rows = session.execute(
        select(
            *delivery.c["id", "due_utc", "wall", "zone", "state", "reason"],
            account.c.name,
            account.c.platform,
            part.c.payload,
            part.c.remote_url,
        )
        .join(account, account.c.id == delivery.c.account_id)
        .join(part, part.c.delivery_id == delivery.c.id)
        .where(delivery.c.campaign_id == campaign.id)
        .order_by(delivery.c.due_utc, delivery.c.id, part.c.place)
    )
    taken = []
    for _, group in groupby(rows, key=lambda row: row.id):
        parts = list(group)
        first = parts[0]
        taken.append(
            Taken(
                id=first.id,
                account=first.name,
                platform=first.platform,
                due_utc=first.due_utc,
                wall=first.wall,
                zone=first.zone,
                state=first.state,
                reason=first.reason,
                text="\n\n".join(one.payload["text"] for one in parts),
                url=first.remote_url or "",
            )
        )
    return taken


def as_csv(taken: list[Taken]) -> str:
    """With a heading, RFC 4180; what a spreadsheet would compute begins with an apostrophe instead."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for one in taken:
        cells = (
            str(one.id), one.account, one.platform, iso_z(one.due_utc), one.wall, one.zone,
            one.state, one.reason, one.text, one.url,
        )  # fmt: skip
        lines.writerow([_inert(cell) for cell in cells])
    return written.getvalue()


def as_calendar(taken: list[Taken], campaign: Campaign, now: datetime) -> str:
    """An event at the moment each is due."""
    events = (
        Event(
            f"{campaign.created_utc:%Y%m%dT%H%M%S%f}-{one.id}@{campaign.slug}.beacon",
            one.due_utc,
            f"{one.account}: {excerpt(one.text)}",
            one.text,
            cancelled=one.state == State.CANCELLED,
        )
        for one in taken
    )
    return calendar_text(campaign.title, events, now)


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
