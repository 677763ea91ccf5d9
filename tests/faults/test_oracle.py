"""The judge itself: a log that loses, doubles or disorders is told so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from campaigns.core.db import write_session
from campaigns.models import State
from campaigns.models.tables import delivery, part
from tests.factories.cast import make_account, make_organisation
from tests.factories.deliveries import make_campaign, make_delivery
from tests.faults.oracle import judge

if TYPE_CHECKING:
    from sqlalchemy import Engine

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def planned(engine: Engine, *texts: str, state: State = State.PUBLISHED) -> None:
    """Posts of one account, all recorded as out unless said otherwise."""
    with write_session(engine) as session:
        organisation = make_organisation(session)
        account = make_account(session, organisation, name="ours")
        campaign = make_campaign(session, organisation.id)
        for text in texts:
            make_delivery(session, campaign, account, text)
    with engine.begin() as connection:
        connection.execute(update(delivery).values(state=state, cursor=int(state == State.PUBLISHED)))
        connection.execute(update(part).values(remote_id="1"))


def shown(*texts: str) -> list[dict[str, Any]]:
    return [{"account": "ours", "text": text, "reply_to": None} for text in texts]


def test_what_is_as_planned_passes(engine: Engine) -> None:
    planned(engine, "a", "b")
    verdict = judge(engine, shown("a", "b"))
    assert (verdict.posts, verdict.lost, verdict.doubled, verdict.out_of_order) == (2, 0, 0, 0)
    assert not verdict.complaints


def test_a_post_recorded_as_out_that_is_not_there_is_lost(engine: Engine) -> None:
    planned(engine, "a", "b")
    assert judge(engine, shown("a")).lost == 1


def test_a_post_that_never_came_to_an_end_is_lost(engine: Engine) -> None:
    planned(engine, "a", state=State.RETRY_WAIT)
    assert judge(engine, []).lost == 1


def test_a_post_that_is_out_and_not_recorded_is_lost(engine: Engine) -> None:
    planned(engine, "a", state=State.FAILED)
    assert judge(engine, shown("a")).lost == 1


def test_an_unknown_post_that_asks_a_person_is_neither(engine: Engine) -> None:
    planned(engine, "a", "b", state=State.NEEDS_PERSON)
    verdict = judge(engine, shown("a"))
    assert (verdict.asked, verdict.lost, verdict.doubled) == (2, 0, 0)


@pytest.mark.parametrize("there", [("a", "a", "b"), ("a", "b", "nobody planned this")])
def test_a_second_post_and_an_unplanned_one_count_as_doubled(engine: Engine, there: tuple[str, ...]) -> None:
    planned(engine, "a", "b")
    assert judge(engine, shown(*there)).doubled == 1


def test_two_that_changed_places_are_out_of_order(engine: Engine) -> None:
    planned(engine, "a", "b")
    assert judge(engine, shown("b", "a")).out_of_order == 1
