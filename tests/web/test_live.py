"""Open pages keep themselves fresh, and never take anything out of somebody's hands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.deliver import pause, people, presence
from campaigns.deliver.owner import Owner
from campaigns.models import PauseMode
from campaigns.web.base.changes import Changes
from tests.support.browser import focus_is_kept, new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from sqlalchemy import Engine

    from tests.support.browser import Site


def told(engine: Engine, *acts: object) -> list[bool]:
    """After each act, whether who watches is told of a change within a moment."""

    async def watch() -> list[bool]:
        changes = Changes(engine)
        turn = await changes.after(0, 3.5)  # the first look has nothing to compare with
        answers = []
        for act in acts:
            await asyncio.to_thread(act)  # type: ignore[arg-type]
            before, turn = turn, await changes.after(turn, 3.5)
            answers.append(turn != before)
        await changes.close()
        return answers

    return asyncio.run(watch())


def test_a_pause_is_told_but_a_heartbeat_is_not(engine: Engine) -> None:
    owner = Owner.here()
    presence.appear(engine, owner, "worker", utc_now())
    assert told(
        engine,
        lambda: pause.pause_install(engine, PauseMode.FULL, "Alice"),
        lambda: presence.appear(engine, owner, "worker", utc_now()),
    ) == [True, False]


def test_what_goes_out_appears_without_loading_the_page(site: Site, page: Page) -> None:
    account = site.stage.account()
    page.goto("/")
    page.get_by_text("Nothing has gone out yet.").wait_for()
    site.stage.plan(account, "Seen by who only waits")
    site.until(site.practice.posts)
    out = page.locator("section", has=page.get_by_role("heading", name="Went out"))
    out.get_by_role("paragraph").get_by_text("Seen by who only waits", exact=True).first.wait_for()
    assert out.get_by_role("link", name="See it").is_visible()


def test_a_pause_elsewhere_is_announced_and_the_focus_stays(site: Site, page: Page) -> None:
    page.goto("/")
    button = page.get_by_role("button", name="Only essential posts")
    button.focus()
    delivery = site.stage.plan(site.stage.account(), "Held back", state="held")
    page.get_by_role("heading", name="Needs a person").wait_for()
    assert page.evaluate("document.activeElement.textContent").strip() == "Only essential posts"
    pause.pause_install(site.database, PauseMode.FULL, "Bob")
    page.get_by_role("heading", name="The pause holds").wait_for()
    assert page.get_by_text("Everything is paused").is_visible()
    page.get_by_role("button", name="Let it go now").focus()
    with write_session(site.database) as session:
        people.cancel(session, delivery.id, "Bob")
    page.get_by_role("heading", name="Needs a person").wait_for(state="detached")
    assert focus_is_kept(page)


def test_without_scripts_a_link_looks_again(site: Site, browser: Browser) -> None:
    account = site.stage.account()
    with new_context(browser, site, site.person(), java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        site.stage.plan(account, "Seen after looking again", state="held")
        page.get_by_role("link", name="Look again").click()
        assert page.get_by_text("Seen after looking again").first.is_visible()


def test_a_person_settles_and_pauses_by_keyboard_alone(site: Site, page: Page) -> None:
    account = site.stage.account()
    site.stage.plan(account, "Held back", state="held")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to the page"
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if "Let it go now" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.get_by_text("It goes out now.").wait_for()
    site.until(site.practice.posts)
