"""What is to be said about hashtags before any post carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.compose.hashtags import tag_remarks
from campaigns.platforms.registry import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from campaigns.compose.drafts import Remark


def advise(tags: Sequence[str], platforms: Iterable[str]) -> list[Remark]:
    """Each remark once: whether the tags link there, and whether a screen reader can read them."""
    return list(
        dict.fromkeys(
            remark for platform in sorted(set(platforms)) for remark in tag_remarks(tags, rules_of(platform))
        )
    )
