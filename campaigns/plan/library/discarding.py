"""Throwing an image away, which only an image that nobody needs allows."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from campaigns.core.errors import Conflict
from campaigns.core.mediapaths import path_of, small_path_of
from campaigns.core.moments import utc_now
from campaigns.core.words import Counted, Sentence
from campaigns.models import Audit
from campaigns.models.tables import media, media_origin, post_media
from campaigns.plan.library.looking import drafted_by, is_on_its_way, uses_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlmodel import Session

    from campaigns.models import Media


def refuse_if_needed(session: Session, image: Media) -> None:
    """Raises `Conflict` while something needs it; asked once more in the transaction that discards it."""
    if posts := len(uses_of(session, image.id)):
        raise Conflict(
            Counted(
                "%(name)s is in %(n)s post; take it out there first.",
                "%(name)s is in %(n)s posts; take it out there first.",
                posts,
                name=_name(image),
            )
        )
    if drafted_by(session, image.organisation_id, image.id):
        raise Conflict(
            "%(name)s is in a draft that somebody is writing; take it out there first.", name=_name(image)
        )


def refuse_if_on_its_way(session: Session, image: Media) -> None:
    """Raises `Conflict` while a delivery that may still be sent holds it. Takes long: before the writing."""
    if is_on_its_way(session, image.organisation_id, image.id):
        raise Conflict(
            "%(name)s belongs to a post that is on its way; settle that post first.", name=_name(image)
        )


def discard(session: Session, image: Media, person: str) -> None:
    """Takes it out of the library; its file is `drop_file`'s, once this is committed. Raises `Conflict`."""
    refuse_if_needed(session, image)
    connection = session.connection()
    connection.execute(delete(post_media).where(post_media.c.media_id == image.id))  # of removed posts
    connection.execute(delete(media_origin).where(media_origin.c.media_id == image.id))
    connection.execute(delete(media).where(media.c.id == image.id))
    session.add(
        Audit(
            organisation_id=image.organisation_id,
            at_utc=utc_now(),
            person=person,
            action="media.delete",
            subject=str(image.id),
            detail=_name(image),
        )
    )


def known_anywhere(session: Session, digest: str) -> bool:
    """Whether any organisation's library holds these bytes."""
    return (
        session.connection().execute(select(media.c.id).where(media.c.sha256 == digest)).first() is not None
    )


def drop_file(media_dir: Path, digest: str, wanted: Callable[[], bool]) -> None:
    """Removes an image's bytes unless they are wanted.

    Moved aside first, and back if need be: who stores the same image at this moment either is seen by
    `wanted`, or finds its file gone and stores it anew.
    """
    home = path_of(media_dir, digest)
    aside = home.with_name(f".{secrets.token_hex(8)}")
    try:
        home.rename(aside)
    except FileNotFoundError:
        return
    if wanted():
        aside.rename(home)
        return
    aside.unlink()
    small_path_of(media_dir, digest).unlink(missing_ok=True)


def _name(image: Media) -> str:
    return image.name or Sentence("The image")
