"""Posts used again: in the same campaign or another one, on the same days or on others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.plan.editing.carrying import carry_out
from campaigns.plan.editing.library import library_name
from campaigns.plan.editing.touched import touch, touch_campaign
from campaigns.plan.spec import MediaSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.plan.editing.editor import Edited, Editor
    from campaigns.plan.spec import CampaignSpec, Every, PostSpec
    from campaigns.plan.stored import StoredPost


def copy_posts(editor: Editor, post_ids: Sequence[int], campaign: str, *, days: int = 0) -> Edited:
    """Into the campaign of that slug, so many days later (or earlier), at the same wall time and in the
    same zone. A copy has the other campaign's accounts and hashtags where the post has none of its own.
    `Edited.posts` are the copies."""
    source = touch(replace(editor, dry_run=True), post_ids)
    target = touch_campaign(editor, campaign)
    by_id = {before.id: before for before in source.posts}
    copies = [_copy(by_id[number], source.spec, target.spec, days) for number in dict.fromkeys(post_ids)]
    return carry_out(editor, target, [(one, None) for one in copies], "plan.copy")


def _copy(before: StoredPost, source: CampaignSpec, target: CampaignSpec, days: int) -> PostSpec:
    post = before.spec
    zone = post.timezone or source.timezone
    timed = post.at or post.every
    try:
        return replace(
            post,
            id=None,
            at=post.at + timedelta(days=days) if post.at else None,
            every=_later(post.every, days) if post.every else None,
            timezone=zone if timed and zone != target.timezone else None,
            media=tuple(
                MediaSpec(library_name(picture.facts.sha256, picture.facts.mime), picture.alt)
                for picture in before.pictures
            ),
        )
    except OverflowError as far:
        raise Misuse("That is too far away; choose fewer days.") from far


def _later(every: Every, days: int) -> Every:
    shift = timedelta(days=days)
    return replace(
        every,
        until=every.until + shift if every.until else None,
        exceptions=tuple(day + shift for day in every.exceptions),
    )
