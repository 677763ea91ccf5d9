"""How the practice platform reads a text: its links, its hashtags, its length.

The grammar is Mastodon's, so that what works in rehearsal works there: a tag is letters, digits and
underscores after a # that follows no letter or slash, and at least one of them is a letter.
"""

from __future__ import annotations

import re
import unicodedata

from campaigns.core.words import Sentence

LONGEST_TEXT = 500  # characters as readers see them (graphemes), the warning's included
LINK_LENGTH = 23  # what a link counts, however long it is
MOST_IMAGES = 4
LARGEST_IMAGE = 8_000_000  # bytes
LONGEST_ALT = 1500  # characters
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

_LINK = re.compile(r"(?<![\w#\uff03])https?://[^\s<>\"]+", re.IGNORECASE)
_MAYBE_TAG = re.compile(r"[#\uff03]")


def links(text: str) -> list[tuple[int, int]]:
    """Spans of the web links, without the punctuation that ends the sentence around them."""
    return [
        (found.start(), found.start() + len(found.group().rstrip(".,;:!?'\u2019\u201d)]}\u2026")))
        for found in _LINK.finditer(text)
    ]


def tags(text: str) -> list[tuple[int, int]]:
    """Spans of the hashtags that link, with the #, in code points; none inside a web link."""
    inside_links = {at for start, end in links(text) for at in range(start, end)}
    spans = []
    for found in _MAYBE_TAG.finditer(text):
        start = found.start()
        before = text[start - 1] if start else " "
        if start in inside_links or _in_tag(before) or before in "/)#&":
            continue
        end = start + 1
        while end < len(text) and _in_tag(text[end]) and end not in inside_links:
            end += 1
        if any(char.isalpha() for char in text[start + 1 : end]):
            spans.append((start, end))
    return spans


def fold(tag: str) -> str:
    """The form in which two spellings of one tag are equal."""
    return unicodedata.normalize("NFKC", tag).casefold()


def trouble(tag: str) -> str | None:
    """Why `#tag` would not link as a whole, as the end of a sentence; None: it links."""
    if not tag:
        return Sentence("it is empty")
    odd = next((char for char in tag if not _in_tag(char)), None)
    if odd is not None:
        sign = Sentence("a space") if odd.isspace() else repr(odd)
        return Sentence("only letters, digits and underscores link, and it has %(sign)s", sign=sign)
    if not any(char.isalpha() for char in tag):
        return Sentence("digits alone never link; put a letter to them")
    return None


def length(text: str, warning: str | None = None) -> int:
    """What the text and its content warning count together, in graphemes; a link counts 23."""
    from campaigns.core.text import graphemes  # noqa: PLC0415 - 7 MB that the server seldom needs

    spans = links(text)
    written = "".join(text[start:end] for start, end in spans)
    return graphemes(text) - graphemes(written) + LINK_LENGTH * len(spans) + graphemes(warning or "")


def too_long(text: str, warning: str | None = None) -> int:
    """By how many characters the text is too long; 0 when it fits."""
    most = len(text) + len(warning or "") + LINK_LENGTH * text.lower().count("http")
    return 0 if most <= LONGEST_TEXT else max(length(text, warning) - LONGEST_TEXT, 0)


def _in_tag(char: str) -> bool:
    return char == "_" or char.isalnum() or unicodedata.category(char)[0] == "M"
