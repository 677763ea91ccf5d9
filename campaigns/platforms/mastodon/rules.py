"""What a Mastodon server accepts, from what it told about itself when the account was connected.

Sources: Mastodon's `app/validators/status_length_validator.rb` (grapheme clusters of the content
warning and the text together, a link with its scheme counts as 23, a mention by its local part),
`app/models/tag.rb` (hashtags), the Instance entity of the API documentation (limits).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import regex

from campaigns.core.text import graphemes, link_spans
from campaigns.core.words import Sentence
from campaigns.platforms.contract import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

# Used where the server tells nothing (docs.joinmastodon.org/entities/Instance, Mastodon 4.5).
LENGTH = 500
URL_LENGTH = 23
IMAGES = 4
IMAGE_BYTES = 16_777_216
ALT_TEXT = 1500
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

# A tag has a letter, or a separator between two other characters; digits alone never link.
_WORD, _SEPARATORS = r"\p{L}\p{M}\p{Nd}\p{Pc}", r"_·・\u200c"
_NAME = (
    rf"(?:[{_WORD}][{_WORD}{_SEPARATORS}]*[\p{{Alphabetic}}{_SEPARATORS}][{_WORD}{_SEPARATORS}]*[{_WORD}]"
    rf"|[{_WORD}]*\p{{Alphabetic}}[{_WORD}]*)"
)
_TAG = regex.compile(rf"(?<![=/)\p{{L}}\p{{M}}\p{{N}}_])[#\uff03]({_NAME})")
_MENTION = regex.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w", regex.IGNORECASE)


class MastodonRules:
    name = "mastodon"
    label = "Mastodon"
    unit = "characters"
    warning_is_field = True

    def profile(self, server: str, handle: str) -> str:
        return f"{server}/@{handle.strip('@').partition('@')[0]}"

    def limits(self, told: Mapping[str, Any]) -> Limits:
        """`told` has the parts `statuses` and `media_attachments` of the server's configuration."""
        statuses, media = _part(told, "statuses"), _part(told, "media_attachments")
        types = media.get("supported_mime_types")
        images = {kind for kind in types if str(kind).startswith("image/")} if isinstance(types, list) else ()
        return Limits(
            length=_count(statuses.get("max_characters"), LENGTH),
            url_length=_count(statuses.get("characters_reserved_per_url"), URL_LENGTH),
            images=_count(statuses.get("max_media_attachments"), IMAGES),
            image_bytes=_count(media.get("image_size_limit"), IMAGE_BYTES),
            image_types=frozenset(images) or IMAGE_TYPES,
            alt_text=_count(media.get("description_limit"), ALT_TEXT),
        )

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:
        counted, end = [warning or ""], 0
        for start, stop in _links(text):
            counted += [text[end:start], "x" * (limits.url_length or stop - start)]
            end = stop
        counted.append(text[end:])
        return graphemes(_MENTION.sub(r"@\1", "".join(counted)))

    def tag_trouble(self, tag: str) -> str | None:
        if regex.fullmatch(_NAME, tag):
            return None
        if not tag:
            return Sentence("it is empty")
        if wrong := regex.search(rf"[^{_WORD}{_SEPARATORS}]", tag):
            return Sentence(
                "%(sign)s ends it: only letters, digits and underscores link", sign=repr(wrong.group())
            )
        return Sentence("digits alone never link; put a letter into it")

    def facets(self, text: str) -> list[tuple[int, int]]:
        if "#" not in text and "\uff03" not in text:
            return []
        links = _links(text)
        return [
            tag.span()
            for tag in _TAG.finditer(text)
            if not any(start < tag.end() and tag.start() < end for start, end in links)
        ]


def _links(text: str) -> list[tuple[int, int]]:
    """Only links with their scheme are links here."""
    return [span for span in link_spans(text) if "://" in text[slice(*span)]] if "://" in text else []


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _count(told: Any, usual: int) -> int:
    """A limit as the server told it; a missing or senseless one is the usual one."""
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else usual


RULES = MastodonRules()
