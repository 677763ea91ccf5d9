"""The agendas of many lanes are read together; each lane still gets its own, whatever ails another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from campaigns.core.db import writing
from campaigns.models import State
from campaigns.models.tables import part
from tests.support.engine import running_engine, states, until

if TYPE_CHECKING:
    from tests.support.stage import Stage

LANES = 60  # more than are read in one go


def test_each_of_many_lanes_that_begin_at_once_sends_what_is_its_own_in_order(stage: Stage) -> None:
    accounts = [stage.account(name=f"choir_{number}") for number in range(LANES)]
    for account in accounts:
        for number in range(2):
            stage.plan(account, f"{account.name} {number}")
    stage.run(State.PUBLISHED)
    for account in accounts:
        assert stage.texts(account) == [f"{account.name} {number}" for number in range(2)]


def test_a_lane_with_a_row_that_cannot_be_read_does_not_hold_up_those_read_with_it(stage: Stage) -> None:
    sick, well = stage.account(name="sick"), stage.account(name="well")
    broken = stage.plan(sick, "never read")
    sound = stage.plan(well, "sound")
    with writing(stage.database) as connection:
        connection.execute(update(part).where(part.c.delivery_id == broken.id).values(payload={}))
    with running_engine(stage.settings, stage.database) as tick:
        until(lambda: states(stage.database)[sound.id] == State.PUBLISHED, every=tick)
    assert stage.texts() == ["sound"]
    assert stage.get(broken.id).state == State.SCHEDULED
