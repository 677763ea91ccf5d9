"""Other hashtags for many posts at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.core.words import joined
from campaigns.plan.editing.carrying import carry_out
from campaigns.plan.editing.touched import touch
from campaigns.plan.spec import Hashtags
from campaigns.plan.values import Unfit, parse_hashtag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from campaigns.plan.editing.editor import Edited, Editor
    from campaigns.plan.spec import CampaignSpec, PostSpec


def retag_posts(
    editor: Editor,
    post_ids: Sequence[int],
    *,
    add: Sequence[str] = (),
    drop: Sequence[str] = (),
    as_campaign: bool = False,
) -> Edited:
    """Tags, with or without their #, to add at the end and to leave out; or just those of the campaign.

    Raises `Misuse` for what is no hashtag. Which of them link, and how many fit, is found as in a load.
    """
    added, dropped = [_tag(tag) for tag in add], {_tag(tag).casefold() for tag in drop}
    stored = touch(editor, post_ids)
    by_id = {before.id: before for before in stored.posts}
    wanted = []
    for before in (by_id[number] for number in dict.fromkeys(post_ids)):
        tags = None if as_campaign else _retagged(before.spec, stored.spec, added, dropped)
        wanted.append((replace(before.spec, hashtags=tags), before))
    return carry_out(editor, stored, wanted, "plan.retag")


def _retagged(post: PostSpec, spec: CampaignSpec, added: Iterable[str], dropped: set[str]) -> Hashtags | None:
    before = spec.hashtags if post.hashtags is None else post.hashtags
    kept = [tag for tag in before.supporting if tag.casefold() not in dropped]
    primary = before.primary if before.primary and before.primary.casefold() not in dropped else None
    known = {tag.casefold() for tag in (*kept, primary or "")}
    kept += [tag for tag in added if tag.casefold() not in known]
    tags = Hashtags(primary, tuple(kept))
    return post.hashtags if tags == before else tags


def _tag(text: str) -> str:
    try:
        return parse_hashtag(text)
    except Unfit as unfit:
        raise Misuse(joined(unfit.what, unfit.mend)) from unfit
