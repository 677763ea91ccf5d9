"""What an install has before anybody has set anything up: one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from campaigns.core.moments import utc_now
from campaigns.core.upsert import insert_if_absent
from campaigns.models.organisation import Organisation

if TYPE_CHECKING:
    from sqlmodel import Session

SLUG = "default"


def default_organisation(session: Session) -> Organisation:
    """The organisation that owns everything until there are several; made when it is missing."""
    wanted = select(Organisation).where(Organisation.slug == SLUG)
    found = session.exec(wanted).first()
    if found is not None:
        return found
    insert_if_absent(
        session, Organisation, [{"slug": SLUG, "name": "My organisation", "created_utc": utc_now()}]
    )
    return session.exec(wanted).one()
