"""From a thought to a published post in a real browser: by mouse, touch and keys, and without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from campaigns.core.moments import utc_now
from tests.factories.desk import Desk
from tests.support.browser import PHONE, fits, focus_is_kept, new_context, press, tab_to
from tests.support.pictures import draw

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.support.browser import Site

TITLE, TEXT, ALT = "Small talk", "Who will you call today?", "A half-open door with warm light behind it"
NOW = utc_now()
FILE = f"""\
campaign: {TITLE}
slug: small-talk
timezone: Europe/London
starts: {NOW.date()}
ends: {NOW.date() + timedelta(days=13)}
hashtags: {{primary: TimeToTalk}}
accounts: [practice]
posts: []
"""
HANDS: dict[str, dict[str, Any]] = {
    "mouse": {},
    "touch": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
}


@pytest.fixture
def door(tmp_path: Path) -> Path:
    return draw(tmp_path / "door.png", size=(640, 400))


@pytest.fixture(autouse=True)
def campaign(site: Site, tmp_path: Path) -> None:
    """Alice's, with an account that works and no post yet."""
    site.stage.account()
    Desk(site.database, tmp_path / "desk", now=NOW, accounts=()).load(FILE)


def see_it_out(site: Site, page: Page) -> None:
    """Today shows it, and leads to what the public sees."""
    [post] = site.until(site.practice.posts, 60)
    assert post["text"] == f"{TEXT} #TimeToTalk"
    assert [image["alt"] for image in post["media"]] == [ALT]
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="See it").press("Enter")
    feed = opened.value
    feed.wait_for_load_state()  # without its style sheet, nothing fits
    expect(feed.get_by_role("article").get_by_text(TEXT)).to_be_visible()
    expect(feed.get_by_role("img", name=ALT)).to_be_visible()
    assert fits(feed)


@pytest.mark.parametrize("hand", HANDS)
def test_a_post_with_an_image_is_written_planned_and_seen_on_the_feed(
    site: Site, browser: Browser, door: Path, hand: str
) -> None:
    def tap(wanted: Locator) -> None:
        expect(wanted).to_be_visible()  # so the page before has gone
        assert fits(page), page.url
        wanted.tap() if hand == "touch" else wanted.click()

    with new_context(browser, site, site.person(), **HANDS[hand]) as context:
        page = context.new_page()
        page.goto("/")
        tap(page.get_by_role("navigation").get_by_role("link", name="Campaigns"))
        tap(page.locator("main").get_by_role("link", name=TITLE))
        tap(page.get_by_role("link", name="New post"))
        tap(page.get_by_label("Text", exact=True))
        page.keyboard.type(TEXT)
        with page.expect_file_chooser() as asked:
            tap(page.get_by_label("Add an image"))
        asked.value.set_files(door)
        expect(page.get_by_role("textbox", name="What it shows")).to_be_focused()
        page.keyboard.type(ALT)
        tap(page.get_by_label("On a date"))
        page.get_by_label("Date", exact=True).fill(str(NOW.date() + timedelta(days=3)))
        page.get_by_label("Time", exact=True).fill("18:00")
        expect(page.locator("#times")).to_contain_text("18:00 London time")
        expect(page.locator("#previews").get_by_role("img", name=ALT)).to_be_visible()
        tap(page.get_by_role("button", name="Plan this post"))
        expect(page.get_by_role("status").first).to_contain_text("Saved: it goes out as you saw it.")
        expect(page.get_by_role("img", name=ALT)).to_be_visible()
        tap(page.get_by_role("link", name="Its story"))
        tap(page.get_by_role("button", name="Post it now"))
        expect(page.get_by_text("It goes out now.")).to_be_visible()
        tap(page.get_by_role("navigation").get_by_role("link", name="Today"))
        see_it_out(site, page)


def test_a_post_with_an_image_is_written_planned_and_seen_without_scripts_at_400_percent(
    site: Site, browser: Browser, door: Path
) -> None:
    zoomed = {"width": 320, "height": 256}
    with new_context(browser, site, site.person(), java_script_enabled=False, viewport=zoomed) as context:
        page = context.new_page()
        page.goto("/posts/new?campaign=small-talk")
        page.get_by_label("Text", exact=True).fill(TEXT)
        page.get_by_label("Add an image").set_input_files(door)
        page.get_by_label("What it shows, for people who cannot see it").fill(ALT)
        page.get_by_role("button", name="Add this image").click()
        expect(page.locator("#previews").get_by_role("img", name=ALT)).to_be_visible()
        assert fits(page)
        page.get_by_label("Now").check()
        page.get_by_role("button", name="Plan this post").click()
        expect(page.get_by_role("status").first).to_contain_text("Saved: it goes out as you saw it.")
        page.goto("/")
        assert fits(page)

        def looks_again() -> int:
            page.get_by_role("link", name="Look again").click()
            return page.get_by_role("link", name="See it").count()

        site.until(looks_again, 60)
        see_it_out(site, page)


def test_a_post_with_an_image_is_written_planned_and_seen_with_the_keyboard_alone(
    site: Site, page: Page, door: Path
) -> None:
    page.goto("/")
    press(page, page.get_by_role("navigation").get_by_role("link", name="Campaigns"))
    press(page, page.locator("main").get_by_role("link", name=TITLE))
    press(page, page.get_by_role("link", name="New post"))
    tab_to(page, page.get_by_label("Text", exact=True))
    page.keyboard.type(TEXT)
    expect(page.locator("#previews")).to_contain_text(f"{TEXT} #TimeToTalk")
    with page.expect_file_chooser() as asked:
        press(page, page.get_by_label("Add an image"))
    asked.value.set_files(door)
    expect(page.get_by_role("textbox", name="What it shows")).to_be_focused()
    page.keyboard.type(ALT)
    tab_to(page, page.get_by_label("On a date"))
    for chosen in ("Again and again", "Now"):
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label(chosen)).to_be_focused()
    expect(page.locator("#times")).to_contain_text("within seconds")
    assert focus_is_kept(page)
    press(page, page.get_by_role("button", name="Plan this post"))
    expect(page.get_by_role("status").first).to_contain_text("Saved: it goes out as you saw it.")
    press(page, page.get_by_role("navigation").get_by_role("link", name="Today"))
    site.until(site.practice.posts, 60)
    tab_to(page, page.get_by_role("link", name="See it"))
    see_it_out(site, page)


def test_a_campaign_with_an_image_is_imported_with_the_keyboard_alone(
    page: Page, tmp_path: Path, door: Path
) -> None:
    file = tmp_path / "campaign.yaml"
    at, media = f"{NOW.date() + timedelta(days=2)} 09:00", f"[{{file: door.png, alt: {ALT}}}]"
    post = f'{{text: "{TEXT}", at: {at}, media: {media}}}'
    file.write_text(FILE.replace("[]", f"[{post}]"), "utf-8")
    page.goto("/import")
    # From before the first Tab on: the browser begins to listen a little after it is asked to.
    with page.expect_file_chooser() as asked:
        press(page, page.get_by_label("The campaign's files"))
    asked.value.set_files([file, door])
    assert focus_is_kept(page)
    press(page, page.get_by_role("button", name="Show what it would change"))
    expect(page.get_by_role("heading", name="1 change")).to_be_visible()
    press(page, page.get_by_role("button", name="Load it exactly so"))
    expect(page.get_by_text("Loaded: it is planned as you saw it.")).to_be_visible()
    press(page, page.locator("main").get_by_role("link", name="Posts", exact=True))
    press(page, page.get_by_role("link", name=TEXT))
    expect(page.get_by_role("heading", name="Post", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name=ALT)).to_be_visible()


def test_a_post_of_which_nobody_knows_whether_it_is_out_is_settled_with_the_keyboard_alone(
    site: Site, page: Page
) -> None:
    page.goto("/")
    blind = site.stage.account("blind", "noticeboard")
    site.practice.lose_next_answer()
    site.stage.plan(blind, TEXT)
    [post] = site.until(site.practice.posts, 60)
    ask = page.get_by_role("link", name="Look and settle")
    site.until(ask.count, 60)
    press(page, ask)
    expect(page.get_by_role("heading", name="Is it there?")).to_be_visible()
    feed = page.context.new_page()
    feed.goto(f"{site.practice.server}/@noticeboard")
    expect(feed.get_by_text(TEXT)).to_be_visible()
    address = f"{site.practice.server}/posts/{post['id']}"
    tab_to(page, page.get_by_label("It is there, at this address"))
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is out")
    press(page, page.get_by_role("navigation").get_by_role("link", name="Today"))
    expect(page.get_by_role("link", name="See it")).to_have_attribute("href", address)
    assert len(site.practice.posts()) == 1


def test_everything_is_paused_and_let_go_with_the_keyboard_alone(site: Site, page: Page) -> None:
    page.goto("/")
    press(page, page.get_by_role("button", name="Pause everything"))
    expect(page.get_by_role("heading", name="The pause holds")).to_be_visible()
    site.stage.plan(site.stage.account(name="second"), TEXT)
    expect(page.get_by_text("The pause holds these back.")).to_be_visible()
    for _ in range(5):
        site.tick()
    assert site.practice.posts() == []
    press(page, page.locator("main").get_by_role("button", name="Let posts go out again"))
    expect(page.get_by_text("Posts go out again.")).to_be_visible()
    site.until(site.practice.posts, 60)
    expect(page.get_by_role("link", name="See it")).to_be_visible()
