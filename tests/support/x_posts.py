"""Posts for X, with images drawn for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from campaigns.platforms.contract import MediaFile, Outgoing
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path


def outgoing(text: str = "Who will you call today? #TimeToTalk", key: str = "k1", **more: Any) -> Outgoing:
    more.setdefault("frozen", {"first_intent": datetime.now(UTC).isoformat()})
    return Outgoing(key=key, text=text, **more)


def picture(path: Path, number: int = 7) -> MediaFile:
    drawn = draw(path / f"door{number}.png", shade=number)
    return MediaFile(number, drawn, "image/png", f"Door {number}", drawn.stat().st_size, 8, 6)
