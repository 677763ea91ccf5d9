"""The calendar: what stands on which day, in whose time, and narrowed to what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.deliver.calendar import PAGE
from campaigns.models import Account, Campaign, Delivery, Organisation, Post, Role
from campaigns.web.calendar.asking import asked
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI
    from sqlmodel import Session

    from tests.support.visitor import Answer, Visitor


@pytest.fixture
def plan(app: FastAPI) -> Callable[..., int]:
    """Plans a post at a UTC time on the named accounts (`practice`), and returns its first delivery's id."""

    def plan(
        text: str,
        due: str,
        *accounts: str,
        slug: str = "hope",
        organisation: str = "default",
        language: str | None = None,
        **more: Any,
    ) -> int:
        moment = datetime.fromisoformat(due).replace(tzinfo=UTC)
        with write_session(app.state.engine) as session:
            owner = session.exec(
                select(Organisation).where(Organisation.slug == organisation)
            ).first() or make_organisation(session, organisation)
            campaign = _campaign(session, owner.id, slug)
            first, *others = [_account(session, owner, name) for name in accounts or ("practice",)]
            delivery = make_delivery(session, campaign, first, text, due=moment, **more)
            post = session.get_one(Post, delivery.post_id)
            post.language = language
            for account in others:
                twin = make_delivery(session, campaign, account, text, due=moment, **more)
                twin.post_id = post.id
            return delivery.id

    return plan


def _campaign(session: Session, organisation_id: int, slug: str) -> Campaign:
    found = session.exec(
        select(Campaign).where(Campaign.organisation_id == organisation_id, Campaign.slug == slug)
    ).first()
    return found or make_campaign(session, organisation_id, slug)


def _account(session: Session, owner: Organisation, name: str) -> Account:
    found = session.exec(
        select(Account).where(Account.organisation_id == owner.id, Account.name == name)
    ).first()
    return found or make_account(session, owner, name=name)


def cell(page: Answer, day: str) -> str:
    """The words of one day of a month."""
    found = re.search(rf'<td[^>]*data-day="{day}".*?</td>', page.text, re.DOTALL)
    assert found, f"{day} is not shown"
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_without_a_post_the_page_says_what_to_do(alice: Visitor) -> None:
    page = alice.get("/calendar")
    assert "Nothing is planned here." in page.words
    assert 'href="/begin"' in page.text
    assert 'href="/help/plan-on-the-calendar"' in page.text


def test_a_post_stands_once_on_its_day_at_the_readers_time(alice: Visitor, plan: Callable[..., int]) -> None:
    number = plan("You matter", "2027-07-10 23:30", "practice", "second")
    page = alice.get("/calendar?day=2027-07-01")
    assert "July 2027 1 post. Times are London time." in page.words
    assert "00:30 You matter practice +1" in cell(page, "2027-07-11"), "London is an hour ahead in summer"
    assert f'href="/deliveries/{number}"' in page.text
    assert "You matter" not in cell(page, "2027-07-10")


def test_the_month_is_a_table_that_can_be_walked(alice: Visitor) -> None:
    page = alice.get("/calendar?day=2027-10-01")
    assert re.search(r"<caption[^>]*>October 2027, London time", page.text)
    assert re.findall(r'<th[^>]*scope="col"><abbr title="(\w+)"', page.text)[:2] == ["Monday", "Tuesday"]
    shown = re.findall(r'<td[^>]*data-day="([\d-]+)"', page.text)
    assert (shown[0], shown[-1], len(shown)) == ("2027-09-27", "2027-10-31", 35)
    american = alice.get("/calendar?day=2027-10-01", accept_language="en-US")
    assert re.findall(r'<td[^>]*data-day="([\d-]+)"', american.text)[0] == "2027-09-26", "Sunday first"


def test_previous_today_and_next_lead_through_the_days(alice: Visitor) -> None:
    page = alice.get("/calendar?day=2027-10-15&account=x")
    assert 'href="/calendar?day=2027-09-30&amp;account=x" rel="prev"' in page.text
    assert 'href="/calendar?day=2027-11-01&amp;account=x" rel="next"' in page.text
    week = alice.get("/calendar?view=week&day=2027-10-15")
    assert 'href="/calendar?view=week&amp;day=2027-10-10" rel="prev"' in week.text


def test_a_cell_shows_the_first_few_and_leads_to_the_rest(alice: Visitor, plan: Callable[..., int]) -> None:
    for minute in range(5):
        plan(f"Post {minute}", f"2027-10-10 08:{minute}0")
    page = alice.get("/calendar?day=2027-10-10")
    said = cell(page, "2027-10-10")
    assert "Post 0" in said
    assert "Post 3" not in said
    assert 'aria-label="+ 2 more: Sun 10 Oct">+ 2 more</a>' in page.text
    assert "Post 4" in alice.get("/calendar?view=day&day=2027-10-10").words


def test_a_full_week_shows_fewer_of_each_hour(alice: Visitor, plan: Callable[..., int]) -> None:
    for day, hour, minute in product(range(7), range(8, 15), range(3)):
        plan(f"Post {day} {hour} {minute}", f"2027-10-{11 + day} {hour:02}:{minute}0")
    page = alice.get("/calendar?view=week&day=2027-10-11")
    assert "147 posts" in page.words
    assert page.text.count('<li class="entry') == 7 * 7 * 2
    assert page.text.count(">+ 1 more</a>") == 7 * 7


def test_an_hour_of_a_full_day_leads_to_the_page_on_which_it_goes_on(
    alice: Visitor, plan: Callable[..., int]
) -> None:
    for minute in range(52):
        plan(f"Early {minute}", f"2027-10-11 07:{minute:02}")
    for minute in range(5):
        plan(f"Late {minute}", f"2027-10-11 15:0{minute}")
    page = alice.get("/calendar?view=week&day=2027-10-11")
    early, late = (unescape(href) for href in re.findall(r'class="more" href="([^"]*)"', page.text))
    assert "Early 3" in alice.get(early).words
    assert "Late 3" not in alice.get(early).words
    assert "Late 3" in alice.get(late).words


def test_the_days_on_which_clocks_change_say_which_hour(alice: Visitor) -> None:
    spring = alice.get("/calendar?day=2027-03-01")
    assert "Clocks go forward: 01:00 to 02:00 does not exist." in cell(spring, "2027-03-28")
    autumn = alice.get("/calendar?view=week&day=2027-10-31&zone=America/New_York")
    assert "Clocks" not in autumn.words
    autumn = alice.get("/calendar?view=week&day=2027-11-07&zone=America/New_York")
    assert "Clocks go back: 01:00 to 02:00 comes twice." in autumn.words


def test_both_of_an_hour_that_comes_twice_stand_in_its_row(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("The first", "2027-10-31 00:30")
    plan("The second", "2027-10-31 01:30")
    page = alice.get("/calendar?view=week&day=2027-10-31").words
    assert re.search(r"01:00 01:30 The first practice .*01:30 The second practice .*02:00", page)


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


def test_posts_that_meet_on_one_account_are_marked(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("First", "2027-10-10 08:00", "practice", "other")
    plan("Second", "2027-10-10 08:05", "practice", slug="care")
    plan("Third", "2027-10-10 08:11", "practice")
    words = cell(alice.get("/calendar?day=2027-10-10"), "2027-10-10")
    said = "close : Another post goes out within minutes of it on practice."
    assert re.search(rf"First other \+1 {said}", words)
    assert re.search(rf"Second practice {said}", words)
    assert re.search(r"Third practice(?! close)", words)


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


def test_a_list_comes_page_by_page_each_post_once(alice: Visitor, plan: Callable[..., int]) -> None:
    begin = datetime(2027, 10, 1, 8)  # noqa: DTZ001 - written as UTC
    planned = [plan(f"Post {n}", str(begin + timedelta(hours=n))) for n in range(PAGE + 3)]
    pages = [alice.get(f"/calendar?view=list&day=2027-10-05&page={n}") for n in (1, 2)]
    shown = [int(found) for page in pages for found in re.findall(r'href="/deliveries/(\d+)"', page.text)]
    assert shown == planned
    assert "Page 1 of 2 Later" in pages[0].words
    assert "Earlier Page 2 of 2" in pages[1].words


def test_an_empty_month_leads_to_the_next_post(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("Far away", "2028-02-03 08:00")
    page = alice.get("/calendar?day=2027-10-10")
    assert 'href="/calendar?day=2028-02-03">To the next post' in page.text


def test_a_new_post_begins_on_the_day_and_campaign_that_are_looked_at(
    alice: Visitor, enter: Callable[..., Visitor], plan: Callable[..., int]
) -> None:
    plan("A post", "2027-10-10 08:00")
    page = alice.get("/calendar?day=2027-10-10&campaign=hope")
    assert 'href="/posts/new?campaign=hope&amp;day=2027-10-10"' in page.text
    assert 'value="2027-10-10"' in alice.get("/posts/new?campaign=hope&day=2027-10-10").text
    assert 'aria-label="New post on Sun 10 Oct"' in page.text
    viewer = enter("Vera", Role.VIEWER).get("/calendar?day=2027-10-10")
    assert "/posts/new" not in viewer.text
    assert "/calendar/move" not in viewer.text


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


NONSENSE = (
    "day=nonsense&view=nonsense&zone=nonsense&state=nonsense&page=nonsense",
    "day=0001-01-01",
    "day=9999-12-31&view=week",
    "page=99999999999999999999&view=list",
    "zone=../../etc/passwd",
    "campaign=" + "x" * 3000,
    "day=2027-10-10&account=%00",
    "page=-1",
    "view=list&page=999999",
)


def test_what_makes_no_sense_in_an_address_breaks_nothing(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("A post", "2027-10-10 08:00")
    for query in NONSENSE:
        assert alice.get(f"/calendar?{query}").status == 200, query


def test_hostile_text_is_only_ever_text(alice: Visitor, plan: Callable[..., int]) -> None:
    plan('<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}', "2027-10-10 08:00")
    for view in ("month", "week", "list", "day"):
        text = alice.get(f'/calendar?view={view}&day=2027-10-10&campaign="><script>alert(2)</script>').text
        text += alice.get(f"/calendar?view={view}&day=2027-10-10").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "view": st.sampled_from(["month", "week", "day", "list", "x"]),
        "day": st.dates().map(str) | st.text(max_size=12),
        "zone": st.sampled_from(["Asia/Tokyo", "Europe/London", "nowhere"]),
        "campaign": st.text(max_size=8),
        "state": st.sampled_from(["held", "published", "x"]),
        "days": st.sampled_from(["off", "on"]),
        "page": st.integers(-5, 10_000_000).map(str),
    },
)


@given(ADDRESSES, st.integers(0, 6))
def test_a_view_is_wholly_in_its_address(fields: Mapping[str, str], first_weekday: int) -> None:
    how: dict[str, Any] = {
        "today": date(2027, 10, 10),
        "zone": "Europe/London",
        "first_weekday": first_weekday,
    }
    view = asked(fields, **how)
    found = dict(_parsed(view.query))
    assert asked(found, **how) == view
    assert view.days[0] <= view.span[0] <= view.day <= view.span[1] <= view.days[-1]
    if view.look == "month":
        assert len(view.days) % 7 == 0
        assert view.days[0].weekday() == first_weekday
    after, before = asked(dict(_parsed(view.after)), **how), asked(dict(_parsed(view.before)), **how)
    assert before.span[0] <= view.span[0] <= after.span[0]


def _parsed(address: str) -> list[tuple[str, str]]:
    return parse_qsl(address.removeprefix("/calendar?"))
