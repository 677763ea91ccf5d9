"""A simulated install's life: it is founded, much befalls it, all faults end, and it comes to rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from campaigns.core.moments import wall_clock
from tests.simulation import faults
from tests.simulation.database import instant
from tests.simulation.founding import found
from tests.simulation.hush import errors_to
from tests.simulation.loop import StuckError, bury
from tests.simulation.scenario import HOUR

if TYPE_CHECKING:
    from tests.simulation.scenario import Happening
    from tests.simulation.world import World

SETTLING = 3 * HOUR
"""How long after the last fault and the last due time everything may take to come to rest."""


def live(world: World) -> None:
    """From the first second until everything has come to rest, or has failed to."""
    asyncio.set_event_loop(None)
    with wall_clock(world.wall), errors_to(world.oracle.broken):
        try:
            world.loop.run_until_complete(_days(world))
            world.oracle.at_the_end()
        except StuckError as stuck:
            world.oracle.violated("stuck", str(stuck))
        for trouble in world.loop.troubles:
            world.oracle.broken(trouble)
        bury(world.loop)
    world.loop.close()


async def _days(world: World) -> None:
    found(world)
    for slot, _ in world.slots():
        world.later(world.chance.uniform(0, 5), world.start, slot)
    for happening in world.scenario.happenings:
        if happening.at:
            world.later(happening.at, _happen, world, happening)
        else:
            _happen(world, happening)
    await asyncio.sleep(world.scenario.days * 24 * HOUR)
    _heal(world)
    await _settle(world)


def _happen(world: World, happening: Happening) -> None:
    if not world.healing:
        faults.HAPPENINGS[happening.kind](world, *happening.about)


def _heal(world: World) -> None:
    """From here on nothing goes wrong any more; what went wrong must come right."""
    world.tell("all faults end")
    world.healing = True
    world.away_until.clear()
    world.broker.up, world.broker.weather = True, ""
    for shell in world.shells.values():
        if shell.process.frozen_since is not None:
            shell.process.thaw()
        shell.runtime.stumbles.clear()
    for slot, _ in world.slots():
        if not world.shells[slot].process.alive:
            world.start(slot)
    for account in world.platform.accounts.values():
        account.sick_until = account.refusing_until = account.throttled_until = 0
    world.people.make_good()
    world.stir()


async def _settle(world: World) -> None:
    latest = instant(world.database.one("SELECT max(due_utc) FROM delivery")) or world.wall()
    ends = world.loop.time() + max((latest - world.wall()).total_seconds(), 0) + SETTLING
    while world.loop.time() < ends:
        if not world.database.ask(
            "SELECT 1 FROM delivery WHERE state IN"
            " ('scheduled', 'retry_wait', 'submitting', 'uncertain', 'needs_person')"
            " UNION ALL SELECT 1 FROM attempt WHERE ended_utc IS NULL LIMIT 1"
        ):
            return
        await asyncio.sleep(30)
