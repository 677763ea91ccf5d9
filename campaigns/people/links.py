"""Links that let in once: the first owner of an install, or a person who cannot sign in otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, delete, or_, select, update

from campaigns.core.errors import Missing
from campaigns.core.words import N_
from campaigns.models import OneTimeLink, Person
from campaigns.people.tokens import hashed, new_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

LASTS = timedelta(days=1)

GONE = N_(
    "This link has been used or is too old; make a new one with `beacon person link`, "
    "or start `beacon up` again."
)


def make(session: Session, person: Person | None, now: datetime, lasts: timedelta = LASTS) -> str:
    """The token of a new link, for this person, or (None) for whoever sets the install up.

    Earlier links of the same kind end, as do all that are too old.
    """
    whose = (
        col(OneTimeLink.person_id).is_(None) if person is None else col(OneTimeLink.person_id) == person.id
    )
    session.exec(delete(OneTimeLink).where(or_(whose, col(OneTimeLink.expires_utc) < now)))
    token = new_token()
    session.add(
        OneTimeLink(
            token=hashed(token),
            person_id=person.id if person else None,
            created_utc=now,
            expires_utc=now + lasts,
        )
    )
    session.flush()
    return token


def look(session: Session, token: str, now: datetime) -> Person | None:
    """Whom the link lets in, None: whoever sets up. Raises `Missing` when it lets nobody in."""
    link = session.exec(
        select(OneTimeLink).where(
            OneTimeLink.token == hashed(token),
            col(OneTimeLink.used_utc).is_(None),
            OneTimeLink.expires_utc > now,
        )
    ).first()
    if link is None:
        raise Missing(GONE)
    if link.person_id is None:
        if anybody(session):
            raise Missing(GONE)
        return None
    person = session.get_one(Person, link.person_id)
    if person.removed_utc is not None:
        raise Missing(GONE)
    return person


def use(session: Session, token: str, now: datetime) -> Person | None:
    """As `look`, and the link is used up; of two who come at once, one wins."""
    person = look(session, token, now)
    won = session.exec(
        update(OneTimeLink)
        .where(col(OneTimeLink.token) == hashed(token), col(OneTimeLink.used_utc).is_(None))
        .values(used_utc=now)
    )
    if not won.rowcount:
        raise Missing(GONE)
    return person


def anybody(session: Session) -> bool:
    """Whether the install has a person who can sign in."""
    return (
        session.exec(select(Person.id).where(col(Person.removed_utc).is_(None)).limit(1)).first() is not None
    )
