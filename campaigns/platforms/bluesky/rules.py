"""What Bluesky accepts, from the lexicons `app.bsky.feed.post` and `app.bsky.embed.images`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.core.text import graphemes
from campaigns.platforms.bluesky.tags import tag_spans, tag_trouble
from campaigns.platforms.contract import Limits, Rate

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS = Limits(
    length=300,
    utf8_bytes=3_000,
    images=4,
    image_bytes=1_000_000,  # newer schemas say 2,000,000, but servers of earlier ones refuse that
    tags_advised=3,  # Bluesky advises nothing; a few, at the end, is what screen readers bear
    rate=Rate(posts=2_500, seconds=3_600),  # 5,000 points an hour, and putRecord takes 2
)


class BlueskyRules:
    name = "bluesky"
    label = "Bluesky"
    unit = "graphemes"
    warning_is_field = False  # self labels speak of adult and graphic media only, not of topics

    def profile(self, server: str, handle: str) -> str:  # noqa: ARG002 - read in one place, whatever its server
        return f"https://bsky.app/profile/{handle}"

    def limits(self, told: Mapping[str, Any]) -> Limits:  # noqa: ARG002 - servers tell none of these
        return LIMITS

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:  # noqa: ARG002 - URLs count as written, and a warning is part of the text
        """Graphemes, as a reader counts characters; an emoji family is one."""
        return graphemes(text)

    def tag_trouble(self, tag: str) -> str | None:
        return tag_trouble(tag)

    def facets(self, text: str) -> list[tuple[int, int]]:
        return tag_spans(text)


RULES = BlueskyRules()
