"""Follows every link and every searching form of every page: one that says more than its page reads promises
what it does not keep, and no eye sees that."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.routing import APIRoute

from campaigns.app import PAGES
from tests.support.browser import new_context
from tests.support.everypage import FOR_STRANGERS, every_page
from tests.support.furnished import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant
    from playwright.sync_api import Browser

    from tests.support.browser import Site

CALENDARS = {"view", "day", "zone", "campaign", "account", "state", "language", "days", "page", "filter"}
"""What a view of the calendar is asked for; its pages read their query as a whole."""

LEADS_TO = """() => [
  ...[...document.querySelectorAll("a[href^='/']")].map((link) => link.getAttribute("href")),
  ...[...document.querySelectorAll("form[method=get]")].map((form) =>
    `${form.getAttribute("action")}?${[...form.elements].filter((one) => one.name).map((one) =>
      `${one.name}=${encodeURIComponent(one.value)}`).join("&")}`),
]"""


@pytest.mark.timeout(600)
def test_every_link_leads_to_a_page_that_reads_all_it_says(site: Site, browser: Browser) -> None:
    pages = every_page(furnish(site))
    wrong: dict[str, str] = {}
    with new_context(browser, site, site.person()) as context:
        page = context.new_page()
        for address in (one for path, some in pages.items() if path not in FOR_STRANGERS for one in some):
            page.goto(address)
            for link in {*page.evaluate(LEADS_TO)} - {*wrong}:
                wrong[link] = ", ".join(_unread(link))
                answer = context.request.get(link)
                if not answer.ok:
                    wrong[link] += f" {answer.status}"
                wrong[link] = wrong[link] and f"{address} -> {link}: {wrong[link]}"
    assert len(wrong) > len(pages), "links were followed"
    assert not any(wrong.values()), "\n".join(filter(None, wrong.values()))


def _unread(link: str) -> Iterator[str]:
    """The names in its query that its page does not know."""
    parts = urlsplit(link)
    known = _read_by(parts.path)
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name not in known:
            yield name


def _read_by(path: str) -> set[str]:
    for route in (route for page in PAGES for route in page.router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and route.path_regex.match(path):
            return (
                CALENDARS | _query(route.dependant)
                if path.startswith("/calendar")
                else _query(route.dependant)
            )
    return set()


def _query(dependant: Dependant) -> set[str]:
    return {field.alias for field in dependant.query_params}.union(*map(_query, dependant.dependencies))
