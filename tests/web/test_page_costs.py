"""What a page view reads: never all posts or deliveries one by one, however many there are.

The plan is SQLite's own, without statistics, as an install has none.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from campaigns.app import create_app
from campaigns.core.db import write_session
from campaigns.core.moments import utc_now
from config.settings import Settings
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI
    from sqlalchemy import Engine

    from tests.support.visitor import Visitor

Statement = tuple[str, tuple[Any, ...]]

TODAY, CAMPAIGNS, CAMPAIGN = "/", "/campaigns", "/campaigns/hope"
PAGES = (
    TODAY,
    CAMPAIGNS,
    CAMPAIGN,
    f"{CAMPAIGN}?state=scheduled&page=3",
    f"{CAMPAIGN}/posts",
    f"{CAMPAIGN}/posts?state=scheduled&account=practice&language=en",
    f"{CAMPAIGN}/queue",
    "/calendar",
    "/calendar?view=week",
    "/calendar?view=list",
    "/queue",
    "/status",
)
COUNTED_BY = {TODAY: "delivery_by_state", CAMPAIGNS: "delivery_progress", CAMPAIGN: "delivery_progress"}


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Iterator[FastAPI]:
    shutil.copy(sqlite_template, tmp_path / "beacon.db")
    app = create_app(Settings(data_dir=tmp_path))
    with write_session(app.state.engine) as session:
        organisation = make_organisation(session, "default")
        campaign = make_campaign(session, organisation.id, "hope")
        account = make_account(session, organisation)
        for days in (-2, 0, 2):
            due = utc_now() + timedelta(days=days)
            make_delivery(
                session, campaign, account, "Ask twice.", due=due, state="held" if days < 0 else "scheduled"
            )
    yield app
    app.state.engine.dispose()


@contextmanager
def listening(engine: Engine) -> Iterator[list[Statement]]:
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        heard.append((statement, tuple(parameters)))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def steps(app: FastAPI, alice: Visitor) -> Callable[[str], list[str]]:
    """How SQLite goes about each read of a page: `SEARCH delivery USING INDEX ...`."""

    def steps(path: str) -> list[str]:
        alice.get(path)  # the first visit of all notes that somebody was there
        with listening(app.state.engine) as heard:
            page = alice.get(path)
        assert page.status == 200, page.words
        with app.state.engine.connect() as connection:
            return [
                row[3]
                for statement, parameters in heard
                if statement.startswith(("SELECT", "WITH"))
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]

    return steps


@pytest.mark.parametrize("path", PAGES)
def test_no_page_goes_through_all_posts_or_deliveries(steps: Callable[[str], list[str]], path: str) -> None:
    found = steps(path)
    assert any("delivery" in step for step in found)
    assert [step for step in found if re.match(r"SCAN (delivery|post|part)\b", step)] == []


@pytest.mark.parametrize("path", COUNTED_BY)
def test_what_counts_by_state_touches_an_index_only(steps: Callable[[str], list[str]], path: str) -> None:
    counting = [step for step in steps(path) if COUNTED_BY[path] in step]
    assert counting
    assert [step for step in counting if "COVERING" not in step] == []


def test_the_list_of_campaigns_touches_neither_posts_nor_deliveries(
    steps: Callable[[str], list[str]],
) -> None:
    reading = [step for step in steps(CAMPAIGNS) if re.search(r"\b(delivery|post) USING\b", step)]
    assert reading
    assert [step for step in reading if "COVERING" not in step] == []


def test_pages_ask_the_database_no_more_often_the_more_there_is(app: FastAPI, alice: Visitor) -> None:
    def asked(path: str) -> int:
        with listening(app.state.engine) as heard:
            alice.get(path)
        return len(heard)

    for path in PAGES:
        alice.get(path)
    before = [asked(path) for path in PAGES]
    with write_session(app.state.engine) as session:
        organisation = make_organisation(session, "default")
        for number in range(3):
            campaign = make_campaign(session, organisation.id, f"more-{number}")
            account = make_account(session, organisation, name=f"account-{number}")
            make_delivery(session, campaign, account, "A walk counts.", due=utc_now(), state="scheduled")
    assert [asked(path) for path in PAGES] == before
