from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.core.errors import Conflict, Forbidden, Missing, Misuse
from campaigns.models import Login, OneTimeLink, Person, Role
from campaigns.people import links, logins, roster
from campaigns.people.passwords import hash_password, matches
from campaigns.people.permissions import ALLOWED, Verb, may, require
from tests.factories.cast import make_organisation

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

NOW = datetime(2027, 10, 1, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make(session: Session, name: str = "Alice", role: Role = Role.OWNER, **more: str) -> Person:
    organisation = make_organisation(session, more.pop("organisation", "default"))
    values = {"sign_in": name.lower(), **more}
    return roster.add(session, organisation.id, name=name, role=role, now=NOW, by="test", **values)


def test_a_password_opens_only_for_its_own_person(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session, password=hash_password(PASSWORD))
        assert alice.password.startswith("$argon2id$")
        assert matches(PASSWORD, alice.password)
        assert not matches(PASSWORD + " ", alice.password)
        assert not matches("", alice.password)


def test_nobody_comes_in_by_password_who_has_none() -> None:
    assert not matches("", "")
    assert not matches(PASSWORD, "")


@pytest.mark.parametrize("password", ["short", "x" * 1001])
def test_a_password_that_is_too_short_or_too_long_is_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(Misuse, match="characters"):
        hash_password(password)


def test_a_sign_in_name_is_taken_whatever_its_capitals(engine: Engine) -> None:
    with write_session(engine) as session:
        make(session, sign_in="Alice@Example.org")
        with pytest.raises(Conflict, match=r"alice@example\.org"):
            make(session, name="Another", sign_in=" ALICE@example.ORG ")
        assert roster.find(session, "alice@EXAMPLE.org")


def test_a_signed_in_browser_is_known_until_it_stays_away(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        token = logins.sign_in(session, alice, "Firefox", NOW)
        almost = NOW + logins.IDLE - timedelta(seconds=1)
        found = logins.signed_in(session, token, almost)
        assert found
        assert found[0].id == alice.id
        logins.note_visit(session, token, almost)
        assert logins.signed_in(session, token, almost + logins.IDLE / 2)
        assert logins.signed_in(session, token, almost + logins.IDLE) is None


def test_the_token_itself_stands_nowhere_in_the_database(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        tokens = {logins.sign_in(session, alice, "", NOW), links.make(session, alice, NOW)}
    with read_session(engine) as session:
        stored = {*session.exec(select(Login.token)), *session.exec(select(OneTimeLink.token))}
    assert not stored & tokens
    assert len(stored) == 2


def test_signing_in_ends_the_sign_in_that_the_browser_brought(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        before = logins.sign_in(session, alice, "", NOW)
        after = logins.sign_in(session, alice, "", NOW, instead_of=before)
        assert logins.signed_in(session, before, NOW) is None
        assert logins.signed_in(session, after, NOW)


def test_a_new_password_signs_out_every_other_browser(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        here, there = (logins.sign_in(session, alice, "", NOW) for _ in range(2))
        assert (
            roster.change_password(session, alice, hash_password("another long password"), NOW, keep=here)
            == 1
        )
        assert logins.signed_in(session, here, NOW)
        assert logins.signed_in(session, there, NOW) is None


def test_who_was_removed_is_out_everywhere_and_the_name_is_free_again(engine: Engine) -> None:
    with write_session(engine) as session:
        make(session)
        bob = make(session, "Bob", Role.EDITOR)
        token, link = logins.sign_in(session, bob, "", NOW), links.make(session, bob, NOW)
        roster.remove(session, bob, NOW, "Alice")
        assert logins.signed_in(session, token, NOW) is None
        with pytest.raises(Missing):
            links.use(session, link, NOW)
        make(session, "Bob", Role.EDITOR)


def test_the_last_owner_cannot_be_removed(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        make(session, "Bob", Role.EDITOR)
        with pytest.raises(Conflict, match="only owner"):
            roster.remove(session, alice, NOW, "Alice")


def test_a_link_lets_in_once(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        token = links.make(session, alice, NOW)
        person = links.use(session, token, NOW)
        assert person
        assert person.id == alice.id
        with pytest.raises(Missing, match="used or is too old"):
            links.use(session, token, NOW)


def test_a_link_grows_old_and_a_newer_one_replaces_it(engine: Engine) -> None:
    with write_session(engine) as session:
        alice = make(session)
        old = links.make(session, alice, NOW)
        with pytest.raises(Missing):
            links.look(session, old, NOW + links.LASTS)
        links.make(session, alice, NOW)
        with pytest.raises(Missing):
            links.look(session, old, NOW)


def test_the_link_that_sets_an_install_up_is_dead_once_somebody_is_in(engine: Engine) -> None:
    with write_session(engine) as session:
        token = links.make(session, None, NOW)
        assert links.look(session, token, NOW) is None
        make(session)
        with pytest.raises(Missing):
            links.use(session, token, NOW)


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.OWNER, set(Verb)),
        (Role.EDITOR, {Verb.LOOK, Verb.WRITE, Verb.SETTLE, Verb.PAUSE}),
        (Role.VIEWER, {Verb.LOOK}),
    ],
)
def test_each_role_may_do_what_the_table_says(engine: Engine, role: Role, verbs: set[Verb]) -> None:
    with write_session(engine) as session:
        person = make(session, role=role)
    assert {verb for verb in Verb if may(person, verb)} == verbs
    for verb in set(Verb) - verbs:
        with pytest.raises(Forbidden, match=f"As {role} you may not {verb}"):
            require(person, verb, person.organisation_id)


def test_charlie_of_another_organisation_learns_not_even_that_something_exists(engine: Engine) -> None:
    with write_session(engine) as session:
        alice, charlie = make(session), make(session, "Charlie", organisation="elsewhere")
    for verb in Verb:
        with pytest.raises(Missing):
            require(charlie, verb, alice.organisation_id)


def test_every_verb_has_its_line_in_the_table() -> None:
    assert set(ALLOWED) == set(Verb)
