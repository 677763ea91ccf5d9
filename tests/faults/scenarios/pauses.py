"""People pause everything, all but what is essential, a campaign or an account, while posts go out."""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from campaigns.deliver import pause
from campaigns.models import PauseMode
from tests.faults.scenario import KINDS, Case, Scale, scenario
from tests.faults.scenarios.platform import start_both

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from campaigns.deliver.pause import InFlight, Scope
    from tests.faults.world import World

QUICK, SLOW = 0.05, 1.0
"""Seconds that one call takes on most accounts, and on the few where a pause has to wait."""
ROUND = 80
"""Posts that are due at once before each pause on the quick accounts."""
ROUND_ESSENTIAL, ROUND_SLOW = 30, 2


@scenario(
    14,
    "Sixty pauses under load: all, all but essential posts, a campaign, all but its essential posts, "
    "an account",
    "0 requests begin after one is acknowledged; acknowledged within the time-out + 1 s",
)
def pause_under_load(scale: Scale) -> Iterator[Case]:
    yield Case("pauses", partial(_pauses, scale.pick(short=5, long=60)))


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to pause: `stopped` tells which accounts may not begin anything after it."""

    name: str
    begin: Callable[[World], Scope]
    end: Callable[[World], None]
    stopped: Callable[[_Cast], Collection[str]]


@dataclass(frozen=True, slots=True)
class _Cast:
    """The names of the accounts that post what is marked essential, and of the others."""

    essential: Sequence[str]
    ordinary: Sequence[str]

    @property
    def everybody(self) -> Sequence[str]:
        return [*self.essential, *self.ordinary]


ALONE = "alone"
"""The account that is paused alone."""
PERSON = "alice"


def _pause_campaign(world: World, *, allow_essential: bool = False) -> Scope:
    its = world.campaign
    return pause.pause_campaign(
        world.engine,
        its.slug,
        PERSON,
        organisation_id=its.organisation_id,
        allow_essential=allow_essential,
    )


def _resume_campaign(world: World) -> None:
    its = world.campaign
    pause.resume_campaign(world.engine, its.slug, PERSON, organisation_id=its.organisation_id)


def _pause_account(world: World) -> Scope:
    whose = world.campaign.organisation_id
    return pause.pause_account(world.engine, ALONE, PERSON, organisation_id=whose)


def _resume_account(world: World) -> None:
    pause.resume_account(world.engine, ALONE, PERSON, organisation_id=world.campaign.organisation_id)


_KINDS = (
    _Kind(
        "full",
        lambda world: pause.pause_install(world.engine, PauseMode.FULL, PERSON),
        lambda world: pause.resume_install(world.engine, PERSON),
        lambda cast: cast.everybody,
    ),
    _Kind(
        "crisis",
        lambda world: pause.pause_install(world.engine, PauseMode.CRISIS, PERSON),
        lambda world: pause.resume_install(world.engine, PERSON),
        lambda cast: cast.ordinary,
    ),
    _Kind("campaign", _pause_campaign, _resume_campaign, lambda cast: cast.everybody),
    _Kind(
        "campaign, essential spared",
        partial(_pause_campaign, allow_essential=True),
        _resume_campaign,
        lambda cast: cast.ordinary,
    ),
    _Kind("account", _pause_account, _resume_account, lambda _cast: [ALONE]),
)


def _pauses(times: int, world: World) -> None:
    essential, quick = world.accounts(KINDS), world.accounts(KINDS, each=4)
    slow = [world.account("readable"), world.account("keyed", ALONE)]
    cast = _Cast([one.name for one in essential], [one.name for one in (*quick, *slow)])
    late = {"effect": "latency", "endpoint": "posts", "accept": True}
    world.practice.faults(
        *({**late, "account": one.name, "seconds": SLOW} for one in slow), {**late, "seconds": QUICK}
    )
    start_both(world, workers=2)
    after = went_on = 0
    slowest = longest = 0.0
    for kind in itertools.islice(itertools.cycle(_KINDS), times):
        goal, start = world.begun() + world.random.randint(10, 60), datetime.now(UTC)
        world.plan(quick, ROUND, due=start)
        world.plan(slow, ROUND_SLOW, due=start)
        world.plan(essential, ROUND_ESSENTIAL, due=start, essential=True)
        world.wait(partial(_has_begun, world, goal), 60)
        with _paused(world, kind) as (seconds, call):
            slowest, longest = max(slowest, seconds), max(longest, call)
            stopped = kind.stopped(cast)
            before, all_before = world.begun(*stopped), world.begun()
            time.sleep(0.5 + world.random.random())
            fresh = world.begun(*stopped) - before
            after += fresh
            went_on += world.begun() - all_before - fresh
    world.settle(240)
    world.measure("pauses", times)
    world.measure("requests begun after the acknowledgement", after)
    world.measure("requests of what was not paused meanwhile", went_on)
    world.measure("slowest acknowledgement s", slowest)
    world.measure("longest that a call in flight still took s", longest)
    world.expect(not after, f"{after} requests began after a pause was acknowledged.")
    world.expect(went_on > 0, "What was not paused did not go on.")
    world.expect(slowest <= world.settings.call_deadline + 1, f"An acknowledgement took {slowest:.1f} s.")


@contextmanager
def _paused(world: World, kind: _Kind) -> Iterator[tuple[float, float]]:
    """Gives the seconds until it was acknowledged, and those that the last call in flight went on."""
    asked = time.monotonic()
    scope = kind.begin(world)
    switched = ended = time.monotonic()

    def tell(waiting: list[InFlight]) -> None:
        nonlocal ended
        ended = time.monotonic() if not waiting else ended

    quiet = pause.wait_until_quiet(world.engine, scope, 60, tell)
    world.expect(quiet, f"A pause ({kind.name}) was not acknowledged within a minute.")
    yield time.monotonic() - asked, ended - switched
    kind.end(world)


def _has_begun(world: World, goal: int) -> bool:
    return world.begun() >= goal
