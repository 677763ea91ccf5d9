"""What `beacon person` does: add, list, link, remove."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from campaigns.cli.install import open_install
from campaigns.cli.output import print_json, say, table
from campaigns.core.errors import Misuse
from campaigns.core.moments import iso_z, utc_now
from campaigns.models import Role
from campaigns.models.defaults import default_organisation
from campaigns.people import links, roster

if TYPE_CHECKING:
    from campaigns.models import Person
    from config.settings import Settings


def add(sign_in: str, name: str, role: str, by: str, *, as_json: bool) -> None:
    """Raises `Misuse` for an unknown role, `Conflict` for a name that is taken."""
    if role not in set(Role):
        raise Misuse(f"There is no role {role!r}; there are: {', '.join(Role)}.")
    now = utc_now()
    with open_install() as install, install.writing() as session:
        person = roster.add(
            session,
            default_organisation(session).id,
            name=name,
            sign_in=sign_in,
            role=Role(role),
            now=now,
            by=by,
        )
        url = install.settings.link(links.make(session, person, now))
        shown = {**_as_json(person), "link": url}
    if as_json:
        print_json(shown)
    else:
        say(f"{shown['name']} may sign in as {shown['sign_in']} ({role}). This link works once, for a day:")
        say(url)


def show_all(*, as_json: bool) -> None:
    with open_install() as install, install.reading() as session:
        people = [_as_json(person) for person in roster.listing(session)]
    if as_json:
        print_json(people)
        return
    table(
        ["SIGN-IN", "NAME", "ROLE"],
        [[one["sign_in"], one["name"], one["role"]] for one in people],
        empty="Nobody yet: `beacon up` prints the link that makes the first owner.",
    )


def link(sign_in: str, *, as_json: bool) -> None:
    """Raises `Misuse` when nobody signs in so."""
    with open_install() as install, install.writing() as session:
        person = roster.known(session, sign_in)
        url = install.settings.link(links.make(session, person, utc_now()))
    if as_json:
        print_json({"sign_in": person.sign_in, "link": url})
    else:
        say(url)


def remove(sign_in: str, by: str, *, yes: bool, as_json: bool) -> None:
    """Raises `Misuse` when nobody signs in so, `Conflict` for the only owner."""
    with open_install() as install, install.writing() as session:
        person = roster.known(session, sign_in)
        if not yes and not as_json:
            if not sys.stdin.isatty():
                raise Misuse(f"Removing {person.name} needs --yes here, since nobody can be asked.")
            typer.confirm(f"Remove {person.name}?", abort=True, err=True)
        roster.remove(session, person, utc_now(), by)
    if as_json:
        print_json({"removed": sign_in})
    else:
        say(f"{person.name} is removed and signed out everywhere.")


def first_link(settings: Settings) -> str | None:
    """The link that makes the first owner; None once somebody may sign in."""
    with open_install(settings) as install, install.writing() as session:
        return None if links.anybody(session) else settings.link(links.make(session, None, utc_now()))


def _as_json(person: Person) -> dict[str, Any]:
    return {
        "sign_in": person.sign_in,
        "name": person.name,
        "role": person.role,
        "since": iso_z(person.created_utc),
    }
