"""Brokers at their worst: without memory, or gone for long; the clock goes on with the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from redis import Redis

from campaigns.models import State
from tests.support.engine import states, until
from tests.support.one_database import ONLY_SQLITE
from tests.support.processes import Processes
from workers.broker import Broker

if TYPE_CHECKING:
    from tests.support.stage import Stage

pytestmark = pytest.mark.faults


@ONLY_SQLITE
def test_a_broker_out_of_memory_leaves_the_work_to_the_clock(stage: Stage) -> None:
    account = stage.account()
    settings = stage.settings.model_copy(update={"broker_grace": 1.0})
    with Broker(settings) as url:
        with Redis(unix_socket_path=url.removeprefix("redis+socket://")) as redis:
            redis.config_set("maxmemory-policy", "noeviction")
            redis.config_set("maxmemory", "1mb")
        planned = stage.plan(account, "without a hint")
        processes = Processes(settings, url)
        try:
            processes.start("clock")
            worker = processes.start("worker")
            until(lambda: states(stage.database)[planned.id] == State.PUBLISHED, 40)
            assert worker.poll() is None
        finally:
            processes.end()
        assert "Traceback" not in processes.log("clock")
        assert len(processes.log("clock").splitlines()) < 400
    assert stage.texts() == ["without a hint"]


@ONLY_SQLITE
def test_a_broker_that_goes_for_long_and_comes_back_stops_nobody(stage: Stage) -> None:
    account = stage.account()
    settings = stage.settings.model_copy(update={"broker_grace": 1.0})
    broker = Broker(settings)
    processes = Processes(settings, broker.start())
    try:
        for name in ("clock", "worker"):
            processes.start(name)
        first = stage.plan(account, "before")
        until(lambda: states(stage.database)[first.id] == State.PUBLISHED, 40)
        broker.stop()
        second = stage.plan(account, "during")
        until(lambda: states(stage.database)[second.id] == State.PUBLISHED, 40)
        broker.start()
        third = stage.plan(account, "after")
        until(lambda: states(stage.database)[third.id] == State.PUBLISHED, 40)
        assert all(process.poll() is None for process in processes.running)
    finally:
        processes.end()
        broker.stop()
    assert stage.texts() == ["before", "during", "after"]
