"""The cast of the tests: an organisation, its people, and the accounts it speaks through."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from campaigns.core.moments import utc_now
from campaigns.models import Account, Organisation, Role
from campaigns.models.defaults import default_organisation
from campaigns.people import roster
from campaigns.people.passwords import hash_password

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.models import Person

PASSWORD = "correct horse battery"
BORN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def make_organisation(session: Session, slug: str = "default") -> Organisation:
    """The named organisation, flushed; `default` is the one every command works in."""
    if slug == "default":
        return default_organisation(session)
    organisation = Organisation(slug=slug, name=slug.title(), created_utc=BORN)
    session.add(organisation)
    session.flush()
    return organisation


def make_person(
    session: Session,
    name: str = "Alice",
    role: Role = Role.OWNER,
    *,
    organisation: str = "default",
    timezone: str = "Europe/London",
    **more: Any,
) -> Person:
    """Somebody who may sign in with PASSWORD, under the name in lower case; who is there already, as they
    are."""
    return roster.find(session, name) or roster.add(
        session,
        make_organisation(session, organisation).id,
        name=name,
        sign_in=name,
        role=role,
        now=utc_now(),
        by="test",
        password=_hashed(),
        timezone=timezone,
        **more,
    )


@cache
def _hashed() -> str:
    """Once: it is meant to take long."""
    return hash_password(PASSWORD)


def make_account(
    session: Session,
    organisation: Organisation,
    platform: str = "practice",
    name: str | None = None,
    **more: Any,
) -> Account:
    """An account that is ready to post, flushed; its name is its platform unless given."""
    account = Account(
        **{
            "organisation_id": organisation.id,
            "platform": platform,
            "name": name or platform,
            "server": "http://127.0.0.1:8421",
            "handle": f"{name or platform}@example.org",
            "created_utc": BORN,
            **more,
        }
    )
    session.add(account)
    session.flush()
    return account
