"""The real pages in a real browser: the app, an engine and a practice platform, on their own database."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

from campaigns.app import create_app
from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from campaigns.models import Role
from campaigns.people import logins
from tests.factories.cast import make_person
from tests.support.engine import running_engine, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright
    from sqlalchemy import Engine

    from campaigns.models import Person
    from config.settings import Settings
    from tests.support.practice import PracticeServer
    from tests.support.stage import Stage

AXE = f"""async () => {{
  {Axe().axe_script}
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  return (await axe.run(document, {{ runOnly: tags, resultTypes: ["violations"] }})).violations;
}}"""
"""No more than what is wrong: axe's whole answer, brought over from the browser, takes as long as axe."""
PHONE = ViewportSize(width=390, height=844)
PATIENCE = 20_000
"""Milliseconds until something that a page should show counts as missing, also on a machine that is busy."""
DESK = ViewportSize(width=1280, height=900)


HIDDEN_FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return ""; // the focus is on the browser's own bar
  const box = at.getBoundingClientRect();
  const own = (hit) => hit && (at.contains(hit) || hit.contains(at) && hit !== document.body
    && hit !== document.documentElement || [...at.labels ?? []].some((label) => label.contains(hit)));
  const seen = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].some(([across, down]) =>
    own(document.elementFromPoint(box.x + box.width * across, box.y + box.height * down)));
  return seen ? "" : at.outerHTML.slice(0, 200);
}"""
"""What has the focus though something lies over all of it, or it lies outside the window."""


@dataclass
class Site:
    """A running install. `stage` plans deliveries on it; `tick` lets what is due go out."""

    url: str
    settings: Settings
    database: Engine
    practice: PracticeServer
    stage: Stage
    tick: Callable[[], None]

    def person(self, name: str = "Alice", role: Role = Role.OWNER, **more: Any) -> Person:
        """Somebody who may sign in, with PASSWORD; the sign-in name is the name in lower case."""
        with write_session(self.database) as session:
            return make_person(session, name, role, **more)

    def cookie(self, person: Person) -> dict[str, Any]:
        """What a browser holds once this person has signed in."""
        with write_session(self.database) as session:
            token = logins.sign_in(session, person, "Test browser", utc_now())
        return {"name": f"beacon-{self.settings.http_port}-login", "value": token, "url": self.url}

    def until(self, true: Callable[[], Any], seconds: float = 20) -> Any:
        """Lets time go on until something holds, and returns it."""
        return until(true, seconds, every=self.tick)


@contextmanager
def running_site(
    settings: Settings, database: Engine, practice: PracticeServer, stage: Stage
) -> Iterator[Site]:
    """The app on a free port; `settings.http_port` must be 0."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        settings = settings.model_copy(update={"http_port": listener.getsockname()[1]})
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings),
                log_level="warning",
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started, 10)
            with running_engine(settings, database) as tick:
                yield Site(
                    f"http://127.0.0.1:{settings.http_port}", settings, database, practice, stage, tick
                )
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def running_browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium or Chrome. On a laptop without one these tests say so; CI may not skip them."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("Neither Chromium nor Chrome is installed: nothing can drive the pages.")
    browser = playwright.chromium.launch(
        executable_path=found, args=["--no-sandbox", "--disable-background-networking"]
    )
    try:
        yield browser
    finally:
        browser.close()


def new_context(browser: Browser, site: Site, person: Person | None = None, **how: Any) -> BrowserContext:
    """A browser profile; signed in as the person, if one is given. It fails what logs an error or leaves
    the machine. `how` is Playwright's: viewport=PHONE, color_scheme="dark", java_script_enabled=False ..."""
    defaults = {"base_url": site.url, "viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/London"}
    context = browser.new_context(**{**defaults, **how})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    if person:
        context.add_cookies([site.cookie(person)])  # type: ignore[list-item]  # Playwright's own TypedDict
    return context


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practices, one line for each element."""
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in page.evaluate(AXE)
        for node in rule["nodes"]
    ]


def violations_in_both_themes(page: Page) -> list[str]:
    """The same with what is on the page now, light and then dark. Without motion: a colour on its way to
    another is neither."""
    found: list[str] = []
    page.emulate_media(reduced_motion="reduce")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {one}" for one in violations(page)]
    return found


def unfold(page: Page) -> None:
    """Opens every fold, so that what lies in it is looked at too."""
    page.locator("details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true })")


def tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    """Goes on with the Tab key, as somebody without a mouse does, until the focus is there. Each stop on the
    way must be seen: WCAG 2.2, 2.4.11."""
    expect(wanted).to_be_visible()
    for _ in range(most):
        page.keyboard.press("Tab")
        hidden = page.evaluate(HIDDEN_FOCUS)
        assert not hidden, f"the focus is hidden at {hidden}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    message = f"{most} times Tab lead not to {wanted}"
    raise AssertionError(message)


def press(page: Page, wanted: Locator, key: str = "Enter", most: int = 80) -> None:
    """What a click is to somebody without a mouse."""
    tab_to(page, wanted, most)
    page.keyboard.press(key)


def focus_is_kept(page: Page) -> bool:
    """Whether some element has the focus, and it can be seen."""
    kept: bool = page.evaluate(
        "(at => at && at !== document.body && at.checkVisibility())(document.activeElement)"
    )
    return kept


def fits(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return wide
