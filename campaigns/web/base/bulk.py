"""What can be done with several posts at once: the words for each, and the edit that its form means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from campaigns.core.errors import Misuse
from campaigns.web.base.languages import N_
from campaigns.web.base.settings_form import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from campaigns.plan.editing import Edited, Editor
    from campaigns.web.base.forms import Typed


class Act(StrEnum):
    SHIFT = "shift"
    DATE = "date"
    QUEUE = "queue"
    RETAG = "retag"
    COPY = "copy"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Spoken:
    label: str
    question: str
    button: str


ACTS = {
    Act.SHIFT: Spoken(N_("Move by days"), N_("Move these posts by days?"), N_("Move them exactly so")),
    Act.DATE: Spoken(N_("Move to a date"), N_("Move these posts to a date?"), N_("Move them exactly so")),
    Act.QUEUE: Spoken(
        N_("Put into the queue"), N_("Put these posts into the queue?"), N_("Queue them exactly so")
    ),
    Act.RETAG: Spoken(
        N_("Change hashtags"), N_("Change the hashtags of these posts?"), N_("Change them exactly so")
    ),
    Act.COPY: Spoken(N_("Copy to a campaign"), N_("Copy these posts?"), N_("Copy them exactly so")),
    Act.CANCEL: Spoken(N_("Cancel"), N_("Cancel these posts?"), N_("Cancel them")),
}

NEEDS_FORM = frozenset({Act.SHIFT, Act.DATE, Act.RETAG, Act.COPY})
MOST_DAYS = 3660


def edit_of(act: Act, typed: Typed, ids: Sequence[int]) -> Callable[[Editor], Edited]:
    """Raises `Misuse`, or says beside a field what is wrong with it."""
    from campaigns.plan import editing  # noqa: PLC0415 - only where something is changed

    if act is Act.CANCEL:
        return lambda editor: editing.cancel_posts(editor, ids)
    if act is Act.QUEUE:
        return lambda editor: editing.queue_posts(editor, ids)
    if act is Act.SHIFT:
        days = _days(typed.text("days"), or_none=False)
        return lambda editor: editing.move_posts(editor, ids, days=days)
    if act is Act.DATE:
        day = _date(typed.text("day"))
        return lambda editor: editing.move_posts(editor, ids, day=day)
    if act is Act.COPY:
        slug, later = typed.text("campaign"), _days(typed.text("days"), or_none=True)
        return lambda editor: editing.copy_posts(editor, ids, slug, days=later)
    add, drop = words(typed.text("add")), words(typed.text("drop"))
    as_campaign = typed.ticked("as_campaign")
    if not (add or drop or as_campaign):
        raise Misuse("Write the hashtags to add or to leave out, or choose those of the campaign.")
    return lambda editor: editing.retag_posts(editor, ids, add=add, drop=drop, as_campaign=as_campaign)


def _days(text: str, *, or_none: bool) -> int:
    if not text and or_none:
        return 0
    try:
        days = int(text) if text.isascii() and len(text) < 7 else 0  # noqa: PLR2004 - far more than there are
    except ValueError:
        days = 0
    if (not days and not or_none) or abs(days) > MOST_DAYS:
        raise Misuse("Write a number of days, such as 7, or -1 for a day earlier; ten years at most.")
    return days


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Misuse("Choose a date, or write it as YYYY-MM-DD.") from wrong
