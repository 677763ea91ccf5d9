"""`python -m tests.mutants`: breaks the engine on purpose, and prints which test caught each breakage."""

from __future__ import annotations

import argparse
import sys

from tests.mutants.catalogue import MUTANTS
from tests.mutants.hunt import catcher


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="those whose name holds these words")
    chosen = [mutant for mutant in MUTANTS if parser.parse_args().only in mutant.name]
    alive = []
    for number, mutant in enumerate(chosen, start=1):
        caught = catcher(mutant)
        if caught is None:
            alive.append(mutant.name)
        _say(f"{number:2}/{len(chosen)}  {mutant.name}: {f'caught by {caught}' if caught else 'ALIVE'}")
    _say(f"Caught {len(chosen) - len(alive)} of {len(chosen)}.")
    return 1 if alive else 0


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
