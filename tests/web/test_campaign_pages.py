"""Where campaigns are made and changed, in a real browser: themes, phone, drag, keys, no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.plan.loading import load
from campaigns.plan.reading import read_campaign
from tests.support.browser import (
    DESK,
    PHONE,
    fits,
    focus_is_kept,
    new_context,
    tab_to,
    unfold,
    violations_in_both_themes,
)
from tests.support.planned import HEAD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.support.browser import Site

POSTS = """\
  - {id: a, text: "Who will you call today?", at: 2035-10-10 09:00}
  - {id: b, text: "مرحبا، كيف حالك؟", language: es, at: 2035-10-11 09:00}
  - {id: c, text: "One conversation can change a day."}
  - {id: d, text: "Three questions that open one."}
  - {id: e, text: "Listen; you need not mend it."}
"""
HOME = "/campaigns/wmhd-2035"


@pytest.fixture
def planned(site: Site, tmp_path: Path) -> Site:
    """A campaign with posts of every kind on a practice account that works."""
    account = site.stage.account()
    path = tmp_path / "campaign.yaml"
    path.write_text(HEAD + POSTS, "utf-8")
    with write_session(site.database) as session:
        loaded = load(
            session,
            account.organisation_id,
            read_campaign(path),
            utc_now(),
            person="Alice",
            media_dir=site.settings.media_dir,
        )
        assert loaded.applied, loaded.findings
    return site


ONE, THREE, LISTEN = (
    "One conversation can change a day.",
    "Three questions that open one.",
    "Listen; you need not mend it.",
)
"""What waits in the queue, in its order."""


def order(page: Page) -> Locator:
    return page.locator(".queue .text")


def test_a_change_of_many_posts_is_accessible_in_each_theme_and_fits_a_phone(
    planned: Site, page: Page
) -> None:
    def look() -> None:
        unfold(page)
        assert violations_in_both_themes(page) == []
        page.set_viewport_size(PHONE)
        assert fits(page), page.url
        page.set_viewport_size(DESK)

    assert planned
    page.goto(f"{HOME}/posts")
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_text("Chosen: 5")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("By how many days")).to_be_visible()
    look()
    page.get_by_label("By how many days").fill("1")
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.get_by_role("heading", name="5 changes")).to_be_visible()
    look()


@pytest.mark.usefixtures("planned")
def test_the_queue_is_put_in_order_by_drag_by_keys_and_the_focus_follows(page: Page) -> None:
    page.goto(f"{HOME}/queue")
    expect(order(page)).to_have_text([ONE, THREE, LISTEN])
    page.locator(".queue > li").nth(2).drag_to(page.locator(".queue > li").nth(0))
    expect(page.get_by_text("Moved: the times")).to_be_visible()
    expect(order(page)).to_have_text([LISTEN, ONE, THREE])
    earlier = page.locator(".queue > li").get_by_role("button", name="Earlier")
    later = page.locator(".queue > li").get_by_role("button", name="Later")
    expect(later.first).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(order(page)).to_have_text([ONE, LISTEN, THREE])
    expect(earlier.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(order(page)).to_have_text([LISTEN, ONE, THREE])
    expect(later.first).to_be_focused()


@pytest.mark.usefixtures("planned")
def test_a_campaign_is_made_by_keyboard_alone(page: Page) -> None:
    page.goto("/begin/campaign")
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("A week of small talk")
    expect(page.get_by_label("Short name")).to_have_attribute("placeholder", "a-week-of-small-talk")
    for name, day in (("First day", "10102035"), ("Last day", "11112035")):
        tab_to(page, page.get_by_label(name))
        page.keyboard.type(day)  # the same whether a browser asks for the day or the month first
    expect(page.locator("#starts")).to_have_value("2035-10-10")
    tab_to(page, page.get_by_label("Main hashtag"))
    page.keyboard.type("smalltalk")
    expect(page.get_by_text("has no capitals")).to_be_visible()
    assert focus_is_kept(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The campaign is made.")).to_be_visible()
    assert page.url.endswith("/campaigns/a-week-of-small-talk")


def test_all_of_it_works_without_scripts(planned: Site, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("text,at\nOne more,2035-10-12 18:00\n", "utf-8")
    with new_context(browser, planned, planned.person(), java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/import")
        page.get_by_label("The campaign's files").set_input_files(file)
        page.get_by_role("button", name="Show what it would change").click()
        page.get_by_label("Campaign").select_option("wmhd-2035")
        page.get_by_role("button", name="Show what it would change").click()
        page.get_by_role("button", name="Load it exactly so").click()
        expect(page.get_by_text("Loaded: it is planned as you saw it.")).to_be_visible()
        page.locator("main").get_by_role("link", name="Posts", exact=True).click()
        page.get_by_label("One more").check()
        page.get_by_label("What to do").select_option("cancel")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Cancel them").click()
        expect(page.get_by_text("Done: 1 post is changed.")).to_be_visible()
        page.locator("main").get_by_role("link", name="Queue", exact=True).click()
        expect(order(page)).to_have_text([ONE, THREE, LISTEN])
        page.get_by_role("button", name=f"Later: {ONE}").click()
        expect(order(page)).to_have_text([THREE, ONE, LISTEN])
        page.get_by_label("A new time").fill("18:30")
        page.get_by_label("Tuesday, new time").check()
        page.get_by_role("button", name="Save the slots").click()
        expect(page.get_by_text("The campaign gets other slots.")).to_be_visible()
        page.get_by_role("button", name="Save it exactly so").click()
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
        page.get_by_role("button", name="Pause the queue").click()
        expect(page.get_by_role("heading", name="The queue is paused")).to_be_visible()
        page.locator("main").get_by_role("link", name="Settings", exact=True).click()
        page.get_by_label("Time zone").select_option("America/New_York")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Save it exactly so").click()
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
