"""Which file became which image: what came in had more in it than the picture, and so another hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, select

from campaigns.core.mediastore import Facts
from campaigns.core.upsert import insert_if_absent
from campaigns.models import Media, MediaOrigin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlmodel import Session


def became(session: Session, organisation_id: int, sha256: str) -> Media | None:
    """The image that a file of this hash became when it came before; also by the hash of what is kept."""
    return session.exec(
        select(Media)
        .join(MediaOrigin, col(MediaOrigin.media_id) == Media.id)
        .where(col(MediaOrigin.organisation_id) == organisation_id, col(MediaOrigin.sha256) == sha256)
    ).first()


def facts_it_became(session: Session, organisation_id: int, sha256: str) -> Facts | None:
    found = became(session, organisation_id, sha256)
    if found is None:
        return None
    return Facts(found.sha256, found.mime, found.size, found.width, found.height)


def remember_origins(session: Session, organisation_id: int, origins: Iterable[tuple[str, int]]) -> None:
    """Each a hash and the number of the image; those that are known stay as they are."""
    rows = [
        {"organisation_id": organisation_id, "sha256": sha256, "media_id": number}
        for sha256, number in sorted(origins)
    ]
    insert_if_absent(session, MediaOrigin, rows)
