"""The calendar narrowed: to a zone, a campaign, an account, a state, a language, and to what is one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.models import Campaign, Delivery
from tests.factories.cast import make_organisation
from tests.factories.deliveries import make_campaign
from tests.support.calendars import cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.support.visitor import Visitor


def test_any_audiences_zone_can_be_chosen_and_is_named(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("Good morning", "2027-10-10 22:00")
    for view in ("month", "week", "list", "day"):
        page = alice.get(f"/calendar?view={view}&day=2027-10-11&zone=Asia/Tokyo")
        assert "Times are Tokyo time." in page.words
        assert "07:00" in page.words
        assert "Good morning" in page.words


def test_a_zone_is_chosen_from_all_there_are_and_the_view_stays(alice: Visitor) -> None:
    page = alice.get("/calendar/zone?view=week&day=2027-10-11&campaign=hope")
    assert '<option value="Asia/Tokyo">' in page.text
    assert '<input type="hidden" name="view" value="week">' in page.text
    assert '<input type="hidden" name="campaign" value="hope">' in page.text


def test_it_narrows_to_a_campaign_an_account_a_state_and_a_language(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    plan("English", "2027-10-10 08:00", "practice")
    plan("Deutsch", "2027-10-10 09:00", "practice", language="de")
    plan("Elsewhere", "2027-10-10 10:00", "other", slug="care")
    plan("Held back", "2027-10-10 11:00", "practice", "other", state="held")
    with write_session(app.state.engine) as session:
        for campaign in session.exec(select(Campaign)):
            campaign.languages = ["en", "de"]
            session.add(campaign)

    def found(query: str) -> set[str]:
        words = cell(alice.get(f"/calendar?day=2027-10-10&{query}"), "2027-10-10")
        return {text for text in ("English", "Deutsch", "Elsewhere", "Held back") if text in words}

    assert found("campaign=care") == {"Elsewhere"}
    assert found("account=other") == {"Elsewhere", "Held back"}
    assert found("state=held") == {"Held back"}
    assert found("language=de") == {"Deutsch"}
    assert found("language=en&account=practice") == {"English", "Held back"}
    for nothing in ("campaign=nope", "account=nope", "campaign=nope&account=practice"):
        page = alice.get(f"/calendar?day=2027-10-10&{nothing}")
        assert "it may have been removed" in page.words
        assert found(nothing) == set()


def test_the_fields_of_the_filter_come_when_asked_for_and_stay_while_something_is_filtered(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    plan("A post", "2027-10-10 08:00")
    month = alice.get("/calendar?day=2027-10-10")
    assert 'id="filter"' not in month.text
    assert "/calendar?day=2027-10-10&amp;filter=open#filter" in month.text
    for query in ("filter=open", "state=held", "account=practice", "zone=Asia/Tokyo"):
        page = alice.get(f"/calendar?day=2027-10-10&{query}").text
        assert '<details class="filter" id="filter" open>' in page
        assert '<select id="campaign" name="campaign">' in page
        assert "filter=open" not in page, "what comes next is shown with the fields folded again"


def test_what_was_cancelled_everywhere_is_left_out_until_it_is_asked_for(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    plan("Gone", "2027-10-10 08:00", "practice", "other", state="cancelled")
    half = plan("Half", "2027-10-10 09:00", "practice", "other")
    with write_session(app.state.engine) as session:
        session.get_one(Delivery, half).state = "cancelled"
    page = alice.get("/calendar?day=2027-10-10")
    assert "1 post." in page.words
    assert "Gone" not in cell(page, "2027-10-10")
    assert "Half" in cell(page, "2027-10-10")
    assert "Gone" in cell(alice.get("/calendar?day=2027-10-10&state=cancelled"), "2027-10-10")


def test_awareness_days_are_a_quiet_layer_that_can_be_hidden(app: FastAPI, alice: Visitor) -> None:
    page = alice.get("/calendar?day=2027-10-10")
    assert "World Mental Health Day" in cell(page, "2027-10-10")
    assert "Around this time:" in page.words
    assert "World Mental Health Day" not in alice.get("/calendar?day=2027-10-10&days=off").words
    assert "Blue Monday" not in alice.get("/calendar?day=2027-01-18").words
    assert "Time to Talk Day (check the date)" in cell(alice.get("/calendar?day=2027-02-01"), "2027-02-04")
    with write_session(app.state.engine) as session:
        make_campaign(session, make_organisation(session).id).regions = ["US"]
    page = alice.get("/calendar?day=2027-02-01&campaign=hope")
    assert "Time to Talk Day" not in page.words, "it is observed in Great Britain"
    assert "World Cancer Day" in page.words


def test_charlie_sees_nothing_of_alices(alice: Visitor, charlie: Visitor, plan: Callable[..., int]) -> None:
    plan("Alice's own words", "2027-10-10 08:00")
    for query in ("", "&view=week", "&view=list", "&view=day", "&campaign=hope", "&account=practice"):
        page = charlie.get(f"/calendar?day=2027-10-10{query}")
        assert "Alice's" not in page.text
        assert "Hope" not in page.words
    assert "Alice&#39;s own words" in alice.get("/calendar?day=2027-10-10").text


def test_a_removed_campaigns_posts_are_left_out(
    app: FastAPI, alice: Visitor, plan: Callable[..., int]
) -> None:
    plan("Gone out", "2027-10-10 08:00", state="published")
    with write_session(app.state.engine) as session:
        session.exec(select(Campaign)).one().removed_utc = utc_now()
    assert "Gone out" not in alice.get("/calendar?day=2027-10-10").words
