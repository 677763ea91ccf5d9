"""One scenario played to its end."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.simulation.life import live
from tests.simulation.world import World

if TYPE_CHECKING:
    from tests.simulation.coverage import Coverage
    from tests.simulation.oracle import Violation
    from tests.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    violations: list[Violation]
    lines: list[str]
    coverage: Coverage

    @property
    def digest(self) -> str:
        """The same for the same seed, bit for bit."""
        return sha256("\n".join(self.lines).encode()).hexdigest()[:16]


def play(scenario: Scenario) -> Outcome:
    gc.disable()  # a world is one heap of rings: sweeping it once, when it has ended, is a fifth quicker
    try:
        world = World(scenario)
        live(world)
    finally:
        gc.enable()
    return Outcome(world.violations, world.lines, world.coverage)
