"""What the next page says once: `Saved.`, with perhaps one thing to do about it."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

LONGEST = 1000  # characters, to stay well below the 4 kB of a cookie


class Tone(StrEnum):
    GOOD = "good"
    NOTE = "note"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Flash:
    text: str
    tone: Tone = Tone.GOOD
    href: str = ""  # a path of ours
    label: str = ""

    def packed(self) -> str:
        whole = asdict(self) | {"text": self.text[:LONGEST]}
        return base64.urlsafe_b64encode(json.dumps(whole, ensure_ascii=False).encode()).decode()


def unpacked(cookie: str) -> Flash | None:
    """None for what is no flash of ours."""
    try:
        fields = json.loads(base64.urlsafe_b64decode(cookie))
        flash = Flash(str(fields["text"]), Tone(fields["tone"]), str(fields["href"]), str(fields["label"]))
    except (ValueError, KeyError, TypeError):
        return None
    return flash if not flash.href or local_path(flash.href) else None


def local_path(path: str) -> bool:
    """Whether it leads to a page of ours, and not to another site by two slashes of either kind."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
