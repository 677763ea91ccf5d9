"""The calendar for other calendars: as a file, and at an address for programs that cannot sign in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.people import roster
from campaigns.people.passwords import hash_password
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.support.visitor import Visitor

SOON = (utc_now() + timedelta(days=3)).replace(microsecond=0)


@pytest.fixture
def planned(app: FastAPI) -> None:
    """A post that waits, and one that is held."""
    with write_session(app.state.engine) as session:
        owner = make_organisation(session)
        campaign, account = make_campaign(session, owner.id), make_account(session, owner)
        make_delivery(session, campaign, account, "You matter; all of you", due=SOON)
        make_delivery(session, campaign, account, "Held back", due=SOON + timedelta(days=1), state="held")


def subscribed(visitor: Visitor, query: str = "") -> str:
    """The path of the address that the page tells."""
    found = re.search(r'readonly value="([^"]*)"', visitor.get(f"/calendar/subscribe?{query}").text)
    assert found
    return urlsplit(found[1]).path


@pytest.mark.usefixtures("planned")
def test_the_days_that_are_looked_at_are_taken_along(alice: Visitor) -> None:
    page = alice.get(f"/calendar?day={SOON.date()}&state=held")
    assert f'href="/calendar.ics?day={SOON.date()}&amp;state=held"' in page.text
    events = alice.get(f"/calendar.ics?view=day&day={SOON.date()}")
    assert events.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}\r\n" in events.text
    assert "SUMMARY:practice: You matter\\; all of you\r\n" in events.text
    assert "Held back" not in events.text


@pytest.mark.usefixtures("planned")
def test_a_calendar_program_reads_what_was_filtered_without_signing_in(
    alice: Visitor, stranger: Visitor
) -> None:
    everything = stranger.get(subscribed(alice))
    assert everything.text.count("BEGIN:VEVENT") == 2
    held = stranger.get(subscribed(alice, "state=held"))
    assert held.text.count("BEGIN:VEVENT") == 1
    assert "Held back" in held.text


@pytest.mark.usefixtures("planned")
def test_charlies_address_shows_nothing_of_alices(charlie: Visitor, stranger: Visitor) -> None:
    assert "BEGIN:VEVENT" not in stranger.get(subscribed(charlie, "campaign=hope")).text
    assert "BEGIN:VEVENT" not in charlie.get(f"/calendar.ics?day={SOON.date()}").text


@pytest.mark.usefixtures("planned")
def test_a_new_password_or_leaving_ends_an_address(app: FastAPI, alice: Visitor, stranger: Visitor) -> None:
    path = subscribed(alice)
    _change(app, password=hash_password("another horse battery"))
    assert stranger.get(path).status == 404
    path = subscribed(alice)
    assert stranger.get(path).status == 200
    _change(app, removed_utc=utc_now())
    assert stranger.get(path).status == 404


def _change(app: FastAPI, **values: Any) -> None:
    with write_session(app.state.engine) as session:
        person = roster.find(session, "Alice")
        assert person
        for name, value in values.items():
            setattr(person, name, value)
        session.add(person)


def test_an_address_that_was_tampered_with_says_so_in_a_sentence(
    app: FastAPI, alice: Visitor, stranger: Visitor
) -> None:
    path = subscribed(alice)
    sealed = app.state.vault.seal({"token": "an account's"})
    for wrong in (
        path.replace("/feeds/g", "/feeds/h"),
        "/feeds/x.ics",
        f"/feeds/{sealed}.ics",
        "/feeds/é.ics",
    ):
        answer = stranger.get(wrong)
        assert answer.status == 404
        assert "no longer good" in answer.words
