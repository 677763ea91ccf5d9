"""The bar above every page, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.web.base.languages import LOCALES
from tests.support.browser import new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.browser import Site

TABS_IN_A_ROW_OF_THEIR_OWN = 864
"""Pixels: no wider, and they stand below the brand, or at the foot of a phone."""

MIDDLES = """() => [".brand", ".tabs", ".bar-end"].map((part) => {
  const box = document.querySelector(part).getBoundingClientRect();
  return box.top + box.height / 2;
})"""


@pytest.mark.parametrize("language", LOCALES)
def test_the_bar_keeps_to_one_row_wherever_it_is_meant_to(
    site: Site, browser: Browser, language: str
) -> None:
    with new_context(browser, site, site.person(), locale=language) as context:
        page = context.new_page()
        page.goto("/")
        assert page.evaluate("document.documentElement.lang").startswith(language)
        for width in range(TABS_IN_A_ROW_OF_THEIR_OWN + 1, 1300, 9):
            page.set_viewport_size({"width": width, "height": 600})
            middles = page.evaluate(MIDDLES)
            assert max(middles) - min(middles) < 8, f"two rows at {width} pixels"
