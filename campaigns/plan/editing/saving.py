"""One post made or edited by hand, by people who may be doing so at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.errors import Conflict, Missing
from campaigns.core.words import N_, Sentence
from campaigns.models.tables import post, post_version
from campaigns.plan.editing.carrying import carry_out
from campaigns.plan.editing.editor import Edited
from campaigns.plan.editing.touched import touch, touch_campaign
from campaigns.plan.rows import post_values

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.spec import PostSpec
    from campaigns.plan.stored import StoredPost


class Stale(Conflict):
    """Somebody else changed the post while it was being edited; both texts are here, and nothing is lost."""

    def __init__(self, mine: PostSpec, theirs: StoredPost, by: str, at_utc: datetime | None) -> None:
        super().__init__(
            N_(
                "%(who)s has changed this post since you opened it; compare the two texts, "
                "and save what is right."
            ),
            who=by or Sentence("Somebody"),
        )
        self.mine, self.theirs, self.by, self.at_utc = mine, theirs, by, at_utc


class Removed(Missing):
    """The post was taken out while it was being edited."""


def save_post(
    editor: Editor, wanted: PostSpec, *, campaign: str = "", post_id: int = 0, version: int = 0
) -> Edited:
    """Edits the post of that id, or makes a new one in the campaign of that slug.

    `version` is the one that was being edited: when the post has another by now, `Stale` is raised. A new
    post that brings an `id` is made once, however often it is sent. Raises `Removed` for a post that was
    taken out meanwhile.
    """
    post_id = post_id or _made_already(editor, campaign, wanted.id)
    if not post_id:
        return carry_out(editor, touch_campaign(editor, campaign), [(wanted, None)], "plan.save")
    stored = touch(editor, [post_id])
    [before] = stored.posts
    wanted = replace(wanted, id=before.key, place=before.spec.place)
    if before.removed:
        raise Removed("This post was taken out while you were editing it; bring it back, or save a new one.")
    if before.version != version:
        if _says_the_same(wanted, before):
            return Edited([], [], applied=not editor.dry_run, posts=(post_id,))
        raise Stale(wanted, before, *_written(editor, before))
    return carry_out(editor, stored, [(wanted, before)], "plan.save")


def post_of_campaign(editor: Editor, post_id: int) -> StoredPost:
    """A post as it stands, to be edited. Raises `Missing`."""
    return touch(replace(editor, dry_run=True), [post_id]).posts[0]


def _made_already(editor: Editor, slug: str, key: str | None) -> int:
    """The post that this same form has made before: a second click, or an answer that got lost."""
    if key is None:
        return 0
    stored = touch_campaign(editor, slug)
    known = select(post.c.id).where(post.c.campaign_id == stored.campaign.id, post.c.key == key)
    return editor.session.execute(known).scalar() or 0


def _says_the_same(wanted: PostSpec, before: StoredPost) -> bool:
    return post_values(wanted) == post_values(before.spec) and wanted.media == before.spec.media


def _written(editor: Editor, before: StoredPost) -> tuple[str, datetime | None]:
    """By whom and when."""
    wrote = select(post_version.c.person, post_version.c.at_utc).where(
        post_version.c.post_id == before.id, post_version.c.version == before.version
    )
    row = editor.session.execute(wrote).first()
    return (row.person, row.at_utc) if row else ("", None)
