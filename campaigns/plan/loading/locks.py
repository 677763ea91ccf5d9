"""Who may touch a campaign's rows while a file is loaded: the engine may be running all the while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.errors import Conflict
from campaigns.models import EDITABLE
from campaigns.models.tables import campaign, delivery, organisation, post

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlmodel import Session


def lock_organisation(session: Session, organisation_id: int) -> None:
    """One change of an organisation's plans at a time."""
    session.execute(
        select(organisation.c.id).where(organisation.c.id == organisation_id).with_for_update(key_share=True)
    )


def lock_posts(session: Session, organisation_id: int, post_ids: Collection[int]) -> None:
    """As `lock_campaign` does, for what may still be edited of these posts alone."""
    lock_organisation(session, organisation_id)
    _refuse_archived(session, post_ids)
    session.execute(
        select(delivery.c.id)
        .where(
            delivery.c.organisation_id == organisation_id,
            delivery.c.post_id.in_(post_ids),
            delivery.c.state.in_(sorted(EDITABLE)),
        )
        .order_by(delivery.c.id)
        .with_for_update(key_share=True)
    ).all()


def _refuse_archived(session: Session, post_ids: Collection[int]) -> None:
    """What of an archived campaign went out is no longer known one by one: an edit might send it again."""
    archived = session.execute(
        select(campaign.c.slug)
        .join(post, post.c.campaign_id == campaign.c.id)
        .where(post.c.id.in_(post_ids), campaign.c.archived_utc.is_not(None))
        .limit(1)
    ).scalar()
    if archived is not None:
        raise Conflict(
            "The campaign %(archived)s is over, and its posts were archived: copy it into a new one.",
            archived=archived,
        )


def lock_campaign(session: Session, organisation_id: int, slug: str) -> None:
    """Also no intent, until the commit, for what may still be edited.

    On PostgreSQL rows are locked in the order of their ids, as the engine does; NO KEY, so that rows
    which only refer to them can still be written. On SQLite the transaction holds the write lock already.
    """
    lock_organisation(session, organisation_id)
    session.execute(
        select(delivery.c.id)
        .join(campaign, campaign.c.id == delivery.c.campaign_id)
        .where(
            campaign.c.organisation_id == organisation_id,
            campaign.c.slug == slug,
            delivery.c.state.in_(sorted(EDITABLE)),
        )
        .order_by(delivery.c.id)
        .with_for_update(of=delivery, key_share=True)
    ).all()
