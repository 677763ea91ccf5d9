"""What the clock does for plans every hour: recurrences 90 days ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.models.tables import campaign, post
from campaigns.plan.drafting import Bench, Writer
from campaigns.plan.loading.images import known_images
from campaigns.plan.loading.locks import lock_organisation
from campaigns.plan.loading.scheduling import schedule
from campaigns.plan.membership import Members
from campaigns.plan.planning import Entry
from campaigns.plan.rows import spec_of
from campaigns.plan.stored import read_stored
from campaigns.plan.timeline import plan_occurrences

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session


def extend_recurrences(session: Session, now: datetime) -> int:
    """Makes the deliveries of recurring posts that are missing up to 90 days ahead; returns how many.

    May run in several clocks at once and as often as one likes: each occurrence is made once, and what
    was cancelled stays so. Needs a writing transaction.
    """
    wanted = (
        select(campaign.c.organisation_id, campaign.c.slug)
        .join(post, post.c.campaign_id == campaign.c.id)
        .where(campaign.c.removed_utc.is_(None), post.c.removed_utc.is_(None), post.c.every.is_not(None))
        .where(campaign.c.ends >= now.date())
        .distinct()
        .order_by(campaign.c.organisation_id, campaign.c.slug)
    )
    return sum(
        _extend(session, organisation_id, slug, now)
        for organisation_id, slug in session.execute(wanted).all()
    )


def _extend(session: Session, organisation_id: int, slug: str, now: datetime) -> int:
    lock_organisation(session, organisation_id)
    stored = read_stored(session, organisation_id, slug)
    if stored is None or stored.campaign.removed_utc is not None:
        return 0
    recurring = {one.spec.place: one for one in stored.posts if one.spec.every and not one.removed}
    spec = spec_of(stored.campaign, [one.spec for one in recurring.values()])
    members, writer = Members(session, organisation_id), Writer(spec, Bench())
    missing = [
        Entry(
            planned, account, writer.write(planned.post, account, before.pictures), None, planned.post.urgent
        )
        for planned in plan_occurrences(spec, now).planned
        for before in (recurring[planned.post.place],)
        for account in members.of(planned.post, spec)
        if (account.id, planned.occurrence) not in before.deliveries
    ]
    return schedule(
        session,
        organisation_id,
        stored.campaign.id,
        missing,
        {place: before.id for place, before in recurring.items()},
        known_images(session, organisation_id),
    )
