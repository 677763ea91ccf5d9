"""What X accepts. Sources: docs.x.com/fundamentals/counting-characters, twitter-text's configuration
version 3 and hashtag grammar, docs.x.com/x-api/media (as of August 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import regex

from campaigns.core.text import grapheme_clusters
from campaigns.core.words import Sentence
from campaigns.platforms.contract import Limits
from campaigns.platforms.x.links import links

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS = Limits(
    length=280,
    url_length=23,
    images=4,
    image_bytes=5_000_000,
    image_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    alt_text=1000,
    tags_advised=2,
)
HEAVY = 2  # what most characters outside the Latin, Cyrillic, Arabic, ... blocks weigh, and every emoji
LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

# One emoji, however many code points it is made of: shown as emoji by default or by its selector,
# a keycap, or a flag.
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\u20e3|\p{RI}\p{RI}")
_SPECIAL = (
    r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
_WORD = rf"\p{{L}}\p{{M}}\p{{Nd}}{_SPECIAL}"
_NAME = rf"[{_WORD}]*[\p{{L}}\p{{M}}][{_WORD}]*"
_TAG = regex.compile(
    rf"(?:(?<=^|[\ufe0e\ufe0f])|(?<![{_WORD}&]))[#\uff03](?![\ufe0f\u20e3])((?>{_NAME}))(?![#\uff03]|://)"
)


class XRules:
    name = "x"
    label = "X"
    unit = "weighted characters"
    warning_is_field = False

    def profile(self, server: str, handle: str) -> str:  # noqa: ARG002 - read in one place, whatever its server
        return f"https://x.com/{handle.removeprefix('@')}"

    def limits(self, told: Mapping[str, Any]) -> Limits:
        del told  # X tells nothing about its limits
        return LIMITS

    def length(self, text: str, limits: Limits, warning: str | None = None) -> int:
        del warning  # it leads the text and is counted there
        text = normalize("NFC", text)
        total, end = 0, 0
        for start, stop in links(text):
            total += _weight(text[end:start]) + (limits.url_length or 0)
            end = stop
        return total + _weight(text[end:])

    def tag_trouble(self, tag: str) -> str | None:
        if regex.fullmatch(_NAME, tag) and tag[0] not in "\ufe0f\u20e3":
            return None
        if not tag:
            return Sentence("it is empty")
        if wrong := regex.search(rf"[^{_WORD}]", tag):
            return Sentence(
                "%(sign)s ends it: only letters, digits and underscores link", sign=repr(wrong.group())
            )
        return Sentence("it needs a letter: digits alone never link")

    def facets(self, text: str) -> list[tuple[int, int]]:
        if "#" not in text and "\uff03" not in text:
            return []
        spans = links(text)
        return [
            (tag.start(), tag.end())
            for tag in _TAG.finditer(text)
            if not any(start < tag.end() and tag.start() < end for start, end in spans)
        ]


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        HEAVY if _EMOJI.search(cluster) else _plain_weight(cluster) for cluster in grapheme_clusters(text)
    )


def _plain_weight(cluster: str) -> int:
    return sum(
        1 if any(low <= ord(char) <= high for low, high in LIGHT_RANGES) else HEAVY for char in cluster
    )


RULES = XRules()
