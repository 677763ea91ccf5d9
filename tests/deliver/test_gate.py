"""On PostgreSQL many workers write at once: the gate is what a pause and their intents meet in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from campaigns.core.db import writing
from campaigns.core.wire import open_wire
from campaigns.deliver import gate, pause
from campaigns.models import PauseMode, State
from tests.support.engine import running_engine, states, until

if TYPE_CHECKING:
    from tests.support.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_a_pause_waits_for_the_intents_that_are_being_written(stage: Stage) -> None:
    stage.plan(stage.account())
    done = threading.Event()

    def set_it() -> None:
        pause.pause_install(stage.database, PauseMode.FULL, "alice")
        done.set()

    thread = threading.Thread(target=set_it)
    with open_wire(stage.database, writes=True) as wire:
        gate.pass_shared(wire)
        thread.start()
        assert not done.wait(0.5), "the pause was set while an intent was being written"
    assert done.wait(10)
    thread.join()


def test_an_intent_waits_while_a_pause_is_being_set(stage: Stage) -> None:
    planned = stage.plan(stage.account())
    with running_engine(stage.settings, stage.database) as tick:
        with writing(stage.database) as connection:
            gate.take_alone(connection)
            tick()
            waited = threading.Event()
            waited.wait(1)
            assert stage.texts() == []
        until(lambda: states(stage.database)[planned.id] == State.PUBLISHED, every=tick)
