"""Cuts a failing scenario down while it still breaks the same promise, and tells what is left as a story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.simulation.run import play

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.simulation.run import Outcome
    from tests.simulation.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Smallest:
    scenario: Scenario
    outcome: Outcome
    plays: int

    def story(self) -> str:
        scenario = self.scenario
        kinds = {plan.id: plan.kind for plan in scenario.accounts}
        head = [
            f"seed {scenario.seed}: {self.outcome.violations[0].kind}: {self.outcome.violations[0].what}",
            f"({len(scenario.posts)} posts and {len(scenario.happenings)} happenings, {self.plays} plays)",
            "",
            *(
                f"post {one.id} on {kinds[one.account]}{one.account}, due {one.due:.0f} s, "
                f"{len(one.texts)} parts, late {one.late_within} s then {one.late_then}"
                f"{', urgent' if one.urgent else ''}{', essential' if one.essential else ''}"
                f"{', with image' if one.image else ''}"
                for one in scenario.posts
            ),
            *(f"at {one.at:.3f} s: {one}" for one in scenario.happenings),
            "",
        ]
        return "\n".join([*head, *self.outcome.lines])


def shrink(scenario: Scenario, kind: str) -> Smallest:
    """The smallest scenario found by leaving out halves, quarters, ... and single pieces."""
    plays = 0
    best = play(scenario)

    def fails(candidate: Scenario) -> bool:
        nonlocal plays, best
        plays += 1
        outcome = play(candidate)
        if outcome.violations and outcome.violations[0].kind == kind:
            best = outcome
            return True
        return False

    before = None
    while before != scenario:
        before = scenario
        for name in ("happenings", "posts", "workers", "clocks"):
            scenario = _without(scenario, name, fails)
    return Smallest(scenario, best, plays)


def _without(scenario: Scenario, name: str, fails: Callable[[Scenario], bool]) -> Scenario:
    least = 1 if name in {"posts", "workers", "clocks"} else 0
    pieces: Sequence[Any] = getattr(scenario, name)
    size = max(1, len(pieces) // 2)
    while size:
        first = 0
        while first < len(pieces):
            fewer = (*pieces[:first], *pieces[first + size :])
            left_out: dict[str, Any] = {name: fewer}
            candidate = replace(scenario, **left_out)
            if len(fewer) >= least and fails(candidate):
                scenario, pieces = candidate, fewer
            else:
                first += size
        size //= 2
    return scenario
