"""Workers killed again and again while posts are due; what is left is finished by one that lives."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.faults.doomed import Doom
    from tests.faults.world import World

PATIENCE = 20.0
"""Seconds a doomed worker may live; one that did not come to its point is killed where it stands."""


def besiege(
    world: World,
    kills: int,
    doom: Callable[[], Doom],
    supply: Callable[[], object],
    *,
    at_once: int = 1,
) -> int:
    """Kills that many workers, `at_once` alive at a time; `supply` plans more posts and is asked often.

    Returns how many never came to their point and were killed where they stood."""
    wanted = world.figures.kills + kills
    strays = 0
    alive: list[tuple[subprocess.Popen[bytes], float]] = []
    while world.figures.kills < wanted:
        supply()
        while len(alive) < min(at_once, wanted - world.figures.kills):
            alive.append((world.start("worker", doom()), time.monotonic() + PATIENCE))
        for process, deadline in list(alive):
            if process.poll() is not None:
                alive.remove((process, deadline))
                if process.returncode != -signal.SIGKILL:
                    raise RuntimeError(f"A worker ended by itself with code {process.returncode}.")
                world.died(process)
            elif time.monotonic() > deadline:
                alive.remove((process, deadline))
                world.kill(process)
                strays += 1
        world.look()
        time.sleep(0.05)
    return strays


def finish(world: World, seconds: float = 90) -> None:
    """A worker that nothing happens to does the rest."""
    world.start("worker")
    world.settle(seconds)
