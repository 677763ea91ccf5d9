"""One post becomes what one platform takes. Nothing is cut: what is over a limit is said, and by how much."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from campaigns.compose.drafts import Composed, ComposedPart, Draft, ImageFacts, Remark
from campaigns.compose.hashtags import (
    choice_remarks,
    choose,
    distinct,
    room_by_advice,
    tag_remarks,
    written_tags,
)
from campaigns.compose.images import image_remarks
from campaigns.compose.judging import nothing_said, subject_of, too_long, too_many_tags
from campaigns.compose.layout import lay_out
from campaigns.compose.measuring import Measure, measure
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.platforms.contract import Limits, Rules

__all__ = ["Composed", "ComposedPart", "Draft", "ImageFacts", "Remark", "compose", "compose_by"]


def compose(draft: Draft, platform: str, limits: Limits) -> Composed:
    """The parts as they will go out, and what is to be said about them.

    `limits` are those of the account. Tags go where `{hashtags}` stands first, else to the end of the
    first part. A content warning goes with every part where the platform has a field for it; elsewhere
    it leads the first part as `CW: ...`. Raises `Misuse` for an unknown platform.
    """
    return compose_by(rules_of(platform), draft, limits)


def compose_by(rules: Rules, draft: Draft, limits: Limits) -> Composed:
    """`compose` by rules at hand."""
    layout = lay_out(draft, rules)

    @cache  # finding the links in a text is what takes time
    def measured(text: str) -> Measure:
        return measure(text, layout.warning, rules, limits)

    texts = layout.plain_texts
    bare = texts[layout.home]
    must, may = _unwritten(draft, texts, rules)
    room = room_by_advice(len(written_tags([bare], rules)), limits)
    choice = choose(must, may, room, lambda tags: measured(layout.tagged_text(tags)).fits)
    texts[layout.home] = layout.tagged_text(choice.placed)

    remarks = tag_remarks(draft.tags, rules)
    if measured(texts[layout.home]).fits:
        remarks += choice_remarks(choice, rules, limits, layout.home)
    for part, text in enumerate(texts):
        subject = subject_of(part, thread=bool(draft.thread), warned=layout.has_warning(part))
        crowding = must[0] if must and part == layout.home and measured(bare).fits else None
        remarks += too_long(measured(text), subject, part, rules, crowding)
        remarks += too_many_tags(text, part, rules, limits)
        if not text and not (part == 0 and draft.images):
            remarks.append(nothing_said(subject, part))
    remarks += image_remarks(draft.images, rules, limits)
    parts = (ComposedPart(text, layout.warning, measured(text).length, limits.length) for text in texts)
    return Composed(tuple(parts), tuple(remarks))


def _unwritten(draft: Draft, texts: list[str], rules: Rules) -> tuple[Sequence[str], Sequence[str]]:
    """The primary tag and the supporting ones that the texts do not have already."""
    written = {tag.casefold() for tag in written_tags(texts, rules)}
    wanted = [tag for tag in distinct(draft.tags) if tag.casefold() not in written]
    if draft.primary_first and wanted[:1] == list(draft.tags[:1]):
        return wanted[:1], wanted[1:]
    return [], wanted
