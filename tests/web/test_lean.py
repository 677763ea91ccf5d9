"""What is sent of style sheets and scripts means what their sources mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from campaigns.web.base.lean import lean
from campaigns.web.base.pages import FOLDER
from tests.support.browser import new_context

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.support.browser import Site

STYLES = sorted((FOLDER / "static").rglob("*.css"))
SCRIPTS = sorted((FOLDER / "static").rglob("*.js"))
RULES = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/, /g, ","));
}"""
"""A variable keeps its blanks, which mean nothing there."""


def test_a_browser_reads_the_same_rules_from_every_style_sheet(site: Site, browser: Browser) -> None:
    with new_context(browser, site) as context:
        page = context.new_page()
        page.goto("/sign-in")
        for path in STYLES:
            source = path.read_bytes()
            sent = lean(path.name, source)
            assert len(sent) < len(source)
            assert b"/*" not in sent
            assert page.evaluate(RULES, sent.decode()) == page.evaluate(RULES, source.decode()), path.name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_is_sent_line_for_line_but_for_what_only_its_readers_need(path: Path) -> None:
    source = path.read_text("utf-8")
    wanted = [line.strip() for line in source.splitlines() if not line.strip().startswith("//")]
    assert lean(path.name, source.encode()).decode().splitlines() == [line for line in wanted if line]
    assert source.count("`") % 2 == 0
    assert all(line.count("`") % 2 == 0 for line in source.splitlines()), "a text over several lines"


def test_anything_else_is_sent_as_it_is() -> None:
    assert lean("a.svg", b"<svg>\n  <!-- a -->\n</svg>") == b"<svg>\n  <!-- a -->\n</svg>"
