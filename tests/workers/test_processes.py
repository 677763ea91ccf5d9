"""A real clock and real Celery workers on a real broker, killed in the middle."""

from __future__ import annotations

import itertools
import signal
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from campaigns.deliver import pause
from campaigns.models import PauseMode, State
from tests.support.engine import states, until
from tests.support.processes import Processes, process_group

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.support.stage import Stage

pytestmark = pytest.mark.faults


def published(database: Engine) -> int:
    return sum(state == State.PUBLISHED for state in states(database).values())


def at_least(database: Engine, goal: int) -> bool:
    return published(database) >= goal


def all_published(database: Engine) -> bool:
    return set(states(database).values()) == {State.PUBLISHED}


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(stage: Stage) -> None:
    accounts = [
        stage.account(kind, f"{kind}{number}") for kind in ("keyed", "readable") for number in range(3)
    ]
    for account, number in itertools.product(accounts, range(15)):
        stage.plan(account, f"{number:02}")
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 0.05})
    with process_group(stage.settings) as processes:
        processes.start("clock")
        for goal in (10, 40):
            worker = processes.start("worker")
            until(partial(at_least, stage.database, goal))
            worker.kill()
        processes.start("worker")
        until(lambda: all_published(stage.database), seconds=120)
    for account in accounts:
        assert stage.texts(account) == [f"{number:02}" for number in range(15)]


def test_sigterm_drains_what_is_on_the_wire(stage: Stage) -> None:
    account = stage.account("blind")
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 1})
    planned = stage.plan(account, "slow but sure")
    with process_group(stage.settings) as processes:
        processes.start("clock")
        worker = processes.start("worker")
        until(lambda: states(stage.database)[planned.id] == State.SUBMITTING)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert states(stage.database) == {planned.id: State.PUBLISHED}
    assert stage.texts() == ["slow but sure"]


def test_nothing_begins_after_a_pause_is_acknowledged_and_all_goes_on_after_it(stage: Stage) -> None:
    accounts = [stage.account(name=f"a{number}") for number in range(5)]
    start = datetime.now(UTC)
    for account, number in itertools.product(accounts, range(40)):
        stage.plan(account, str(number), due=start + timedelta(milliseconds=number))
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 0.03})
    with process_group(stage.settings) as processes:
        for name in ("clock", "worker", "worker"):
            processes.start(name)
        until(lambda: published(stage.database) >= 20)
        scope = pause.pause_install(stage.database, PauseMode.FULL, "alice")
        assert pause.wait_until_quiet(stage.database, scope, 20, lambda _: None)
        after = len(stage.practice.log("begun"))
        waiting = len(stage.texts())
        assert waiting < 200, "the pause came too late to show anything"
        processes.start("worker")
        still = datetime.now(UTC) + timedelta(seconds=4)
        until(lambda: datetime.now(UTC) > still)
        assert len(stage.practice.log("begun")) == after
        pause.resume_install(stage.database, "alice")
        until(lambda: all_published(stage.database), seconds=120)
    for account in accounts:
        assert stage.texts(account) == [str(number) for number in range(40)]


def test_a_stopped_worker_is_ended_before_its_lanes_move(stage: Stage) -> None:
    account = stage.account()
    stage.practice.faults({"effect": "latency", "endpoint": "posts", "seconds": 0.5, "count": 1})
    for number in range(5):
        stage.plan(account, str(number))
    with process_group(stage.settings) as processes:
        processes.start("clock")
        frozen = processes.start("worker")
        until(lambda: State.SUBMITTING in states(stage.database).values())
        frozen.send_signal(signal.SIGSTOP)
        processes.start("worker")
        until(lambda: all_published(stage.database), seconds=120)
        assert frozen.wait(5) == -signal.SIGKILL
    assert stage.texts() == list("01234")


def test_a_lost_broker_stops_nothing_for_long(stage: Stage) -> None:
    account = stage.account()
    settings = stage.settings.model_copy(update={"broker_grace": 2.0, "redis_url": "redis://127.0.0.1:1/0"})
    stage.plan(account, "by the clock itself")
    processes = Processes(settings, "redis://127.0.0.1:1/0")
    try:
        processes.start("clock")
        until(lambda: all_published(stage.database), seconds=30)
    finally:
        processes.end()
    assert stage.texts() == ["by the clock itself"]
