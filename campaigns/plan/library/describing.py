"""What an image shows, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.moments import utc_now
from campaigns.models import Audit
from campaigns.plan.library.naming import proper_alt

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.models import Media

DETAIL = 2000  # characters that the audit trail keeps


def describe(session: Session, image: Media, alt: str, person: str) -> None:
    """The alt text that posts are offered from now on; those there are keep theirs. Raises `Misuse`."""
    before, image.alt = image.alt, proper_alt(alt)
    if before == image.alt:
        return
    session.add(image)
    session.add(
        Audit(
            organisation_id=image.organisation_id,
            at_utc=utc_now(),
            person=person,
            action="media.describe",
            subject=str(image.id),
            detail=f"{before} -> {image.alt}"[:DETAIL],
        )
    )
