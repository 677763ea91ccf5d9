from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.people import links
from tests.support.browser import PHONE, fits, new_context, press, tab_to, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site


ABOUT_ALICE = {
    "Your name": "Alice Archer",
    "E-mail address or sign-in name": "alice@example.org",
    "Password": "correct horse battery",
}


def first_link(site: Site) -> str:
    with write_session(site.database) as session:
        return site.settings.link(links.make(session, None, utc_now()))


def make_account(page: Page, link: str) -> None:
    page.goto(link)
    for label, words in ABOUT_ALICE.items():
        page.get_by_label(label).fill(words)


def test_a_newcomer_sees_the_first_post_go_out_without_any_key_of_a_platform_or_a_mouse(
    site: Site, browser: Browser
) -> None:
    site.stage.account()
    with new_context(browser, site) as context:
        page = context.new_page()
        page.goto(first_link(site))
        for label, words in ABOUT_ALICE.items():
            tab_to(page, page.get_by_label(label))
            page.keyboard.type(words)
        assert page.get_by_label("Your time zone").input_value() == "Europe/London"
        assert page.locator("[data-clock-of]").inner_text()
        assert violations(page) == []
        press(page, page.get_by_role("button", name="Make my account"))
        page.get_by_role("button", name="Load the sample").wait_for()
        assert violations(page) == []
        press(page, page.get_by_role("button", name="Load the sample"))
        page.get_by_role("heading", name="Today").wait_for()
        assert "in a minute" in page.get_by_role("status").first.inner_text()
        coming = page.locator("section", has=page.get_by_role("heading", name="Next"))
        assert coming.get_by_role("listitem").count() == 6
        assert "London time" in coming.inner_text()


def test_a_newcomer_needs_no_script(site: Site, browser: Browser) -> None:
    with new_context(browser, site, java_script_enabled=False) as context:
        page = context.new_page()
        make_account(page, first_link(site))
        page.get_by_label("Your time zone").select_option("Europe/Madrid")
        page.get_by_role("button", name="Make my account").click()
        page.get_by_role("link", name="Go to Today").click()
        assert page.get_by_text("Nothing is planned.").is_visible()
        assert page.get_by_text("Times are Madrid time.").is_visible()


def test_what_was_typed_stays_when_something_is_wrong(site: Site, browser: Browser) -> None:
    with new_context(browser, site, java_script_enabled=False) as context:
        page = context.new_page()
        make_account(page, first_link(site))
        page.get_by_label("E-mail address or sign-in name").fill("with a blank")
        page.get_by_role("button", name="Make my account").click()
        assert page.get_by_label("Your name").input_value() == "Alice Archer"
        field = page.get_by_label("E-mail address or sign-in name")
        assert field.get_attribute("aria-invalid") == "true"
        described = (field.get_attribute("aria-describedby") or "").split()
        assert "without spaces" in page.locator(f"#{described[-1]}").inner_text()
        assert page.get_by_role("alert").get_by_role("link").count() == 1


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark", "viewport": PHONE}], ids=["desk", "dark phone"])
def test_today_is_accessible_with_everything_on_it(site: Site, browser: Browser, how: dict[str, Any]) -> None:
    account = site.stage.account()
    for state in ("needs_person", "held", "missed", "failed", "scheduled", "published"):
        site.stage.plan(account, f"A post that is {state}", state=state, reason="Why it stands there.")
    with new_context(browser, site, site.person(), **how) as context:
        page = context.new_page()
        page.goto("/")
        assert violations(page) == []
        assert fits(page)
        page.get_by_role("button", name="Pause everything").click()
        page.get_by_role("heading", name="The pause holds").wait_for()
        assert violations(page) == []
        assert fits(page)
