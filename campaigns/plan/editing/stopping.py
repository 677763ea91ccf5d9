"""Posts that are not to go out after all, and how they come back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.core.findings import Finding, Level
from campaigns.core.words import Sentence
from campaigns.models import EDITABLE, State
from campaigns.plan.editing.carrying import carry_out, remember
from campaigns.plan.editing.editor import Edited
from campaigns.plan.editing.touched import touch
from campaigns.plan.loading import changes
from campaigns.plan.loading.diff import IN_FLIGHT, marked
from campaigns.plan.loading.scheduling import take_out
from campaigns.plan.stored import TAKEN_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.plan.editing.editor import Editor
    from campaigns.plan.stored import StoredDelivery, StoredPost


def remove_posts(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """Out of the campaign, as if they stood no more in its file; what went out stays in its history."""
    stored = touch(editor, post_ids)
    edited = carry_out(editor, stored, [], "plan.remove")
    return replace(edited, posts=tuple(dict.fromkeys(post_ids)))


def cancel_posts(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """They stay in the campaign, but nothing of them that waits goes out: not even after another load."""
    stored = touch(editor, post_ids)
    ids = tuple(dict.fromkeys(post_ids))
    lines = {number: line for line, number in enumerate(ids, 1)}
    done: list[changes.Change] = []
    found: list[Finding] = []
    stopping: list[StoredDelivery] = []
    for before in stored.posts:
        post = replace(before.spec, line=lines[before.id])
        rows = [row for row in before.deliveries.values() if row.state in EDITABLE]
        if rows:
            stopping += rows
            done.append(changes.cancelled(post, len(rows)))
        if any(row.state in IN_FLIGHT for row in before.deliveries.values()):
            found.append(_in_flight(post.line))
    mark = marked([change.as_json() for change in done], sorted(row.id for row in stopping))
    overtaken = editor.expected not in {"", mark}
    applies = not editor.dry_run and not overtaken
    if applies and done:
        take_out(editor.session, stopping, Sentence("Cancelled by %(person)s.", person=editor.person))
        remember(editor, stored, "plan.cancel", done)
    by_id = {before.id: before.spec.text for before in stored.posts}
    return Edited(
        found,
        done,
        applied=applies,
        posts=ids,
        says=tuple(by_id[number] for number in ids),
        deliveries=len(stopping),
        mark=mark,
        overtaken=overtaken,
    )


def bring_back(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """Posts that were removed or cancelled: what of them is still to come goes out after all."""
    stored = touch(editor, post_ids)
    posts = [before if before.removed else _uncancelled(before) for before in stored.posts]
    by_id = {before.id: before for before in posts}
    wanted = [(by_id[number].spec, by_id[number]) for number in dict.fromkeys(post_ids)]
    return carry_out(editor, replace(stored, posts=posts), wanted, "plan.back")


def _uncancelled(before: StoredPost) -> StoredPost:
    """As if a file had taken out what a person cancelled, since only that comes back with one."""
    rows = {
        key: replace(row, reason=TAKEN_OUT) if row.state is State.CANCELLED else row
        for key, row in before.deliveries.items()
    }
    return replace(before, deliveries=rows)


def _in_flight(line: int) -> Finding:
    what = Sentence("It is being sent just now and can't be taken back.")
    return Finding(
        "", line, Level.NOTE, "in-flight", what, Sentence("See what becomes of it on its own page.")
    )
