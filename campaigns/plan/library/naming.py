"""What an image is called, and what it shows in words."""

from __future__ import annotations

from campaigns.core.errors import Misuse

MOST_ALT = 5000  # characters; no platform takes more
MOST_NAME = 200


def proper_alt(alt: str) -> str:
    """Without blanks around it. Raises `Misuse` when it is too long."""
    alt = alt.replace("\r\n", "\n").replace("\0", "").strip()
    if len(alt) > MOST_ALT:
        raise Misuse(
            "This alt text has %(alt)s characters; %(most)s are kept, and platforms take fewer.",
            alt=len(alt),
            most=MOST_ALT,
        )
    return alt


def proper_file_name(name: str) -> str:
    """The last part of a path of either kind, in characters that can be seen; some name for none.

    What reverses the direction of writing, to show `exe.gnp` as `png.exe`, goes too.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(character for character in last if character.isprintable()).strip()
    return seen[:MOST_NAME] or "image"
