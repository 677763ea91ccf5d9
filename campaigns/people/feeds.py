"""Addresses that show somebody's calendar to a program that cannot sign in.

Such an address is sealed, holds whose it is and what it shows, and works as long as that person has the same
password and is not removed: nothing is stored, and a new password ends all of them.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from campaigns.core.errors import Missing, Unusable
from campaigns.core.words import N_
from campaigns.models import Person

if TYPE_CHECKING:
    from sqlmodel import Session

    from campaigns.core.vault import Vault

GONE = N_("This calendar's address is no longer good; take a new one from Beacon's calendar.")


def sealed_feed(vault: Vault, person: Person, query: str) -> str:
    """`query`: what the calendar is narrowed to, as in the address of its page."""
    return vault.seal({"feed": query, "person": person.id, "mark": _mark(person)})


def open_feed(session: Session, vault: Vault, sealed: str) -> tuple[Person, str]:
    """Whose it is, and what it is narrowed to; raises `Missing` when it is not good, or no more."""
    try:
        held = vault.open(sealed)
    except (Unusable, ValueError) as wrong:
        raise Missing(GONE) from wrong
    person = session.get(Person, held.get("person", 0))
    if person is None or person.removed_utc is not None or held.get("mark") != _mark(person):
        raise Missing(GONE)
    return person, str(held.get("feed", ""))


def _mark(person: Person) -> str:
    return sha256(f"feed\0{person.password}".encode()).hexdigest()[:16]
