"""What tests of the pages ask for; imported by the conftest of each folder that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from campaigns.core.db import open_engine
from config.settings import Settings
from tests.support.browser import Site, new_context, running_browser, running_site
from tests.support.practice import running_practice
from tests.support.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: while Playwright runs, its thread has an event loop, which other tests could not bear."""
    with sync_playwright() as playwright, running_browser(playwright) as browser:
        yield browser


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """A fresh install on SQLite with nobody in it, its practice platform and its engine running."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "beacon.db").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "practice").mkdir()
    with running_practice(tmp_path / "practice") as practice:
        settings = Settings(
            data_dir=folder,
            http_port=0,
            practice_port=practice.port,
            lane_lease=12,
            call_deadline=2,
            quarantine=0.5,
            recheck=0.3,
            reconcile_limit=5,
            catch_up_every=0.5,
        )
        database = open_engine(settings.database)
        try:
            with running_site(settings, database, practice, Stage(database, settings, practice)) as site:
                yield site
        finally:
            database.dispose()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Alice's browser: she owns the organisation and is signed in."""
    with new_context(browser, site, site.person()) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of Alice's. What a script gets wrong fails the test."""
    page = context.new_page()
    page.on("pageerror", _fail)
    return page


def _fail(error: object) -> None:
    pytest.fail(f"a script failed: {error}")
