"""Comparing a text that was sent with the same text as X shows it.

X escapes &, < and >, replaces every link by a t.co address, and adds one for the media.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from campaigns.platforms.x.links import links

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEDIA = re.compile(r"/status/\d+/(photo|video)/\d+$")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def is_same(sent: str, post: Mapping[str, Any]) -> bool:
    """Whether this post of the v2 API, with its `entities`, has the text that was sent."""
    return _as_sent(sent) == _as_shown(post)


def replied_to(post: Mapping[str, Any]) -> str | None:
    """The id of the post that this one answers."""
    for reference in post.get("referenced_tweets") or ():
        if reference.get("type") == "replied_to":
            return str(reference["id"])
    return None


def _as_sent(text: str) -> str:
    text = normalize("NFC", text)
    pieces, end = [], 0
    for start, stop in links(text):
        pieces += [text[end:start], _bare(text[start:stop])]
        end = stop
    return _spaced("".join([*pieces, text[end:]]))


def _as_shown(post: Mapping[str, Any]) -> str:
    text = str(post.get("text") or "")
    for link in (post.get("entities") or {}).get("urls") or ():
        target = str(link.get("expanded_url") or "")
        text = text.replace(str(link["url"]), "" if _MEDIA.search(target) else _bare(target))
    return _spaced(normalize("NFC", html.unescape(text)))


def _bare(link: str) -> str:
    """Without the scheme and the last slash, which X adds where they were not written."""
    return _SCHEME.sub("", link).rstrip("/").casefold()


def _spaced(text: str) -> str:
    return " ".join(text.split())
