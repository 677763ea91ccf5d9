"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
MOST_PIECES = 4000  # comparing takes the square of it; longer texts are shown whole


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces in reading order: ("", kept), ("del", only before), ("ins", only after)."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > MOST_PIECES:
        return [("del", before), ("ins", after)]
    told: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            told.append(("", "".join(old[a:b])))
            continue
        if b > a:
            told.append(("del", "".join(old[a:b])))
        if d > c:
            told.append(("ins", "".join(new[c:d])))
    return told
