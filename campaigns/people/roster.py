"""Who is in: people join, change what is theirs, and leave."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlmodel import col, func, select

from campaigns.core.errors import Conflict, Misuse
from campaigns.core.zones import zone_names
from campaigns.models import Audit, Person, Role
from campaigns.people import logins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

NAME_LENGTH = SIGN_IN_LENGTH = 200
_SIGN_IN = re.compile(r"[^\s/\\]+")


def canonical(sign_in: str) -> str:
    """Two spellings of one sign-in name are one: capitals and Unicode forms do not count."""
    return unicodedata.normalize("NFKC", sign_in).strip().casefold()


def add(
    session: Session,
    organisation_id: int,
    *,
    name: str,
    sign_in: str,
    role: Role,
    now: datetime,
    by: str,
    password: str = "",
    timezone: str = "",
) -> Person:
    """A new person; `password` is its hash. Without one they come in by a one-time link and choose one.

    Raises `Misuse` for a name that cannot be, `Conflict` when the sign-in name is taken.
    """
    sign_in = canonical(sign_in)
    if not _SIGN_IN.fullmatch(sign_in) or len(sign_in) > SIGN_IN_LENGTH:
        raise Misuse(
            "A sign-in name is an e-mail address or a name without spaces, such as ana or ana@example.org."
        )
    if find(session, sign_in):
        raise Conflict(
            "Somebody signs in as %(sign_in)s already; choose another sign-in name.", sign_in=sign_in
        )
    person = Person(
        organisation_id=organisation_id,
        name=proper_name(name),
        sign_in=sign_in,
        password=password,
        role=role,
        timezone=proper_zone(timezone),
        created_utc=now,
    )
    session.add(person)
    session.flush()
    _note(session, person, "person.add", now, by, role)
    return person


def find(session: Session, sign_in: str) -> Person | None:
    """Somebody who is in, by sign-in name."""
    return session.exec(
        select(Person).where(Person.sign_in == canonical(sign_in), col(Person.removed_utc).is_(None))
    ).first()


def known(session: Session, sign_in: str) -> Person:
    """Raises `Misuse` naming those there are."""
    if person := find(session, sign_in):
        return person
    names = ", ".join(person.sign_in for person in listing(session)) or "nobody yet"
    raise Misuse("Nobody signs in as %(sign_in)s; there are: %(names)s.", sign_in=sign_in, names=names)


def listing(session: Session, organisation_id: int | None = None) -> Sequence[Person]:
    """Everybody who is in, by name."""
    wanted = select(Person).where(col(Person.removed_utc).is_(None)).order_by(Person.name, Person.sign_in)
    if organisation_id is not None:
        wanted = wanted.where(Person.organisation_id == organisation_id)
    return session.exec(wanted).all()


def remove(session: Session, person: Person, now: datetime, by: str) -> None:
    """Signs the person out everywhere and lets them in no more; what they did stays recorded.

    Raises `Conflict` for the last owner: nobody could let anybody in after.
    """
    if person.role == Role.OWNER and _owners(session, person.organisation_id) == 1:
        raise Conflict("%(name)s is the only owner; make somebody else an owner first.", name=person.name)
    logins.end_all(session, person.id)
    person.removed_utc = now
    person.sign_in = f"removed {person.id} {person.sign_in}"[:SIGN_IN_LENGTH]  # frees the name
    person.password = ""
    session.add(person)
    _note(session, person, "person.remove", now, by)


def change_password(session: Session, person: Person, password: str, now: datetime, *, keep: str) -> int:
    """To the one with this hash. Signs out every browser but the one with the token `keep`, since somebody
    else may have known the old one. Returns how many."""
    person.password = password
    session.add(person)
    _note(session, person, "person.password", now, person.name)
    return logins.end_all(session, person.id, but=keep)


def proper_name(name: str) -> str:
    """Raises `Misuse` when it is empty or too long."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Misuse("A name has 1 to %(most)s characters.", most=NAME_LENGTH)
    return name


def proper_zone(zone: str) -> str:
    """Raises `Misuse` for a zone that nobody knows; empty means the install's."""
    if zone and zone not in zone_names():
        raise Misuse("There is no time zone %(zone)s; choose one such as Europe/London.", zone=repr(zone))
    return zone


def _owners(session: Session, organisation_id: int) -> int:
    return session.exec(
        select(func.count())
        .select_from(Person)
        .where(
            Person.organisation_id == organisation_id,
            Person.role == Role.OWNER,
            col(Person.removed_utc).is_(None),
        )
    ).one()


def _note(session: Session, person: Person, action: str, now: datetime, by: str, detail: str = "") -> None:
    session.add(
        Audit(
            organisation_id=person.organisation_id,
            at_utc=now,
            person=by,
            action=action,
            subject=person.sign_in,
            detail=detail,
        )
    )
