"""A campaign is taken out of service; what went out stays in its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from campaigns.core.errors import Misuse
from campaigns.models import EDITABLE, Audit
from campaigns.models.tables import campaign
from campaigns.plan.loading.diff import IN_FLIGHT
from campaigns.plan.loading.locks import lock_campaign
from campaigns.plan.loading.scheduling import take_out
from campaigns.plan.stored import read_stored

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Removed:
    cancelled: int  # deliveries that will not go out any more
    in_flight: int  # deliveries being sent just now, which can't be taken back


def remove_campaign(session: Session, organisation_id: int, slug: str, person: str, now: datetime) -> Removed:
    """Cancels what waits and hides the campaign; loading its file again brings both back.

    Needs a writing transaction. Raises `Misuse` when there is no such campaign.
    """
    lock_campaign(session, organisation_id, slug)
    stored = read_stored(session, organisation_id, slug)
    if stored is None or stored.campaign.removed_utc is not None:
        raise Misuse("There is no campaign %(slug)s; see: beacon campaign list", slug=repr(slug))
    rows = [row for post in stored.posts for row in post.deliveries.values()]
    stopping = [row for row in rows if row.state in EDITABLE]
    take_out(session, stopping)
    session.execute(
        update(campaign)
        .where(campaign.c.id == stored.campaign.id)
        .values(removed_utc=now, updated_utc=now, version=campaign.c.version + 1)
    )
    session.add(
        Audit(
            organisation_id=organisation_id,
            at_utc=now,
            person=person,
            action="campaign.remove",
            subject=slug,
            detail=f"{len(stopping)} waiting deliveries cancelled",
        )
    )
    return Removed(len(stopping), sum(row.state in IN_FLIGHT for row in rows))
