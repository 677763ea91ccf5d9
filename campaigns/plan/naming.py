"""A slug made from a title."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 56  # characters, which leaves room for a number behind it
OTHERWISE = "campaign"


def slug_from(title: str) -> str:
    """`Día de la Salud Mental 2027` becomes `dia-de-la-salud-mental-2027`; a title without a Latin letter
    or digit becomes `campaign`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = "-".join(words)
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or OTHERWISE
