"""A draft laid out for a platform: what stands where, before anything is chosen or measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.compose.hashtags import place_tags
from campaigns.compose.placeholder import read_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.compose.drafts import Draft
    from campaigns.compose.placeholder import Body
    from campaigns.platforms.contract import Rules


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts' texts around the one place where tags go."""

    rules: Rules
    bodies: tuple[Body, ...]
    home: int  # the part that takes the tags
    lead: str  # what stands before the first part: its warning, where there is no field for it
    warning: str | None  # the warning's field, the same for every part

    @property
    def plain_texts(self) -> list[str]:
        """The parts without any tags of ours."""
        return [self._whole(place, body.plain) for place, body in enumerate(self.bodies)]

    def tagged_text(self, tags: Sequence[str]) -> str:
        """The part that takes the tags, with these."""
        return self._whole(self.home, place_tags(self.bodies[self.home], tags, self.rules))

    def has_warning(self, place: int) -> bool:
        return self.warning is not None or bool(self.lead and place == 0)

    def _whole(self, place: int, body: str) -> str:
        return f"{self.lead if place == 0 else ''}{body.strip()}".strip()


def lay_out(draft: Draft, rules: Rules) -> Layout:
    """Tags go where the first placeholder stands, else to the end of the first part."""
    bodies = [read_body(text.replace("\r\n", "\n").strip()) for text in (draft.text, *draft.thread)]
    home = next((place for place, body in enumerate(bodies) if body.after is not None), 0)
    if bodies[home].after is None:
        bodies[home] = bodies[home].opened_at_end()
    warning = (draft.content_warning or "").strip()
    if rules.warning_is_field:
        return Layout(rules, tuple(bodies), home, "", warning or None)
    return Layout(rules, tuple(bodies), home, f"CW: {warning}\n\n" if warning else "", None)
