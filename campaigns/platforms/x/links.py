"""Where X sees links: with or without a scheme, as twitter-text 3 finds them.

Source: the grammar in twitter-text's `js/src/regexp` (valid URL, domain, path, query) and the list
of top-level domains that comes with linkify-it-py.
"""

from __future__ import annotations

from functools import cache

import regex
from linkify_it.tlds import TLDS

_MAYBE = regex.compile(r"\w\.\w")  # most texts have no link, and looking for one takes 0.05 ms
_LETTER = r"a-z0-9\p{Latin}"
_LABEL = rf"[{_LETTER}](?:[{_LETTER}_-]*[{_LETTER}])?"
_ANY_LABEL = r"[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}])?"
_PATH_CHAR = rf"[{_LETTER}\p{{Cyrillic}}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_BALANCED = rf"\({_PATH_CHAR}*(?:\({_PATH_CHAR}+\){_PATH_CHAR}*)?\)"
_PATH_END = rf"(?:[{_LETTER}\p{{Cyrillic}}+\-=_#/]|{_BALANCED})"
_PATH = rf"(?:(?:{_PATH_CHAR}|{_BALANCED})*{_PATH_END})?"
_QUERY = r"\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@]*[a-z0-9\-_&=#/]"
_TAIL = rf"(?=[^0-9a-z@+\-]|$)(?::\d+)?(?:/{_PATH})?(?:{_QUERY})?"
_LINK = (
    r"(?<![a-z0-9@\uff20$#\uff03\u202a-\u202e])"
    rf"(?:https?://(?:{_ANY_LABEL}\.)+(?:\L<endings>){_TAIL}"
    rf"|(?<![-_./])(?:{_LABEL}\.)+(?:\L<latin>){_TAIL})"
)


def links(text: str) -> list[tuple[int, int]]:
    """Spans of the links, (start, end) in code points; each counts the same, however long it is."""
    return [found.span() for found in _pattern().finditer(text)] if _MAYBE.search(text) else []


@cache
def _pattern() -> regex.Pattern[str]:
    latin = [ending.lower() for ending in TLDS]
    native = [ending.encode().decode("idna") for ending in latin if ending.startswith("xn--")]
    return regex.compile(_LINK, regex.IGNORECASE | regex.VERSION1, endings=latin + native, latin=latin)
