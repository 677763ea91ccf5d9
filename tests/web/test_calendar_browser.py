"""The calendar in a real browser: by mouse, by keys, on a phone, and without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import ViewportSize, expect

from campaigns.core.moments import utc_now
from campaigns.models import State
from tests.factories.desk import Desk
from tests.support.browser import PHONE, fits, new_context, press, violations

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.support.browser import Site

NOW = utc_now()
SUNDAY = (NOW + timedelta(days=13 - NOW.weekday())).date()
"""The second one from now; two days later still stand in its month's table, or lead to the next."""

ZOOMED = ViewportSize(width=320, height=256)
"""What is left of 1280 by 1024 at 400 %: WCAG 2.2, 1.4.10."""

FILE = f"""\
campaign: Small talk
slug: small-talk
timezone: Europe/London
starts: {NOW.date()}
ends: {NOW.date() + timedelta(days=90)}
accounts: [practice]
posts:
  - {{id: one, text: "One", at: {SUNDAY} 12:00}}
  - {{id: right, text: "שלום (hello)", at: {SUNDAY} 12:03}}
"""


@pytest.fixture
def desk(site: Site, tmp_path: Path) -> Desk:
    desk = Desk(site.database, tmp_path / "desk", now=NOW)
    desk.load(FILE)
    return desk


def wall(desk: Desk, post: str = "one") -> str:
    return next(str(row["wall"]) for row in desk.deliveries() if row["post"] == post)


def at(days: int, time: str = "12:00") -> str:
    return f"{SUNDAY + timedelta(days=days)} {time}"


def test_a_post_is_carried_by_keys_dragged_and_moved_in_a_dialog(site: Site, page: Page, desk: Desk) -> None:
    page.goto(f"/calendar?day={SUNDAY}")
    move = page.get_by_role("link", name="Move: One")
    press(page, move, "Space", most=200)  # every day before it is a stop
    expect(page.locator("#announcer")).to_contain_text("Picked up.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#announcer")).to_contain_text("Monday")
    page.keyboard.press("Escape")
    expect(page.locator("#announcer")).to_contain_text("Put back")
    expect(move).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_contain_text("Moved: it goes out")
    expect(page.get_by_role("link", name="Move: One")).to_be_focused()
    assert wall(desk) == at(-1)

    page.get_by_role("button", name="Undo: move it back").press("Enter")
    expect(page.get_by_role("link", name="Move: One")).to_be_focused()
    assert wall(desk) == at(0)

    entry = page.locator(".entry", has_text="One")
    entry.drag_to(page.locator(f'td[data-day="{SUNDAY - timedelta(days=2)}"]'))
    expect(page.locator("#announcer")).to_contain_text("Moved: it goes out")
    site.until(lambda: wall(desk) == at(-2))

    page.get_by_role("link", name="Move: One").press("Enter")
    dialog = page.get_by_role("dialog", name="Move a post")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []
    dialog.get_by_label("Day").fill("2020-01-01")
    dialog.get_by_role("button", name="Move it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has passed already")
    dialog.get_by_label("Day").fill(str(SUNDAY))
    dialog.get_by_label("Time, London time").fill("15:15")
    dialog.get_by_role("button", name="Move it").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".entry", has_text="One")).to_contain_text("15:15")
    assert wall(desk) == at(0, "15:15")

    page.goto(f"/calendar?view=week&day={SUNDAY}")
    page.get_by_role("link", name="Move: One").focus()
    for key in ("Space", "ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".entry", has_text="One")).to_contain_text("16:15")
    assert wall(desk) == at(-1, "16:15")

    one = next(row for row in desk.deliveries() if row["post"] == "one")
    desk.put(one["id"], state=State.PUBLISHED)
    page.get_by_role("link", name="Move: One").focus()
    for key in ("Space", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#announcer")).to_contain_text("it is out already")


def test_every_view_is_accessible_and_fits_a_phone_and_fourfold_zoom(
    site: Site, browser: Browser, desk: Desk
) -> None:
    assert desk
    for scheme in ("light", "dark"):
        with new_context(browser, site, site.person(), color_scheme=scheme) as context:
            _look(context)


def _look(context: BrowserContext) -> None:
    page = context.new_page()
    for path in ("/calendar?", "/calendar?view=week&", "/calendar?view=list&", "/calendar?view=day&"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{path}day={SUNDAY}&zone=Asia/Tokyo")
        assert violations(page) == [], path
        for size in (PHONE, ZOOMED):
            page.set_viewport_size(size)
            assert fits(page), (path, size)
        expect(page.locator(".entry", has_text="One").first).to_be_visible()
    page.set_viewport_size(PHONE)
    page.goto(f"/calendar?day={SUNDAY}")
    expect(page.locator(f'td[data-day="{SUNDAY}"] .of')).to_contain_text(str(SUNDAY.day))
    assert violations(page) == []
    page.goto("/calendar/zone")
    assert violations(page) == []


def test_a_post_is_moved_and_moved_back_without_scripts_on_a_phone(
    site: Site, browser: Browser, desk: Desk
) -> None:
    with new_context(browser, site, site.person(), java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"/calendar?day={SUNDAY}")
        page.get_by_role("link", name="Move: One").press("Enter")
        page.get_by_label("Time, London time").fill("16:00")
        page.get_by_role("button", name="Move it").press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("16:00 London time")
        assert wall(desk) == at(0, "16:00")
        page.get_by_role("button", name="Undo: move it back").press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("12:00 London time")
        assert wall(desk) == at(0)


def test_today_is_found_in_its_month_on_the_smallest_screen(site: Site, browser: Browser, desk: Desk) -> None:
    del desk
    with new_context(browser, site, site.person(), viewport=ZOOMED) as context:
        page = context.new_page()
        page.goto(f"/calendar?day={SUNDAY + timedelta(days=31)}")
        page.get_by_role("navigation", name="Other days").get_by_role("link", name="Today").click()
        expect(page.locator("td", has_text="today").locator(".date")).to_be_in_viewport()
