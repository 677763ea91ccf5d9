"""The posts that an edit touches, locked and read, and what it must know of the rest of their campaign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlmodel import col
from sqlmodel import select as select_model

from campaigns.core.errors import Missing, Misuse
from campaigns.core.words import N_
from campaigns.models import Campaign, State
from campaigns.models.tables import delivery, post
from campaigns.plan.editing.editor import MOST_AT_ONCE
from campaigns.plan.loading.locks import lock_posts
from campaigns.plan.rows import spec_of
from campaigns.plan.stored import TAKEN_OUT, Beyond, Stored, read_posts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.spec import PostSpec

GONE = N_("There is no such post here; it may have been removed.")


def touch(editor: Editor, post_ids: Sequence[int]) -> Stored:
    """These posts and their campaign; nothing of them begins to go out until the commit."""
    ids = list(dict.fromkeys(post_ids))
    if len(ids) > MOST_AT_ONCE:
        raise Misuse("At most %(most)s posts can be changed at once; choose fewer.", most=MOST_AT_ONCE)
    if not editor.dry_run:
        lock_posts(editor.session, editor.organisation_id, ids)
    homes = editor.session.execute(
        select(post.c.id, post.c.campaign_id).where(
            post.c.organisation_id == editor.organisation_id, post.c.id.in_(ids)
        )
    ).all()
    if len(homes) != len(ids) or not ids:
        raise Missing(GONE)
    campaign_ids = {campaign_id for _, campaign_id in homes}
    if len(campaign_ids) > 1:
        raise Misuse("These posts belong to several campaigns; choose those of one.")
    campaign = _campaign(editor, col(Campaign.id) == campaign_ids.pop())
    posts = read_posts(editor.session, campaign.id, ids)
    spec = spec_of(campaign, [one.spec for one in posts if not one.removed])
    return Stored(campaign, spec, posts, Beyond())


def touch_campaign(editor: Editor, slug: str) -> Stored:
    """A campaign that gets new posts, without those it has."""
    if not editor.dry_run:
        lock_posts(editor.session, editor.organisation_id, ())
    campaign = _campaign(editor, col(Campaign.slug) == slug)
    return Stored(campaign, spec_of(campaign, ()), [], Beyond())


def look_beyond(editor: Editor, stored: Stored, wanted: Iterable[PostSpec], *, adds: bool) -> Stored:
    """`adds`: the campaign gets posts, whose keys and places must be new. Slots count when one is sought."""
    wanted = list(wanted)
    mine = [one.id for one in stored.posts]
    beyond = stored.beyond or Beyond()
    if adds:
        rows = editor.session.execute(
            select(post.c.key, post.c.place, post.c.removed_utc).where(
                post.c.campaign_id == stored.campaign.id, post.c.id.not_in(mine)
            )
        ).all()
        keys = frozenset(key for key, _, _ in rows)
        beyond = replace(beyond, keys=keys, places=frozenset(place for _, place, gone in rows if not gone))
    if any(one.at is None and one.every is None for one in wanted):
        beyond = replace(beyond, slots=_held_slots(editor, stored.campaign.id, mine))
    return replace(stored, beyond=beyond)


def _held_slots(editor: Editor, campaign_id: int, mine: Sequence[int]) -> frozenset[datetime]:
    """As a load of the whole campaign counts them: past ones aside, which nobody seeks."""
    taken_out = and_(delivery.c.state == State.CANCELLED, delivery.c.reason == TAKEN_OUT)
    held = (
        select(delivery.c.due_utc)
        .join(post, post.c.id == delivery.c.post_id)
        .where(
            delivery.c.campaign_id == campaign_id,
            delivery.c.due_utc >= editor.now,
            delivery.c.post_id.not_in(mine),
            post.c.at.is_(None),
            post.c.every.is_(None),
            or_(post.c.removed_utc.is_(None), delivery.c.from_queue),
            ~taken_out,
        )
    )
    return frozenset(editor.session.execute(held).scalars())


def _campaign(editor: Editor, which: object) -> Campaign:
    found = editor.session.exec(
        select_model(Campaign)
        .where(
            col(Campaign.organisation_id) == editor.organisation_id,
            which,  # type: ignore[arg-type]  # SQLModel's columns are typed as their values
            col(Campaign.removed_utc).is_(None),
        )
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise Missing("There is no such campaign here; it may have been removed.")
    return found
