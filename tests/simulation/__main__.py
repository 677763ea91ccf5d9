"""`python -m tests.simulation --seeds N --first S`: many seeds, or one with its story."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.coverage import Coverage
from tests.simulation.generate import generate
from tests.simulation.report import report
from tests.simulation.run import play
from tests.simulation.shrink import shrink


def main() -> int:
    asked = _arguments()
    if asked.seed is not None:
        return _one(asked.seed, asked.days)
    coverage, failed = Coverage(), []
    began = time.perf_counter()
    for seed in range(asked.first, asked.first + asked.seeds):
        outcome = play(generate(seed, asked.days))
        coverage.add(outcome.coverage)
        if outcome.violations:
            failed.append(seed)
            _say(f"seed {seed}: {outcome.violations[0].kind}: {outcome.violations[0].what}")
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{seed - asked.first + 1}/{asked.seeds}")
    seconds = time.perf_counter() - began
    _say(report(coverage, asked.seeds, asked.days, seconds, failed))
    return 1 if failed else 0


def _one(seed: int, days: int) -> int:
    scenario = generate(seed, days)
    outcome = play(scenario)
    if not outcome.violations:
        _say("\n".join(outcome.lines))
        _say(f"seed {seed} is clean; its story has digest {outcome.digest}")
        return 0
    smallest = shrink(scenario, outcome.violations[0].kind)
    _say(smallest.story())
    return 1


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--days", type=int, default=2, help="campaign days in each")
    parser.add_argument("--seed", type=int, help="run this one alone, and tell its story")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
