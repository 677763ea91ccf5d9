"""A lane that is busy keeps its agenda; what comes before it is noticed all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from campaigns.core.moments import utc_now
from campaigns.models import Account, State
from tests.support.engine import running_engine, states, until

if TYPE_CHECKING:
    from tests.support.stage import Stage


def test_an_urgent_post_is_noticed_by_a_lane_that_is_busy(stage: Stage) -> None:
    account = stage.account()
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "accept": True, "seconds": 0.4})
    for number in range(12):
        stage.plan(account, f"{number}")
    with running_engine(stage.settings, stage.database) as tick:
        until(lambda: len(stage.texts()) >= 1, every=tick)
        stage.plan(account, "urgent", urgent=True)
        until(lambda: set(states(stage.database).values()) == {State.PUBLISHED}, every=tick)
    assert stage.texts().index("urgent") < 11


def test_a_post_put_in_before_the_one_that_a_lane_waits_for_goes_out_in_time(stage: Stage) -> None:
    account = stage.account()
    stage.plan(account, "first")
    with running_engine(stage.settings, stage.database) as tick:
        until(stage.texts, every=tick)
        later = stage.plan(account, "later", due=utc_now() + timedelta(seconds=2.8))
        until(lambda: _owned(stage, account.id), every=tick)
        sooner = stage.plan(account, "sooner", due=utc_now() + timedelta(seconds=0.2))
        until(lambda: set(states(stage.database).values()) == {State.PUBLISHED}, every=tick)
    assert stage.texts() == ["first", "sooner", "later"]
    published = stage.get(sooner.id).published_utc
    assert published is not None
    assert published < later.due_utc


def _owned(stage: Stage, account_id: int) -> bool:
    with Session(stage.database) as session:
        return session.get_one(Account, account_id).lane_owner is not None
