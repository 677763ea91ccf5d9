"""Posts get other times: one of their own, other days, the queue's next free slot, or each other's slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.core.words import Sentence
from campaigns.core.zones import Oddity, zone_names
from campaigns.plan.editing.carrying import carry_out, problem
from campaigns.plan.editing.touched import look_beyond, touch
from campaigns.plan.slots import SlotTime, free_slots
from campaigns.plan.stored import Beyond

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from campaigns.core.findings import Finding
    from campaigns.plan.editing.editor import Edited, Editor
    from campaigns.plan.spec import CampaignSpec, PostSpec
    from campaigns.plan.stored import Stored, StoredPost


def move_posts(
    editor: Editor,
    post_ids: Sequence[int],
    *,
    to: datetime | None = None,
    zone: str | None = None,
    day: date | None = None,
    days: int = 0,
) -> Edited:
    """To the naive wall time `to`, in `zone` or else in each post's own; or, at the same wall time, to the
    date `day` or by so many days. A post of the queue leaves it. One that recurs can't be moved so: see
    `move_occurrence`."""
    _check_zone(zone)
    stored = touch(editor, post_ids)
    wanted, found = [], []
    for place, before in enumerate(_in_order(stored, post_ids)):
        moved = before.spec
        if before.spec.every:
            found.append(_recurs(place))
        elif to is not None:
            moved = _at(before.spec, to, zone or before.spec.timezone, stored.spec)
        elif (wall := _wall(before)) is not None:
            moved = _at(before.spec, *_shifted(wall, day, days), stored.spec)
        wanted.append((moved, before))
    return carry_out(editor, stored, wanted, "plan.move", found)


def move_occurrence(editor: Editor, post_id: int, day: date, to: datetime, zone: str | None = None) -> Edited:
    """One time of a post that recurs: its day becomes an exception (RFC 5545's EXDATE), and a post of its
    own goes out at `to`. `Edited.posts` are the recurring post and that one."""
    _check_zone(zone)
    stored = touch(editor, [post_id])
    [before] = stored.posts
    every = before.spec.every
    rows = [row for (_, occurrence), row in before.deliveries.items() if occurrence == f"{day}#0"]
    if every is None or day in every.exceptions:
        raise Misuse("This post does not come on %(day)s; load the page again to see when it does.", day=day)
    found = [] if all(row.editable or row.taken_out for row in rows) else [_begun(day)]
    rest = replace(every, exceptions=tuple(sorted({*every.exceptions, day})))
    own = replace(before.spec, id=None, every=None)
    wanted = [
        (replace(before.spec, every=rest), before),
        (_at(own, to, zone or own.timezone, stored.spec), None),
    ]
    return carry_out(editor, stored, wanted, "plan.move", found)


def queue_posts(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """Each takes the queue's next free slot, in this order."""
    stored = touch(editor, post_ids)
    wanted = [
        (replace(before.spec, at=None, every=None, timezone=None), before)
        for before in _in_order(stored, post_ids)
    ]
    return carry_out(editor, stored, wanted, "plan.queue")


def deal_anew(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """Posts of the queue give their slots back, and each takes the next free one, in this order."""
    stored = touch(editor, post_ids)
    posts = _in_order(stored, post_ids)
    places = sorted(before.spec.place for before in posts)
    wanted = [
        (replace(before.spec, place=place), before) for before, place in zip(posts, places, strict=True)
    ]
    dealt = replace(stored, beyond=Beyond(dealt=frozenset(places)))
    return carry_out(editor, dealt, wanted, "plan.queue")


def requeue_post(editor: Editor, post_id: int, slot: datetime) -> Edited:
    """A post that was moved out of the queue takes the slot (UTC) that it held; the next free one, when it
    is held by another now or has passed."""
    stored = touch(editor, [post_id])
    [before] = stored.posts
    wanted = replace(before.spec, at=None, every=None, timezone=None)
    held = look_beyond(editor, stored, [wanted], adds=False).held
    free = next((one for one in free_slots(stored.spec, editor.now, held) if one.utc >= slot), None)
    if free and free.utc == slot:
        stored = replace(stored, beyond=Beyond(given={wanted.place: free}))
    return carry_out(editor, stored, [(wanted, before)], "plan.queue")


def order_queue(editor: Editor, post_ids: Sequence[int]) -> Edited:
    """The slots that these posts hold now, given to them in this order; also their places in the campaign,
    so that its file says the same. Raises `Misuse` for a post that holds no slot which may still change."""
    stored = touch(editor, post_ids)
    posts = _in_order(stored, post_ids)
    slots = sorted((_slot(before) for before in posts), key=lambda slot: slot.utc)
    places = sorted(before.spec.place for before in posts)
    given = dict(zip(places, slots, strict=True))
    wanted = [
        (replace(before.spec, place=place), before) for before, place in zip(posts, places, strict=True)
    ]
    return carry_out(editor, replace(stored, beyond=Beyond(given=given)), wanted, "plan.order")


def _in_order(stored: Stored, post_ids: Sequence[int]) -> list[StoredPost]:
    by_id = {before.id: before for before in stored.posts}
    return [by_id[number] for number in dict.fromkeys(post_ids)]


def _at(post: PostSpec, wall: datetime, zone: str | None, spec: CampaignSpec) -> PostSpec:
    return replace(post, at=wall, every=None, timezone=None if zone == spec.timezone else zone)


def _wall(before: StoredPost) -> tuple[datetime, str | None] | None:
    """When it goes out as things stand; None for one of the queue that has no slot."""
    if before.spec.at:
        return before.spec.at, before.spec.timezone
    row = next((row for row in before.deliveries.values() if not row.taken_out), None)
    return (datetime.fromisoformat(row.wall), row.zone) if row else None


def _shifted(wall: tuple[datetime, str | None], day: date | None, days: int) -> tuple[datetime, str | None]:
    if day:
        return datetime.combine(day, wall[0].time()), wall[1]
    try:
        return wall[0] + timedelta(days=days), wall[1]
    except OverflowError as far:
        raise Misuse("That is too far away; choose fewer days.") from far


def _slot(before: StoredPost) -> SlotTime:
    timed = before.spec.at or before.spec.every
    rows = [] if timed or before.removed else list(before.deliveries.values())
    if not rows or not all(row.editable for row in rows):
        raise Misuse("One of these posts holds no slot that may still change; load the page again.")
    held = rows[0]
    return SlotTime(datetime.fromisoformat(held.wall), held.zone, held.due_utc, Oddity.NONE)


def _check_zone(zone: str | None) -> None:
    if zone is not None and zone not in zone_names():
        raise Misuse("%(zone)s is not a time zone; choose one of the list.", zone=repr(zone))


def _recurs(place: int) -> Finding:
    return problem(
        place,
        "recurs",
        Sentence("This post recurs, so it has no one time that could be moved."),
        Sentence("Move one of its occurrences, or edit its recurrence."),
    )


def _begun(day: date) -> Finding:
    what = Sentence("The occurrence of %(day)s is out, stopped or being sent.", day=day)
    return problem(0, "stays-as-it-is", what, Sentence("Move a later one."))
