"""The cast of the tests: an organisation and the accounts it speaks through."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from campaigns.models import Account, Organisation
from campaigns.models.defaults import default_organisation

if TYPE_CHECKING:
    from sqlmodel import Session

BORN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def make_organisation(session: Session, slug: str = "default") -> Organisation:
    """The named organisation, flushed; `default` is the one every command works in."""
    if slug == "default":
        return default_organisation(session)
    organisation = Organisation(slug=slug, name=slug.title(), created_utc=BORN)
    session.add(organisation)
    session.flush()
    return organisation


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
