"""Facets make parts of a text work as links; without them Bluesky shows plain text.

Their offsets count UTF-8 bytes, the end exclusive (lexicon `app.bsky.richtext.facet`).
"""

from __future__ import annotations

from typing import Any

from campaigns.core.text import link_spans
from campaigns.platforms.bluesky.tags import tag_spans


def facets(text: str) -> list[dict[str, Any]]:
    """The facets of all hashtags and web links in the text, in order; none overlap."""
    tags = tag_spans(text)
    found = [(start, end, _tag(text[start + 1 : end])) for start, end in tags]
    found += [
        (start, end, _link(text[start:end]))
        for start, end in link_spans(text)
        if all(end <= tag_start or tag_end <= start for tag_start, tag_end in tags)
    ]
    return [
        {
            "index": {"byteStart": _bytes_before(text, start), "byteEnd": _bytes_before(text, end)},
            "features": [feature],
        }
        for start, end, feature in sorted(found, key=lambda each: each[0])
    ]


def _tag(tag: str) -> dict[str, str]:
    return {"$type": "app.bsky.richtext.facet#tag", "tag": tag}


def _link(address: str) -> dict[str, str]:
    complete = address.lower().startswith(("http://", "https://"))
    uri = address if complete else f"https://{address}"
    return {"$type": "app.bsky.richtext.facet#link", "uri": uri}


def _bytes_before(text: str, code_point: int) -> int:
    return len(text[:code_point].encode())
