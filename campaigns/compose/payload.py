"""What is kept of a composed part, and the key under which it is sent."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from campaigns.compose.drafts import ComposedPart


def payload(
    part: ComposedPart, *, language: str | None, media: Sequence[tuple[int, str]] = ()
) -> dict[str, Any]:
    """`{"text", "content_warning", "language", "media": [{"id", "alt"}]}`; `media` are ids and alt texts."""
    return {
        "text": part.text,
        "content_warning": part.content_warning,
        "language": language,
        "media": [{"id": media_id, "alt": alt} for media_id, alt in media],
    }


def part_key(delivery_id: int, place: int, payload: Mapping[str, Any]) -> str:
    """64 hex digits: the same for the same content in the same place, so that a platform sees a repeat;
    another one after any edit, so that it never answers with the old post."""
    content = json.dumps([delivery_id, place, payload], sort_keys=True, separators=(",", ":"))
    return sha256(content.encode()).hexdigest()
