"""The broker dies, is away, or says everything twenty times."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.faults.scenario import KINDS, Case, Scale, scenario
from tests.faults.scenarios.platform import start_both
from workers.app import NUDGE, make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.world import World


@scenario(
    5, "The broker is killed and forgets everything, with 500 posts due", "all out within 15 s of its return"
)
def broker_killed(scale: Scale) -> Iterator[Case]:
    yield Case("killed and back", partial(_killed, scale.pick(short=60, long=500)), {"broker_grace": 30})


def _killed(count: int, world: World) -> None:
    accounts = world.accounts(KINDS, each=7)
    start_both(world)
    world.plan(accounts, len(accounts))
    world.settle()
    _kill_broker(world)
    world.plan(accounts, count)
    time.sleep(3)
    world.broker.start()
    began = time.monotonic()
    world.settle(60)
    took = time.monotonic() - began
    world.measure("from its return to the last post s", took)
    world.expect(took <= 15, f"The last post came {took:.1f} s after the broker's return.")


@scenario(
    5,
    "The broker is away for ten minutes",
    "posts are at most 45 s late: the clock does the work itself",
    patient=True,
)
def broker_away(scale: Scale) -> Iterator[Case]:
    seconds = scale.pick(short=8, long=scale.some(600, least=30))
    yield Case("away", partial(_away, seconds), {"broker_grace": scale.pick(short=1, long=10)})


def _away(seconds: int, world: World) -> None:
    accounts = world.accounts(KINDS, each=2)
    start_both(world)
    world.plan(accounts, len(accounts))
    world.settle()
    _kill_broker(world)
    world.plan(accounts, seconds * 2, every=0.5)
    time.sleep(seconds)
    world.broker.start()
    world.settle(60)
    worst = max(world.lateness())
    world.measure("worst lateness s", worst)
    world.expect(worst <= 45, f"A post was {worst:.0f} s late.")


@scenario(6, "Every hint is delivered twenty times", "one call a post")
def hints_twenty_times(scale: Scale) -> Iterator[Case]:
    yield Case("twenty times", partial(_again_and_again, scale.pick(short=40, long=600)))


def _again_and_again(count: int, world: World) -> None:
    accounts = world.accounts(KINDS, each=3)
    start_both(world, workers=2)
    world.plan(accounts, count, every=0.02)
    celery = make_app(world.broker_url)
    lanes = [account.id for account in accounts]
    while world.unfinished():
        for _ in range(20):
            celery.send_task(NUDGE, args=[lanes])
        time.sleep(0.25)
    celery.close()
    world.expect(world.begun() == count, f"{world.begun()} calls for {count} posts.")


def _kill_broker(world: World) -> None:
    record = world.broker._record
    assert record
    os.kill(record.pid, signal.SIGKILL)
    world.figures.kills += 1
    while world.broker.alive():
        time.sleep(0.01)
