"""The one way by which pages and commands change posts that are loaded already.

An edit is a load narrowed to the posts it touches: the same checks, the same findings, the same
differences, the same writer. So a page and a file never disagree, whatever is edited in which order; and
the transaction stays short, however large the campaign is.

    with visit.writing() as session:
        editor = Editor(session, visit.organisation_id, visit.name, visit.now)
        edited = move_posts(editor, [7, 9], to=datetime(2027, 10, 12, 9), zone="Europe/London")
    if not edited.applied:
        show(edited.findings)

- All posts of one call belong to one campaign (`Misuse` otherwise); at most `MOST_AT_ONCE` of them, since
  a writing transaction must stay short. An id that is unknown, or another organisation's, raises `Missing`.
- On any problem nothing is written, and `applied` is False. `Editor(..., dry_run=True)` only looks, and
  takes a reading session; give its `bench` to the edit after it, which then composes nothing anew.
- A finding's `line` is the place in `Edited.posts` of the post it speaks of, from 1; 0: of none alone.
- What is out, stopped or being sent stays as it is, as with a load; a note says so.
- `Edited.mark` names exactly what was or would be done; `Editor(..., expected=mark)` does that or nothing.
- Each edit leaves a line in the audit trail, and each post that it changed a row in `post_version`.

A post is a `PostSpec`; `read_post` makes one of what a form holds, with the checks of the campaign file.
"""

from campaigns.plan.editing.copying import copy_posts
from campaigns.plan.editing.editor import MOST_AT_ONCE, Edited, Editor
from campaigns.plan.editing.fields import ReadFields, read_post
from campaigns.plan.editing.history import Version, post_at, versions_of
from campaigns.plan.editing.moving import (
    deal_anew,
    move_occurrence,
    move_posts,
    order_queue,
    queue_posts,
    requeue_post,
)
from campaigns.plan.editing.previewing import Preview, Sight, preview
from campaigns.plan.editing.saving import Stale, post_of_campaign, save_post
from campaigns.plan.editing.settings import (
    ReadSettings,
    ReadSlots,
    StaleSettings,
    create_campaign,
    read_settings,
    read_slots,
    save_settings,
    save_slots,
)
from campaigns.plan.editing.stopping import bring_back, cancel_posts, remove_posts
from campaigns.plan.editing.tagging import retag_posts

__all__ = [
    "MOST_AT_ONCE",
    "Edited",
    "Editor",
    "Preview",
    "ReadFields",
    "ReadSettings",
    "ReadSlots",
    "Sight",
    "Stale",
    "StaleSettings",
    "Version",
    "bring_back",
    "cancel_posts",
    "copy_posts",
    "create_campaign",
    "deal_anew",
    "move_occurrence",
    "move_posts",
    "order_queue",
    "post_at",
    "post_of_campaign",
    "preview",
    "queue_posts",
    "read_post",
    "read_settings",
    "read_slots",
    "remove_posts",
    "requeue_post",
    "retag_posts",
    "save_post",
    "save_settings",
    "save_slots",
    "versions_of",
]
