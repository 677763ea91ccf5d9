"""`python -m tests.screenshots`: drives the real app, furnished, and writes the pictures of README and docs.

`--look FOLDER` writes every page there instead, in both themes and for a phone, to be looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright

from campaigns.core.db import open_engine
from campaigns.migrations import upgrade
from campaigns.web.base.navigation import PLACES
from config.settings import Settings
from tests.support.browser import PHONE, new_context, running_browser, running_site
from tests.support.everypage import FOR_STRANGERS, every_page
from tests.support.furnished import HOUSE, furnish
from tests.support.practice import running_practice
from tests.support.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site
    from tests.support.furnished import Furnished

IMAGES = HOUSE / "docs" / "images"
WIDE = {"width": 1120, "height": 700}
PHONES = ("/", "/media")
FEED = "feed"
AHEAD = "/calendar"  # most of what is planned stands on its next page
COLOURS = 256
SEEN = """() => [...document.images].every(
  (image) => image.complete || image.getBoundingClientRect().top > innerHeight
)"""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE},
}
ODD = {"/": "today", "/campaigns/{slug}": "campaign", "/media/{media_id}": "image"}
"""Names of pictures that the address does not give."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--look", type=Path, metavar="FOLDER")
    asked.add_argument("--only", default="", help="Paths that contain this, with --look.")
    told = asked.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-pictures-")))
        site = _site(stack, home)
        furnished = furnish(site)
        browser = stack.enter_context(running_browser(stack.enter_context(sync_playwright())))
        if told.look:
            _every_page(browser, site, furnished, told.look, told.only)
        else:
            _documentation(browser, site, furnished)
    return 0


def _site(stack: ExitStack, home: Path) -> Site:
    (home / "data").mkdir()
    (home / "practice").mkdir()
    practice = stack.enter_context(running_practice(home / "practice"))
    settings = Settings(data_dir=home / "data", http_port=0, practice_port=practice.port)
    database = open_engine(settings.database)
    upgrade(database)
    stack.callback(database.dispose)
    return stack.enter_context(
        running_site(settings, database, practice, Stage(database, settings, practice))
    )


def _documentation(browser: Browser, site: Site, home: Furnished) -> None:
    """The pages of the navigation and what belongs to them, as far as this version has them."""
    pages = every_page(home)
    with new_context(browser, site, site.person(), viewport=WIDE) as context:
        page = context.new_page()
        for path in (
            path for path in dict.fromkeys([*(place.path for place in PLACES), *ODD]) if path in pages
        ):
            page.goto(pages[path][0])
            if path == AHEAD:
                page.get_by_role("link", name="Next").click()
            _take(page, IMAGES / f"{_name(path)}.png")
        page.goto(site.practice.url)
        _take(page, IMAGES / f"{FEED}.png")
    with new_context(browser, site, site.person(), viewport=WIDE, color_scheme="dark") as context:
        page = context.new_page()
        for address, name in (("/", "today"), (site.practice.url, FEED)):
            page.goto(address)
            _take(page, IMAGES / f"{name}-dark.png")
    with new_context(browser, site, site.person(), viewport=PHONE) as context:
        page = context.new_page()
        for path in PHONES:
            page.goto(path)
            _take(page, IMAGES / f"{_name(path)}-phone.png")


def _every_page(browser: Browser, site: Site, home: Furnished, folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pages = every_page(home)
    feed = {"/": site.practice.url, "/faults": f"{site.practice.url}/faults"}
    for look, how in LOOKS.items():
        for strangers in (False, True):
            person = None if strangers else site.person()
            with new_context(browser, site, person, **how) as context:
                page = context.new_page()
                for path, addresses in pages.items():
                    if only in path and (path in FOR_STRANGERS) == strangers:
                        page.goto(addresses[0])
                        _take(page, folder / f"{_name(path)}-{look}.png", whole=True)
                for path, address in feed.items():
                    if strangers and only in f"{FEED}{path}":
                        page.goto(address)
                        _take(page, folder / f"{FEED}{_name(path)}-{look}.png", whole=True)


def _name(path: str) -> str:
    plain = path.strip("/").replace("{", "").replace("}", "").replace(":", "-")
    return ODD.get(path) or plain.replace("/", "-")


def _take(page: Page, path: Path, *, whole: bool = False) -> None:
    """In few bytes: flat surfaces need few colours."""
    page.wait_for_function(SEEN)
    with Image.open(BytesIO(page.screenshot(full_page=whole))) as picture:
        small = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        small.save(path, optimize=True)
    sys.stdout.write(f"{path} {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
