"""What the practice platform accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.platforms.contract import Limits
from campaigns.platforms.practice import grammar

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS = Limits(
    length=grammar.LONGEST_TEXT,
    url_length=grammar.LINK_LENGTH,
    images=grammar.MOST_IMAGES,
    image_bytes=grammar.LARGEST_IMAGE,
    image_types=grammar.IMAGE_TYPES,
    alt_text=grammar.LONGEST_ALT,
)


class PracticeRules:
    name = "practice"
    label = "Practice"
    unit = "characters"
    warning_is_field = True

    def profile(self, server: str, handle: str) -> str:  # noqa: ARG002 - one feed shows all
        return f"{server}/"

    def limits(self, told: Mapping[str, Any]) -> Limits:
        del told  # every practice server has the same
        return LIMITS

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:
        del limits
        return grammar.length(text, warning)

    def tag_trouble(self, tag: str) -> str | None:
        return grammar.trouble(tag)

    def facets(self, text: str) -> list[tuple[int, int]]:
        return grammar.tags(text)


RULES = PracticeRules()
