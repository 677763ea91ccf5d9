"""Accounts in a real browser: connected for real, connected again, paused and removed, also by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from campaigns.core.db import read_session, write_session
from campaigns.core.vault import open_vault
from campaigns.deliver import connecting
from campaigns.models import AccountState
from tests.factories.cast import make_account, make_organisation
from tests.support.accounts import SECRET
from tests.support.browser import PHONE, fits, new_context, press, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site


def connect_practice(page: Page, name: str) -> None:
    page.get_by_label("Name in Beacon").fill(name)
    page.get_by_label("Name on the practice feed").fill(name)
    page.get_by_role("button", name="Connect").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_practice_account_is_connected_for_real_and_posts(
    site: Site, browser: Browser, *, scripts: bool
) -> None:
    with new_context(browser, site, site.person(), java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto("/accounts")
        page.get_by_role("link", name="Connect a practice account").click()
        connect_practice(page, "rehearsal")
        page.get_by_text("rehearsal is connected as rehearsal.").wait_for()
        assert page.get_by_role("heading", name="rehearsal").is_visible()
    with read_session(site.database) as session:
        made = connecting.known(session, "rehearsal")
    assert open_vault(site.settings).open(made.sealed)["token"].startswith("practice.rehearsal.keyed.")
    site.stage.plan(made, "It works")
    site.until(lambda: [post["text"] for post in site.practice.posts("rehearsal")] == ["It works"])


def test_a_name_taken_on_the_feed_is_said_and_what_was_typed_stays(page: Page) -> None:
    page.goto("/accounts/connect/practice")
    connect_practice(page, "twice")
    page.get_by_text("twice is connected").wait_for()
    page.goto("/accounts/connect/practice")
    page.get_by_label("Name in Beacon").fill("other")
    page.get_by_label("Name on the practice feed").fill("twice")
    page.get_by_role("button", name="Connect").click()
    assert "is taken; choose another" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name in Beacon").input_value() == "other"


def test_a_revoked_account_is_connected_again_by_keys_and_what_was_held_goes_out(
    site: Site, page: Page
) -> None:
    page.goto("/accounts/connect/practice")
    connect_practice(page, "lost")
    page.get_by_text("lost is connected").wait_for()
    with read_session(site.database) as session:
        lost = connecting.known(session, "lost")
    site.practice.revoke("lost")
    site.stage.plan(lost, "Held until then")
    page.goto("/accounts")
    site.until(lambda: _state(site, "lost") == AccountState.RECONNECT)
    page.get_by_text("Nothing goes out there until").wait_for()
    site.practice.faults()
    press(page, page.get_by_role("link", name="Connect again lost"))
    press(page, page.get_by_role("button", name="Connect again"))
    page.get_by_text("lost is connected as lost.").wait_for()
    site.until(lambda: [post["text"] for post in site.practice.posts("lost")] == ["Held until then"])


def test_removing_cancels_no_more_than_it_said(site: Site, page: Page) -> None:
    main = site.stage.account()
    site.stage.plan(main, "Waits", state="held")
    page.goto("/accounts/practice/remove")
    page.get_by_text("1 post that waits on it is cancelled.").wait_for()
    site.stage.plan(main, "Came meanwhile", state="held")
    page.get_by_role("button", name="Remove the account").click()
    page.get_by_text("Meanwhile more posts were planned on it").wait_for()
    assert _state(site, "practice") == AccountState.READY
    page.get_by_role("button", name="Remove the account").click()
    page.get_by_text("practice is removed").wait_for()
    assert _state(site, "practice") == AccountState.REMOVED


def test_an_account_is_paused_by_keys_alone(site: Site, page: Page) -> None:
    site.stage.account()
    page.goto("/accounts")
    press(page, page.get_by_role("button", name="Pause practice", exact=True))
    page.get_by_role("button", name="Resume practice").wait_for()


@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark", "viewport": PHONE}], ids=["desk", "dark phone"])
def test_an_account_to_connect_again_and_a_refusal_are_accessible(
    site: Site, browser: Browser, how: dict[str, Any]
) -> None:
    """The pages as they are when all is well are looked at with all the others: test_every_page."""
    main = site.stage.account()
    site.stage.plan(main, "Waits", state="held")
    with write_session(site.database) as session:
        made = make_account(session, make_organisation(session), "mastodon", "news")
        made.state, made.state_reason, made.paused = AccountState.RECONNECT, "The token was revoked.", True
    with new_context(browser, site, site.person(), **how) as context:
        page = context.new_page()
        for path in ("/accounts", "/accounts/news/connect", "/accounts/news/remove"):
            page.goto(path)
            assert violations(page) == [], path
            assert fits(page), path
        page.goto("/accounts/connect/bluesky")
        page.get_by_label("Name in Beacon").fill("not a name")
        page.get_by_label("Your handle").fill("alice.test")
        page.get_by_label("App password").fill(SECRET)
        page.get_by_role("button", name="Connect").click()
        page.get_by_role("alert").wait_for()
        assert violations(page) == []


def _state(site: Site, name: str) -> str:
    with read_session(site.database) as session:
        found = connecting.find(session, name)
        return found.state if found else ""
