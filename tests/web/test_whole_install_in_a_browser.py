"""`beacon up`, all its processes, and a browser: from the printed link to a post on the practice feed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from campaigns.core.moments import utc_now
from tests.support.browser import PATIENCE
from tests.support.engine import until
from tests.support.pictures import draw
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
TEXT, ALT = "Who will you call today?", "A half-open door with warm light behind it"

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Install:
    link: str  # for its owner
    feed: str


@contextmanager
def running_install(folder: Path) -> Iterator[Install]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BEACON_")}
    own |= {
        "BEACON_DATA_DIR": str(folder),
        "BEACON_HTTP_PORT": str(free_port()),
        "BEACON_PRACTICE_PORT": str(free_port()),
    }
    up = subprocess.Popen(
        [sys.executable, "-m", "campaigns.cli", "up"],
        cwd=ROOT,
        env=own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert up.stderr
    try:
        told = ""
        while "Ctrl-C stops" not in told:
            line = up.stderr.readline()
            assert line, f"it ended: {told}"
            told += line
        link, feed = re.findall(r"http://\S+", told)[:2]
        yield Install(link, feed)
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=60)


def test_a_newcomer_publishes_a_post_with_an_image_minutes_after_the_first_start(
    browser: Browser, tmp_path: Path
) -> None:
    door = draw(tmp_path / "door.png", size=(640, 400))
    expect.set_options(timeout=PATIENCE)
    with (
        running_install(tmp_path / "data") as install,
        browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB") as context,
    ):
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(install.link)
        page.get_by_label("Your name").fill("Alice Archer")
        page.get_by_label("E-mail address or sign-in name").fill("alice@example.org")
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Make my account").click()
        page.get_by_role("button", name="Load the sample").click()
        expect(page.get_by_role("heading", name="Today")).to_be_visible()

        page.get_by_role("navigation").get_by_role("link", name="Campaigns").click()
        page.locator("main").get_by_role("listitem").get_by_role("link").first.click()
        page.get_by_role("link", name="New post").click()
        page.get_by_label("Text", exact=True).fill(TEXT)
        page.get_by_label("Add an image").set_input_files(door)
        page.get_by_role("textbox", name="What it shows").fill(ALT)
        page.get_by_label("On a date").check()
        page.get_by_label("Date", exact=True).fill(str((utc_now() + timedelta(days=1)).date()))
        page.get_by_label("Time", exact=True).fill("18:00")
        page.get_by_role("button", name="Plan this post").click()
        page.get_by_role("link", name="Its story").click()
        page.get_by_role("button", name="Post it now").click()
        expect(page.get_by_text("It goes out now.")).to_be_visible()

        feed = context.new_page()
        feed.goto(install.feed)

        def looks_again() -> int:
            feed.get_by_role("link", name="Refresh").click()
            return feed.get_by_role("article").get_by_text(TEXT).count()

        until(looks_again, 60)
        expect(feed.get_by_role("img", name=ALT)).to_be_visible()
