"""A lease that was renewed late: its lane waits for the renewal, and makes no tries of the waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from campaigns.deliver.runtime import LiveRuntime
from campaigns.models import ACTIVE, Attempt, State
from tests.support.engine import running_engine, states, until

if TYPE_CHECKING:
    from campaigns.deliver.clock import DatabaseClock
    from tests.support.stage import Stage


class Late(LiveRuntime):
    """Between a post's first intent and its send the lease runs out, as this machine reckons."""

    def __init__(self, clock: DatabaseClock) -> None:
        super().__init__(clock)
        self._passed = 0.0

    def boot(self) -> float:
        return super().boot() + self._passed

    def reached(self, point: str, delivery_id: int) -> None:
        del delivery_id
        if point == "before_intent":
            self._passed = 100.0


def test_a_post_waits_for_its_lanes_renewal_without_a_try(stage: Stage) -> None:
    planned = stage.plan(stage.account(), "In good time")
    with running_engine(stage.settings, stage.database, Late) as tick:
        until(lambda: states(stage.database)[planned.id] not in ACTIVE, every=tick)
    assert stage.get(planned.id).state == State.PUBLISHED
    assert stage.texts() == ["In good time"]
    with Session(stage.database) as session:
        attempts = session.exec(select(Attempt.outcome).order_by(col(Attempt.begun_utc))).all()
    assert attempts == ["retry", "published"]


def test_what_was_never_sent_counts_as_no_try(stage: Stage) -> None:
    settings = stage.settings.model_copy(update={"max_attempts": 1, "give_up_after": 0.001})
    planned = stage.plan(stage.account(), "The only try")
    with running_engine(settings, stage.database, Late) as tick:
        until(lambda: states(stage.database)[planned.id] in {State.PUBLISHED, State.FAILED}, every=tick)
    assert stage.texts() == ["The only try"]
