"""Walks over everything that the router knows, so that a new page is looked at without being named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import pytest
from fastapi.routing import APIRoute

from campaigns.app import PAGES
from tests.support.browser import fits, new_context, unfold, violations
from tests.support.everypage import FOR_STRANGERS, addresses, every_page, is_somebodys
from tests.support.furnished import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.support.browser import Site

AT_400_PERCENT: ViewportSize = {"width": 320, "height": 640}
"""What a screen of 1280 pixels shows then."""

LOOKS: tuple[tuple[Literal["light", "dark"], ViewportSize], ...] = (
    ("light", {"width": 1280, "height": 900}),
    ("dark", AT_400_PERCENT),
)

MOVES = """() => [...document.querySelectorAll("*")].flatMap((element) => [null, "::before", "::after"]
  .map((part) => getComputedStyle(element, part))
  .filter((style) => style.animationName !== "none" || style.scrollBehavior === "smooth"
    || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0))
  .map(() => `moves though less motion is asked for: ${element.outerHTML.slice(0, 120)}`))"""
"""What is animated all the same."""


@pytest.mark.timeout(600)  # every page, with two whole looks of axe
def test_every_page_is_accessible_fits_and_holds_still(site: Site, browser: Browser) -> None:
    home = furnish(site)
    pages = every_page(home)
    wrong: list[str] = []
    for strangers in (False, True):
        person = None if strangers else site.person()
        with new_context(browser, site, person, reduced_motion="reduce") as context:
            page = context.new_page()
            page.on("pageerror", partial(_note, wrong))
            for path, examples in pages.items():
                if (path in FOR_STRANGERS) != strangers:
                    continue
                for address in examples:
                    answer = page.goto(address)
                    if answer is None or answer.status != 200:
                        wrong.append(f"{address}: {answer and answer.status}")
                    unfold(page)
                    wrong += [f"{address}, {one}" for one in (*_looked_at(page), *page.evaluate(MOVES))]
    assert not wrong, "\n".join(wrong)


def _looked_at(page: Page) -> Iterator[str]:
    """What is wrong in the light on a desk, and then for who turns the lights off and zooms in."""
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        yield from (f"{scheme}: {one}" for one in violations(page))
        if not fits(page):
            yield f"{scheme}: wider than the window"


def test_charlie_gets_nothing_of_alices_from_any_address(site: Site, browser: Browser) -> None:
    home, charlie = furnish(site), site.person("Charlie", organisation="elsewhere")
    let_in = []
    with new_context(browser, site, charlie) as context:
        for route in (route for page in PAGES for route in page.router.routes):
            if not isinstance(route, APIRoute) or not is_somebodys(route.path):
                continue
            for method in route.methods or ():
                own = {"sec-fetch-site": "same-origin"}
                for address in addresses(route.path, home):
                    answer = context.request.fetch(address, method=method, headers=own, max_redirects=0)
                    if answer.status != 404:
                        let_in.append(f"{method} {address}: {answer.status}")
    assert not let_in, "\n".join(let_in)


def _note(wrong: list[str], error: object) -> None:
    wrong.append(str(error))
