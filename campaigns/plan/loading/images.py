"""Images on their way in: bytes into the media folder, facts into the table, each once."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sqlalchemy import select

from campaigns.core.errors import Conflict
from campaigns.core.mediapaths import path_of
from campaigns.core.mediastore import keep_cleaned
from campaigns.core.upsert import insert_if_absent
from campaigns.models import Media
from campaigns.models.tables import media
from campaigns.plan.library.naming import MOST_NAME
from campaigns.plan.library.origins import remember_origins

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.plan.pictures import Picture
    from campaigns.plan.planning import Plan


def known_images(
    session: Session, organisation_id: int, only: Collection[str] | None = None
) -> dict[str, int]:
    """The numbers of an organisation's images, by SHA-256; `only` of these, where not all are wanted."""
    wanted = select(media.c.sha256, media.c.id).where(media.c.organisation_id == organisation_id)
    if only is not None:
        wanted = wanted.where(media.c.sha256.in_(only))
    return dict(session.execute(wanted).all())


def keep_files(plan: Plan, media_dir: Path) -> dict[str, Picture]:
    """Brings the plan's images into the media folder, each free of what a camera hides in it; returns them by
    SHA-256.

    Done before the load's transaction, it spares that the work; done twice, it works once.
    Raises `Conflict` for an image that is not the one that was checked.
    """
    distinct = {
        picture.facts.sha256: picture for match in plan.matches for picture in plan.gallery.of(match.post)
    }
    for digest, picture in distinct.items():
        home = path_of(media_dir, digest)
        if picture.source is None or home.exists():
            continue
        given, kept = keep_cleaned(media_dir, picture.source)
        if (given.sha256, kept) != (picture.given, picture.facts):
            raise Conflict(
                "The image %(file)s changed while it was being loaded; load again.", file=picture.file
            )
    return distinct


def keep_images(
    session: Session, organisation_id: int, plan: Plan, media_dir: Path, now: datetime
) -> dict[str, int]:
    """Stores what is not stored yet; returns the numbers of all of the organisation's images."""
    distinct = keep_files(plan, media_dir)
    rows = [
        {
            "organisation_id": organisation_id,
            "sha256": digest,
            "mime": picture.facts.mime,
            "size": picture.facts.size,
            "width": picture.facts.width,
            "height": picture.facts.height,
            "name": PurePosixPath(picture.file).name[:MOST_NAME],
            "alt": picture.alt,
            "created_utc": now,
        }
        for digest, picture in distinct.items()
    ]
    insert_if_absent(session, Media, rows)
    numbers = known_images(session, organisation_id)
    origins = {
        (origin, numbers[picture.facts.sha256])
        for match in plan.matches
        for picture in plan.gallery.of(match.post)
        for origin in (picture.given, picture.facts.sha256)
        if picture.source
    }
    remember_origins(session, organisation_id, origins)
    return numbers
