from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.core.moments import utc_now
from campaigns.models import Login, Role
from campaigns.people import links, roster
from tests.factories.cast import PASSWORD
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

RIGHT = {"sign_in": "alice", "password": PASSWORD}


def link(app: FastAPI, name: str | None) -> str:
    with write_session(app.state.engine) as session:
        person = roster.known(session, name) if name else None
        return f"/link/{links.make(session, person, utc_now())}"


pytestmark = pytest.mark.usefixtures("alice")


def test_a_person_signs_in_and_comes_to_where_they_wanted(stranger: Visitor) -> None:
    wanted = stranger.get("/me")
    assert wanted.leads_to == "/sign-in?next=%2Fme"
    assert 'value="/me"' in stranger.get(wanted.leads_to).text
    answer = stranger.post("/sign-in", {**RIGHT, "next": "/me"})
    assert answer.leads_to == "/me"
    assert "My settings" in stranger.follow(answer).words


def test_signing_in_never_leads_to_another_site(stranger: Visitor) -> None:
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        assert stranger.post("/sign-in", {**RIGHT, "next": elsewhere}).leads_to == "/"


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(stranger: Visitor) -> None:
    answers = [
        stranger.post("/sign-in", {"sign_in": name, "password": "wrong wrong wrong"})
        for name in ("alice", "nobody")
    ]
    assert [answer.status for answer in answers] == [422, 422]
    assert answers[0].words.replace("alice", "") == answers[1].words.replace("nobody", "")
    assert "wrong wrong" not in answers[0].text


def test_a_sign_in_brings_a_new_cookie_that_scripts_cannot_read(stranger: Visitor) -> None:
    stranger.cookies["beacon-8420-login"] = "planted"
    answer = stranger.post("/sign-in", RIGHT)
    assert stranger.cookies["beacon-8420-login"] != "planted"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


def test_guessing_is_slowed_but_the_rightful_come_in(app: FastAPI, alice: Visitor, stranger: Visitor) -> None:
    alice.post("/sign-out")
    alice.post("/sign-in", RIGHT)  # this browser is known from now on
    for _ in range(8):
        last = stranger.post("/sign-in", {**RIGHT, "password": "a wrong password"})
    assert last.status == 429
    assert "Too many tries" in last.words
    assert stranger.post("/sign-in", RIGHT).status == 429
    alice.post("/sign-out")
    assert alice.post("/sign-in", RIGHT).status == 303
    assert Visitor(app).get("/sign-in").status == 200


def test_signing_out_ends_it_on_the_server_too(alice: Visitor) -> None:
    token = alice.cookies["beacon-8420-login"]
    assert "signed out" in alice.follow(alice.post("/sign-out")).words
    alice.cookies["beacon-8420-login"] = token
    assert alice.get("/me").status == 303


def test_a_person_ends_their_other_sign_ins(alice: Visitor, enter: Callable[..., Visitor]) -> None:
    here, there = alice, enter("Alice")
    assert "1 other browser is signed out." in here.follow(here.post("/me/sign-out-others")).words
    assert here.get("/me").status == 200
    assert there.get("/me").status == 303


def test_a_new_password_needs_the_old_one(alice: Visitor, stranger: Visitor) -> None:
    new = "another long password"
    refused = alice.post("/me/password", {"password": "not this one", "new_password": new})
    assert refused.status == 422
    assert "This is not your present password." in refused.words
    assert alice.post("/me/password", {"password": PASSWORD, "new_password": new}).status == 303
    assert stranger.post("/sign-in", RIGHT).status == 422
    assert stranger.post("/sign-in", {**RIGHT, "password": new}).status == 303


def test_a_link_is_not_used_up_by_looking_at_it(app: FastAPI, stranger: Visitor) -> None:
    path = link(app, "alice")
    for _ in range(3):
        assert "Open Beacon" in stranger.get(path).words
    assert stranger.post(path).status == 303
    assert stranger.get("/me").status == 200
    again = Visitor(app).post(path)
    assert again.status == 404
    assert "used or is too old" in again.words


def test_who_comes_by_a_link_and_has_no_password_chooses_one(app: FastAPI, stranger: Visitor) -> None:
    with write_session(app.state.engine) as session:
        owner = roster.known(session, "alice")
        roster.add(
            session, owner.organisation_id, name="Bob", sign_in="bob", role=Role.EDITOR, now=utc_now(), by="t"
        )
    assert stranger.post(link(app, "bob")).leads_to == "/me#password"
    assert "Present password" not in stranger.get("/me").words
    assert stranger.post("/me/password", {"new_password": "a password of my own"}).status == 303
    assert Visitor(app).post("/sign-in", {"sign_in": "bob", "password": "a password of my own"}).status == 303


def test_reading_pages_writes_nothing(app: FastAPI, alice: Visitor) -> None:
    def seen() -> object:
        with read_session(app.state.engine) as session:
            return session.exec(select(Login.seen_utc)).all()

    before = seen()
    alice.get("/")
    assert seen() == before
