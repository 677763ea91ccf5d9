"""The calendar: what stands on which day and in which hour, and where it leads."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from itertools import product
from typing import TYPE_CHECKING

from campaigns.deliver.calendar import PAGE
from campaigns.models import Role
from tests.support.calendars import cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.visitor import Visitor


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


def test_posts_that_meet_on_one_account_are_marked(alice: Visitor, plan: Callable[..., int]) -> None:
    plan("First", "2027-10-10 08:00", "practice", "other")
    plan("Second", "2027-10-10 08:05", "practice", slug="care")
    plan("Third", "2027-10-10 08:11", "practice")
    words = cell(alice.get("/calendar?day=2027-10-10"), "2027-10-10")
    said = "close : Another post goes out within minutes of it on practice."
    assert re.search(rf"First other \+1 {said}", words)
    assert re.search(rf"Second practice {said}", words)
    assert re.search(r"Third practice(?! close)", words)


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


def test_hostile_text_is_only_ever_text(alice: Visitor, plan: Callable[..., int]) -> None:
    plan('<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}', "2027-10-10 08:00")
    for view in ("month", "week", "list", "day"):
        text = alice.get(f'/calendar?view={view}&day=2027-10-10&campaign="><script>alert(2)</script>').text
        text += alice.get(f"/calendar?view={view}&day=2027-10-10").text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
