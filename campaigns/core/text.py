"""What counts as one character to a reader, and where links stand in a text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex
from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_GRAPHEME = regex.compile(r"\X")
_MAYBE_LINK = regex.compile(r"\S\.\w|://")


def grapheme_clusters(text: str) -> Iterator[str]:
    """Extended grapheme clusters (Unicode annex 29), in order."""
    return (found.group() for found in _GRAPHEME.finditer(text))


def graphemes(text: str) -> int:
    """How many characters a reader sees: a family emoji or an accented letter is one."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in grapheme_clusters(text))


def link_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the web links in a text, bare domains too: (start, end) in code points.

    A bare domain is a link when its last label is a top-level domain; mail addresses are none.
    """
    if not _MAYBE_LINK.search(text):  # most texts have no link, and looking for one takes 0.1 ms
        return []
    return [
        (match.index, match.last_index)
        for match in _linkifier().match(text) or []
        if match.schema in {"", "http:", "https:"} and text[match.last_index : match.last_index + 1] != "@"
    ]


@cache
def _linkifier() -> LinkifyIt:
    finder = LinkifyIt(options={"fuzzy_link": True, "fuzzy_email": False, "fuzzy_ip": False})
    for schema in ("//", "mailto:", "ftp:"):
        finder.add(schema, None)
    # Lower-case: linkify compares them so, and its own default of two-letter endings knows too many.
    return finder.tlds([ending.lower() for ending in TLDS])
