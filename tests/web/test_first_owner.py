from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.people import links
from tests.factories.cast import PASSWORD
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from fastapi import FastAPI

FORM = {"name": "Alice", "sign_in": "alice", "password": PASSWORD, "timezone": "Europe/London"}


def welcome(app: FastAPI) -> str:
    with write_session(app.state.engine) as session:
        return f"/welcome/{links.make(session, None, utc_now())}"


def test_only_one_of_two_becomes_the_first_owner(app: FastAPI, stranger: Visitor) -> None:
    path = welcome(app)
    assert stranger.post(path, FORM).leads_to == "/begin"
    assert Visitor(app).post(path, {**FORM, "sign_in": "mallory"}).status == 404


def test_a_refused_form_does_not_use_up_the_link(app: FastAPI, stranger: Visitor) -> None:
    path = welcome(app)
    for wrong in ({"password": "short"}, {"sign_in": "a b"}, {"timezone": "Mars/Base"}, {"name": " "}):
        assert stranger.post(path, {**FORM, **wrong}).status == 422
    assert stranger.post(path, FORM).leads_to == "/begin"


def test_an_install_without_people_says_how_to_begin(stranger: Visitor) -> None:
    assert "beacon up" in stranger.follow(stranger.get("/")).words
