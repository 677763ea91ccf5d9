"""Who may do what: one table. Every page and command that changes something asks here first."""

from __future__ import annotations

from enum import StrEnum

from campaigns.core.errors import Forbidden, Missing
from campaigns.core.words import N_, Sentence
from campaigns.models import Person, Role


class Verb(StrEnum):
    """Each is named by what its refusal says."""

    LOOK = N_("look at this")
    WRITE = N_("write posts and campaigns")
    SETTLE = N_("decide about posts that go out")
    PAUSE = N_("pause")
    CONNECT = N_("connect accounts")
    MANAGE = N_("manage people")


_EDITORS = frozenset({Role.OWNER, Role.EDITOR})
_OWNERS = frozenset({Role.OWNER})

ALLOWED = {
    Verb.LOOK: frozenset(Role),
    Verb.WRITE: _EDITORS,
    Verb.SETTLE: _EDITORS,
    Verb.PAUSE: _EDITORS,
    Verb.CONNECT: _OWNERS,
    Verb.MANAGE: _OWNERS,
}


def may(person: Person, verb: Verb) -> bool:
    """Within the person's own organisation."""
    return person.removed_utc is None and person.role in ALLOWED[verb]


def require(person: Person, verb: Verb, organisation_id: int) -> None:
    """Raises `Missing` for another organisation's things, so that nobody learns that they exist, and
    `Forbidden` when the person's role does not allow the verb."""
    if person.organisation_id != organisation_id:
        raise Missing("There is nothing here under that name; it may have been removed.")
    if not may(person, verb):
        raise Forbidden(
            "As %(role)s you may not %(verb)s; an owner can do it, or give you another role.",
            role=Sentence(person.role),
            verb=Sentence(verb),
        )
