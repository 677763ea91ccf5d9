"""Which hashtags link on Bluesky: the grammar of its own app, within the limits of its schema.

Sources: `detectFacets` in the rich-text module of @atproto/api (grammar), and the lexicon
`app.bsky.richtext.facet#tag` (64 graphemes, 640 bytes).
"""

from __future__ import annotations

import regex

from campaigns.core.text import graphemes
from campaigns.core.words import Sentence

TAG_GRAPHEMES = 64
TAG_BYTES = 640

_INVISIBLE = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
_TAG = regex.compile(
    rf"(?:^|(?<=\s))[#＃](?!\uFE0F)"  # noqa: RUF001 - the full-width sign is meant
    rf"([^\s{_INVISIBLE}]*[^0-9\s\p{{P}}{_INVISIBLE}][^\s{_INVISIBLE}]*)"
)
_BREAK = regex.compile(rf"[\s{_INVISIBLE}]")
_LAST_PUNCTUATION = regex.compile(r"\p{P}+$")
_DIGITS_AND_PUNCTUATION = regex.compile(r"[0-9\p{P}]*")


def tag_spans(text: str) -> list[tuple[int, int]]:
    """Where hashtags that link stand: (start, end) in code points, with the sign."""
    return [
        (found.start(), found.start(1) + len(tag))
        for found in _TAG.finditer(text)
        if _fits(tag := _LAST_PUNCTUATION.sub("", found[1]))
    ]


def tag_trouble(tag: str) -> str | None:
    """Why `#tag` would not link as a whole, as the end of a sentence; None when it does."""
    if tag_spans(f"#{tag}") == [(0, len(tag) + 1)]:
        return None
    if _BREAK.search(tag):
        return Sentence("a space or an invisible character ends a hashtag")
    if _DIGITS_AND_PUNCTUATION.fullmatch(tag):
        return Sentence("digits and punctuation alone never link")
    if _LAST_PUNCTUATION.search(tag):
        return Sentence("punctuation at the end is left out of the link")
    if not _fits(tag):
        return Sentence(
            "a hashtag has at most %(most)s characters and %(bytes)s bytes",
            most=TAG_GRAPHEMES,
            bytes=TAG_BYTES,
        )
    return Sentence("an emoji sign right after # makes it an emoji, not a hashtag")


def _fits(tag: str) -> bool:
    return 0 < graphemes(tag) <= TAG_GRAPHEMES and len(tag.encode()) <= TAG_BYTES
