"""The composer in a real browser: what is typed is counted, kept and shown, whatever happens meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from campaigns.models import Role
from tests.factories.desk import Desk
from tests.support.browser import (
    PHONE,
    fits,
    focus_is_kept,
    new_context,
    unfold,
    violations_in_both_themes,
)
from tests.support.composer import CAMPAIGN, NEW

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.support.browser import Site


STANDS_AT_THE_RIGHT = """element => {
  const words = document.createRange();
  words.selectNodeContents(element);
  return Math.abs(element.getBoundingClientRect().right - words.getBoundingClientRect().right) < 2;
}"""


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Desk:
    desk = Desk(site.database, tmp_path / "desk")
    desk.load(CAMPAIGN)
    return desk


def text(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def kept(page: Page) -> Locator:
    return page.get_by_text("Draft kept at")


@pytest.mark.usefixtures("desk")
def test_closing_the_tab_and_losing_the_connection_lose_nothing(site: Site, page: Page) -> None:
    page.goto(NEW)
    text(page).fill("Half a thought")
    page.close(run_before_unload=True)
    tab = page.context.new_page()
    site.until(
        lambda: tab.goto("/drafts") and tab.locator(".text").count()
    )  # its last words are on their way
    expect(tab.locator(".text")).to_have_text("Half a thought")
    tab.get_by_role("link", name="Go on writing").click()
    tab.context.set_offline(True)
    text(tab).fill("A whole thought")
    expect(tab.get_by_role("alert")).to_contain_text("No connection")
    tab.context.set_offline(False)
    expect(kept(tab)).to_be_visible()
    tab.reload()
    expect(text(tab)).to_have_value("A whole thought")


def test_a_text_that_never_reached_the_server_is_offered_again(desk: Desk, page: Page) -> None:
    path, cookies = f"/posts/{desk.post('one').id}/edit", page.context.cookies()
    page.goto(path)
    page.context.clear_cookies()  # as if the sign-in had ended in another tab
    text(page).fill("Only in this browser")
    expect(page.get_by_role("alert")).to_contain_text("You were signed out. Your text is still here")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # Playwright takes what it gave
    page.goto(path)
    expect(text(page)).to_have_value("One")
    page.get_by_role("button", name="Put it back").press("Enter")
    expect(text(page)).to_have_value("Only in this browser")
    expect(text(page)).to_be_focused()
    expect(page.locator("#previews")).to_contain_text("Only in this browser")
    expect(kept(page)).to_be_visible()


@pytest.mark.usefixtures("desk")
def test_a_new_post_that_never_reached_the_server_is_offered_where_another_is_begun(page: Page) -> None:
    cookies = page.context.cookies()
    page.goto(NEW)
    page.context.clear_cookies()
    text(page).fill("Nobody has this yet")
    expect(page.get_by_role("alert")).to_contain_text("You were signed out. Your text is still here")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # Playwright takes what it gave
    page.goto(NEW)
    page.get_by_role("button", name="Put it back").press("Enter")
    expect(text(page)).to_have_value("Nobody has this yet")
    page.get_by_role("button", name="Plan this post").click()  # before a draft of it is kept
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.goto(NEW)
    expect(text(page)).to_have_value("")
    expect(page.locator("#counts")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)


@pytest.mark.usefixtures("desk")
def test_a_draft_that_is_on_its_way_when_its_post_is_saved_goes_with_it(page: Page) -> None:
    page.goto(NEW)
    on_its_way: list[Route] = []
    saved: list[str | None] = []

    def hold(route: Route) -> None:
        on_its_way.append(route)

    page.route("/drafts", hold)
    page.on("request", lambda sent: saved.append(sent.post_data) if sent.url.endswith("/posts/new") else None)
    with page.expect_request("/drafts"):
        text(page).fill("Saved in a hurry")
    page.get_by_role("button", name="Plan this post").click()
    assert saved == []
    on_its_way[0].continue_()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.unroute("/drafts")
    page.goto("/drafts")
    expect(page.get_by_role("main")).not_to_contain_text("Saved in a hurry")


@pytest.mark.usefixtures("desk")
def test_what_could_not_be_saved_is_kept_as_a_draft(page: Page) -> None:
    page.goto(NEW)
    text(page).fill("x" * 600)
    page.get_by_role("button", name="Plan this post").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not saved yet")
    expect(kept(page)).to_be_visible()


def test_two_people_on_one_post_are_told_and_neither_loses_a_text(
    site: Site, browser: Browser, desk: Desk, page: Page
) -> None:
    path = f"/posts/{desk.post('one').id}/edit"
    page.goto(path)
    with new_context(browser, site, site.person("Bob", Role.EDITOR)) as context:
        other = context.new_page()
        other.goto(path)
        text(other).fill("Bob's text")
        expect(kept(other)).to_be_visible()
        text(page).fill("Alice's text")
        expect(page.locator("#others")).to_contain_text("Bob is writing on this post too.")
        other.get_by_role("button", name="Save the post").click()
        expect(other.get_by_role("status").first).to_contain_text("Saved")
    page.get_by_role("button", name="Save the post").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else saved this meanwhile")
    unfold(page)
    expect(page.locator("main")).to_contain_text("Bob's text")
    assert violations_in_both_themes(page) == []
    page.get_by_role("textbox", name="Yours").first.fill("Both texts")
    page.get_by_role("button", name="Save mine as it stands here").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    assert desk.post("one").spec.text == "Both texts"


@pytest.mark.usefixtures("desk")
def test_parts_come_and_change_places_by_keys_and_the_focus_goes_with_them(page: Page) -> None:
    page.goto(NEW)
    text(page).fill("First")
    expect(page.locator("#counts")).to_contain_text("27 / 500")
    expect(page.locator("#previews")).to_contain_text("First #WorldMentalHealthDay")
    for number, words in ((2, "Second"), (3, "Third")):
        page.get_by_role("button", name="Add a part to the thread").press("Enter")
        expect(page.get_by_label(f"Part {number} of the thread")).to_be_focused()
        page.keyboard.type(words)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Part 2 of the thread")).to_be_focused()
    expect(page.get_by_label("Part 2 of the thread")).to_have_value("Third")
    page.get_by_role("button", name="Remove part 2").press("Enter")
    expect(page.get_by_label("Part 3 of the thread")).to_have_count(0)
    expect(page.get_by_label("Part 2 of the thread")).to_have_value("Second")
    assert focus_is_kept(page)


@pytest.mark.usefixtures("desk")
def test_the_composer_is_accessible_with_everything_open_and_everything_wrong(page: Page) -> None:
    page.goto(NEW)
    text(page).fill("x" * 600)
    page.get_by_role("button", name="Add a part to the thread").click()
    expect(page.get_by_label("Part 2 of the thread")).to_be_focused()
    page.get_by_role("button", name="Plan this post").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not saved yet")
    expect(page.get_by_role("alert").first).to_be_focused()
    unfold(page)
    page.get_by_label("Again and again").check()
    assert violations_in_both_themes(page) == []
    page.set_viewport_size(PHONE)
    assert fits(page)


@pytest.mark.usefixtures("desk")
def test_right_to_left_text_stands_right(page: Page) -> None:
    page.goto(NEW)
    text(page).fill("من ستتصل به اليوم؟")
    expect(text(page)).to_have_css("direction", "rtl")
    shown = page.locator("#previews .text").first
    expect(shown).to_contain_text("من ستتصل به اليوم؟")
    assert shown.evaluate(STANDS_AT_THE_RIGHT)
