"""One post becomes what one platform takes. Nothing is cut: what is over a limit is said, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.compose.drafts import Composed, ComposedPart, Draft, ImageFacts, Remark
from campaigns.compose.hashtags import (
    choice_remarks,
    choose,
    distinct,
    place_tags,
    room_by_advice,
    tag_remarks,
    written_tags,
)
from campaigns.compose.images import image_remarks
from campaigns.compose.measuring import Measure, measure
from campaigns.compose.placeholder import read_body
from campaigns.core.findings import Level
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
    return _Composer(rules, draft, limits).compose()


class _Composer:
    def __init__(self, rules: Rules, draft: Draft, limits: Limits) -> None:
        self._rules, self._draft, self._limits = rules, draft, limits
        warning = (draft.content_warning or "").strip()
        self._field = (warning or None) if rules.warning_is_field else None
        self._lead = "" if rules.warning_is_field or not warning else f"CW: {warning}\n\n"
        self._warned_parts = len(draft.thread) + 1 if self._field else int(bool(self._lead))
        self._bodies = [read_body(text.replace("\r\n", "\n").strip()) for text in (draft.text, *draft.thread)]
        places = (place for place, body in enumerate(self._bodies) if body.after is not None)
        self._home = next(places, 0)
        if self._bodies[self._home].after is None:
            self._bodies[self._home] = self._bodies[self._home].opened_at_end()
        self._remarks: list[Remark] = []
        self._measures: dict[str, Measure] = {}

    def compose(self) -> Composed:
        draft, rules, limits = self._draft, self._rules, self._limits
        plain = [self._finish(place, body.plain) for place, body in enumerate(self._bodies)]
        written = {tag.casefold() for tag in written_tags(plain, rules)}
        wanted = [tag for tag in distinct(draft.tags) if tag.casefold() not in written]
        has_must = draft.primary_first and wanted[:1] == list(draft.tags[:1])
        must, may = (wanted[:1], wanted[1:]) if has_must else ([], wanted)
        room = room_by_advice(len(written_tags([plain[self._home]], rules)), limits)
        choice = choose(must, may, room, lambda tags: self._measure(self._tagged(tags)).fits)

        texts = [*plain]
        texts[self._home] = self._tagged(choice.placed)
        measures = [self._measure(text) for text in texts]
        self._remarks += tag_remarks(draft.tags, rules)
        if measures[self._home].fits:
            self._remarks += choice_remarks(choice, rules, limits, self._home)
        for place, (text, measured) in enumerate(zip(texts, measures, strict=True)):
            crowded_by = (
                must[0] if must and place == self._home and self._measure(plain[place]).fits else None
            )
            self._judge(place, text, measured, crowded_by)
        self._remarks += image_remarks(draft.images, rules, limits)
        parts = (
            ComposedPart(text, self._field, measured.length, limits.length)
            for text, measured in zip(texts, measures, strict=True)
        )
        return Composed(tuple(parts), tuple(self._remarks))

    def _finish(self, place: int, body: str) -> str:
        return ((self._lead if place == 0 else "") + body.strip()).strip()

    def _tagged(self, tags: Sequence[str]) -> str:
        return self._finish(self._home, place_tags(self._bodies[self._home], tags, self._rules))

    def _measure(self, text: str) -> Measure:
        if text not in self._measures:  # finding the links in a text is what takes time
            self._measures[text] = measure(text, self._field, self._rules, self._limits)
        return self._measures[text]

    def _judge(self, place: int, text: str, measured: Measure, crowded_by: str | None) -> None:
        subject = f"Part {place + 1}" if self._draft.thread else "The text"
        if place < self._warned_parts:
            subject += " with its content warning"
        for over in measured.over:
            if crowded_by:
                what = f"There is no room for #{crowded_by}: with it, {_lower_first(subject)} is {over}."
                self._problem("no-room-for-primary-tag", what, self._how_to_shorten(place), place)
            else:
                self._problem("too-long", f"{subject} is {over}.", self._how_to_shorten(place), place)
        if not text and not (place == 0 and self._draft.images):
            self._problem("empty-text", f"{subject} is empty.", "Write something, or leave it out.", place)
        self._judge_count_of_tags(place, text)

    def _judge_count_of_tags(self, place: int, text: str) -> None:
        most = self._limits.tags_most
        if most is not None and (count := len(written_tags([text], self._rules))) > most:
            what = f"{self._rules.label} takes at most {most} hashtags in a post; this one has {count}."
            self._problem("too-many-hashtags", what, "Leave some out.", place)

    def _how_to_shorten(self, place: int) -> str:
        if place == 0:
            return f"Shorten it, or write a shorter one under `variants:` as `{self._rules.name}:`."
        return "Shorten it, or make two parts of it."

    def _problem(self, code: str, what: str, mend: str, part: int) -> None:
        self._remarks.append(Remark(Level.PROBLEM, code, what, mend, part))


def _lower_first(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
