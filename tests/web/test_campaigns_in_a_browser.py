"""The pages of campaigns in a real browser: in both themes, on a phone, by keys and without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.core.moments import utc_now
from tests.support.browser import PHONE, fits, new_context, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.browser import Site


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_pages_are_accessible_in_each_theme_and_fit_a_phone(
    site: Site, browser: Browser, scheme: str
) -> None:
    alice = site.person()
    account = site.stage.account()
    for state in ("published", "held", "cancelled", "failed"):
        site.stage.plan(account, f"A post that is {state}", state=state)
    site.stage.plan(account, "Coming", due=utc_now() + timedelta(days=3))
    with new_context(browser, site, alice, color_scheme=scheme) as context:
        page = context.new_page()
        for path in ("/campaigns", "/campaigns/hope"):
            page.goto(path)
            assert violations(page) == []
            page.set_viewport_size(PHONE)
            assert fits(page), path
            assert violations(page) == []
            page.set_viewport_size({"width": 1280, "height": 900})


def test_a_campaign_is_paused_by_keyboard_and_without_scripts(site: Site, browser: Browser) -> None:
    alice = site.person()
    site.stage.plan(site.stage.account(), "A post", due=utc_now() + timedelta(days=3))
    with new_context(browser, site, alice, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/campaigns")
        page.get_by_role("link", name="Hope").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Pause the campaign").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Paused: none of its posts goes out").wait_for()
        page.get_by_role("button", name="Let its posts go out again").press("Enter")
        page.get_by_role("heading", name="Pause this campaign").wait_for()
