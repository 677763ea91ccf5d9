"""Everything that may befall a simulated install, by name. Each takes the world and what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.workers import Shell
    from tests.simulation.world import World

NETWORK = (
    "lost_request",
    "reset_request",
    "lost_answer",
    "reset_answer",
    "late",
    "slow",
    "error_before",
    "error_after",
    "unreadable",
    "429",
    "refused_connection",
    "refused",
)
POINTS = (
    "before_intent",
    "intended",
    "answered",
    "preparing",
    "uploaded",
    "looking",
    "replaying",
    "replayed",
)

EXPECTED = (
    *(f"network: {fault}" for fault in NETWORK),
    *(f"crash at {point}" for point in POINTS),
    "poison: dies before the intent",
    "crash before a commit",
    "crash after a commit",
    "database error before the commit",
    "database error after the commit",
    "database away",
    "database slow",
    "sweep without a database",
    "killed at any moment",
    "stopped in order",
    "frozen",
    "thawed",
    "a stopped process was killed",
    "broker down",
    "clock works itself",
    "nudge lost",
    "nudge doubled",
    "nudge delayed or reordered",
    "wall clock +3 h",
    "wall clock -3 h",
    "wall clock +0.02 h",
    "wall clock +8760 h",
    "401",
    "503",
    "429 with Retry-After",
    "token revoked",
    "key replayed",
    "pause acknowledged",
    *(f"person: {act}" for act in ("edits", "moves", "cancels", "hurries", "reconnects", "gives")),
    "person: settle --live",
    "person: settle --again",
)
"""What a run of many seeds must have seen; the report names what it has not."""


def _shell(world: World, slot: str) -> Shell | None:
    shell = world.shells.get(slot)
    return shell if shell and shell.process.alive else None


def network(world: World, call: str, post: int, nth: int, fault: str) -> None:
    world.network[call, post, nth] = fault


def crash_at(world: World, point: str, post: int, nth: int) -> None:
    world.plan_crash(point, post, nth)


def poison(world: World, post: int) -> None:
    """Whoever prepares this post dies, until all faults end."""
    world.poisonous.add(post)


def kill(world: World, slot: str) -> None:
    if shell := _shell(world, slot):
        world.struck("killed at any moment")
        world.crash(shell.process, "by SIGKILL")


def stumble(world: World, slot: str, what: str, side: str) -> None:
    """The next transaction of the slot's journal: a crash or an error, before or after its commit."""
    if shell := _shell(world, slot):
        shell.runtime.stumbles.append((what, side))


def drain(world: World, slot: str) -> None:
    shell = _shell(world, slot)
    if shell and shell.engine:
        world.struck("stopped in order")
        world.tell(f"{shell.process.name} is told to stop")
        shell.process.context.copy().run(shell.engine.stop)
        world.later(40, _replace, world, slot, shell)


def _replace(world: World, slot: str, before: Shell) -> None:
    if world.shells[slot] is before and before.process.alive:
        before.process.die()
        world.start(slot)


def freeze(world: World, slot: str, seconds: float) -> None:
    if shell := _shell(world, slot):
        world.struck("frozen")
        world.tell(f"{shell.process.name} freezes")
        shell.process.freeze()
        world.later(seconds, _thaw, world, shell)


def _thaw(world: World, shell: Shell) -> None:
    if shell.process.alive and shell.process.frozen_since is not None:
        world.struck("thawed")
        world.tell(f"{shell.process.name} goes on")
        shell.process.thaw()


def cut_off(world: World, host: str, seconds: float) -> None:
    world.tell(f"{host or 'everybody'} cannot reach the database for {seconds:.0f} s")
    world.cut_off(host, seconds)


def slow_database(world: World, seconds: float) -> None:
    world.tell(f"the database takes seconds for everything, for {seconds:.0f} s")
    world.slow_until = world.loop.time() + seconds


def broker_down(world: World, seconds: float) -> None:
    world.struck("broker down")
    world.tell(f"the broker is down for {seconds:.0f} s")
    world.broker.up = False
    world.later(seconds, _broker_up, world)


def _broker_up(world: World) -> None:
    world.broker.up = True
    world.stir()


def nudges(world: World, weather: str, seconds: float) -> None:
    world.broker.weather = weather
    world.later(seconds, _fair, world, weather)


def _fair(world: World, weather: str) -> None:
    if world.broker.weather == weather:
        world.broker.weather = ""


def wall_jump(world: World, hours: float) -> None:
    world.struck(f"wall clock {hours:+g} h")
    world.tell(f"the wall clock jumps by {hours:+g} h")
    world.jump(timedelta(hours=hours))


def sick(world: World, account: int, seconds: float) -> None:
    world.tell(f"account {account}'s platform answers 503 for {seconds:.0f} s")
    world.platform.accounts[account].sick_until = world.loop.time() + seconds


def throttle(world: World, account: int, seconds: float) -> None:
    world.tell(f"account {account}'s platform answers 429 for {seconds:.0f} s")
    world.platform.accounts[account].throttled_until = world.loop.time() + seconds


def revoke(world: World, account: int, seconds: float) -> None:
    """The token works no more; a person connects the account again after a while."""
    world.struck("token revoked")
    world.tell(f"account {account}'s token is revoked")
    world.platform.accounts[account].token += 1
    world.later(seconds, world.people.reconnect, account)


def _person(name: str) -> Callable[..., None]:
    def act(world: World, *about: Any) -> None:
        getattr(world.people, name)(*about)

    return act


HAPPENINGS: dict[str, Callable[..., None]] = {
    **{
        call.__name__: call
        for call in (
            network,
            crash_at,
            poison,
            kill,
            stumble,
            drain,
            freeze,
            cut_off,
            slow_database,
            broker_down,
            nudges,
            wall_jump,
            sick,
            throttle,
            revoke,
        )
    },
    **{
        name: _person(name)
        for name in (
            "cancel",
            "hurry",
            "move",
            "edit",
            "pause_install",
            "pause_campaign",
            "pause_account",
        )
    },
}
