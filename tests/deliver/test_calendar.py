"""The calendar's counts, beside what one gets by going through every delivery."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from campaigns.core.db import read_session, write_session
from campaigns.deliver.calendar import Narrowed, cells, one_page
from campaigns.models import Delivery, State
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery

if TYPE_CHECKING:
    from sqlalchemy import Engine

MONDAY = datetime(2027, 10, 11, tzinfo=UTC)
HOURS = [MONDAY + timedelta(hours=n) for n in range(49)]
MINUTES = (0, 1, 59, 60, 300, 301, 302, 1439, 1440, 2879)
SHOWN = 3

Place = tuple[datetime, int]


def plan_somewhere(engine: Engine, chance: random.Random) -> Narrowed:
    """Forty posts on up to three accounts each, some cancelled on one or on all; and what to look for."""
    with write_session(engine) as session:
        organisation = make_organisation(session, "default")
        both = [make_campaign(session, organisation.id, slug) for slug in ("hope", "care")]
        accounts = [make_account(session, organisation, name=name) for name in ("a", "b", "c")]
        for _ in range(40):
            campaign, due = chance.choice(both), MONDAY + timedelta(minutes=chance.choice(MINUTES))
            often = chance.choice((0, 0.4, 1))
            its: dict[str, Any] = {}
            for account in chance.sample(accounts, chance.randint(1, 3)):
                state = State.CANCELLED if chance.random() < often else State.SCHEDULED
                row = make_delivery(session, campaign, account, due=due, state=state, **its)
                its = {"post_id": row.post_id}
        campaigns = chance.choice((None, [both[0].id], [one.id for one in both]))
        return Narrowed(organisation.id, campaigns, chance.choice((None, accounts[0].id)))


def looked_through(engine: Engine, narrowed: Narrowed) -> list[Place]:
    """Each place of what is looked for, once, unless it was cancelled on each of its accounts."""
    with read_session(engine) as session:
        every = list(session.exec(select(Delivery)).all())
    states: dict[Place, set[str]] = defaultdict(set)
    for row in every:
        states[row.due_utc, row.post_id].add(row.state)
    return sorted(
        {
            (row.due_utc, row.post_id)
            for row in every
            if states[row.due_utc, row.post_id] != {State.CANCELLED}
            and (narrowed.campaign_ids is None or row.campaign_id in narrowed.campaign_ids)
            and narrowed.account_id in {None, row.account_id}
        }
    )


@pytest.mark.parametrize("seed", range(12))
def test_every_hour_holds_what_is_due_in_it(engine: Engine, seed: int) -> None:
    narrowed = plan_somewhere(engine, random.Random(seed))  # noqa: S311 - to be repeated
    expected = looked_through(engine, narrowed)
    by_hour = [[place for place in expected if since <= place[0] < until] for since, until in pairwise(HOURS)]
    with read_session(engine) as session:
        for in_all in (1, 8, 12, 1000):
            found = cells(session, narrowed, HOURS, SHOWN, in_all=in_all)
            assert [(cell.since, cell.total) for cell in found] == [
                (since, len(there)) for since, there in zip(HOURS, by_hour, strict=False)
            ]
            shown = fitting(by_hour, in_all)
            assert [[(entry.due_utc, entry.post_id) for entry in cell.entries] for cell in found] == [
                there[:shown] for there in by_hour
            ]
        first, total = one_page(session, narrowed, HOURS[0], HOURS[-1], 1)
    assert total == len(expected)
    assert [(entry.due_utc, entry.post_id) for entry in first] == expected


def fitting(by_hour: list[list[Place]], in_all: int) -> int:
    """How many each hour may show, so that no more than that are shown together, and one always."""
    together = {n: sum(len(there[:n]) for there in by_hour) for n in range(1, SHOWN + 1)}
    return max((n for n in together if together[n] <= in_all), default=1)
