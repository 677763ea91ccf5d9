"""A wall clock that is set back must not make a platform's memory of a key look longer than it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.core.moments import utc_now
from campaigns.deliver.clock import DatabaseClock
from campaigns.deliver.setback import age_is_known
from campaigns.models import State

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.support.stage import Stage

HOUR = 3600.0


class Boot:
    """Seconds that the machine has run."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def an_hour_set_back(engine: Engine) -> DatabaseClock:
    """The machine has run for an hour more than the wall clock says."""
    boot = Boot()
    clock = DatabaseClock(engine, boot=boot)
    boot.seconds += HOUR
    clock.sync()
    return clock


def test_what_began_before_the_clock_was_set_back_has_no_known_age(engine: Engine) -> None:
    began = utc_now()
    assert age_is_known(engine, began)
    clock = an_hour_set_back(engine)
    assert not clock.steady()
    assert not age_is_known(engine, began)
    assert age_is_known(engine, began + timedelta(hours=1, minutes=2))


def test_a_clock_set_back_a_little_later_forgets_nothing(engine: Engine) -> None:
    an_hour_set_back(engine)
    boot = Boot()
    clock = DatabaseClock(engine, boot=boot)
    boot.seconds += 60
    clock.sync()
    assert not age_is_known(engine, utc_now() + timedelta(minutes=30))


def test_a_clock_that_went_forward_or_stood_right_takes_no_ages_away(engine: Engine) -> None:
    boot = Boot()
    boot.seconds = 2 * HOUR
    clock = DatabaseClock(engine, boot=boot)
    boot.seconds = HOUR  # so that the wall clock has gained an hour
    clock.sync()
    assert not clock.steady()
    assert age_is_known(engine, utc_now())


def test_a_lost_answer_from_before_that_is_asked_of_a_person_and_not_sent_again(stage: Stage) -> None:
    an_hour_set_back(stage.database)
    stage.practice.lose_next_answer()
    planned = stage.plan(stage.account("keyed"), "Once")
    stage.run(State.NEEDS_PERSON)
    assert "can no longer be asked by its key" in stage.get(planned.id).reason
    assert stage.texts() == ["Once"]
