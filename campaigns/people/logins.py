"""Signed in, on which browser, until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, delete, select

from campaigns.models import Login, Person
from campaigns.people.tokens import hashed, new_token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel import Session

IDLE = timedelta(days=14)
"""A browser that did not come back for this long has to sign in again."""

NOTED_EVERY = timedelta(hours=1)
"""A visit moves the end of its sign-in only this often, so that reading pages writes nothing."""

BROWSER_LENGTH = 200


def sign_in(session: Session, person: Person, browser: str, now: datetime, *, instead_of: str = "") -> str:
    """The token of a new sign-in. The one it replaces ends: nobody can plant a token before (fixation)."""
    if instead_of:
        end(session, instead_of)
    session.exec(delete(Login).where(col(Login.expires_utc) < now))
    token = new_token()
    session.add(
        Login(
            token=hashed(token),
            person_id=person.id,
            browser=browser[:BROWSER_LENGTH],
            created_utc=now,
            seen_utc=now,
            expires_utc=now + IDLE,
        )
    )
    session.flush()
    return token


def signed_in(session: Session, token: str, now: datetime) -> tuple[Person, Login] | None:
    """Whose token it is, while it lasts and while the person is there."""
    found = session.exec(
        select(Person, Login)
        .join(Login, col(Login.person_id) == Person.id)
        .where(Login.token == hashed(token), Login.expires_utc > now, col(Person.removed_utc).is_(None))
    ).first()
    return (found[0], found[1]) if found else None


def note_visit(session: Session, token: str, now: datetime) -> None:
    """Moves the end of the sign-in."""
    login = session.get(Login, hashed(token))
    if login:
        login.seen_utc, login.expires_utc = now, now + IDLE
        session.add(login)


def end(session: Session, token: str) -> None:
    session.exec(delete(Login).where(col(Login.token) == hashed(token)))


def end_all(session: Session, person_id: int, *, but: str = "") -> int:
    """Signs the person out everywhere, but for the browser with that token. Returns from how many."""
    gone = delete(Login).where(col(Login.person_id) == person_id)
    if but:
        gone = gone.where(col(Login.token) != hashed(but))
    return int(session.exec(gone).rowcount)


def of(session: Session, person_id: int, now: datetime) -> Sequence[Login]:
    """Where the person is signed in, the latest visit first."""
    return session.exec(
        select(Login)
        .where(Login.person_id == person_id, Login.expires_utc > now)
        .order_by(col(Login.seen_utc).desc())
    ).all()
