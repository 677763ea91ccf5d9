"""`python -m campaigns.cli.part NAME LEASH ...`: one part, as the supervisor starts it.

Beside `beacon NAME` only because it does not import Typer, which would cost each part about 8 MB.
"""

from __future__ import annotations

import sys

from campaigns.cli.guard import guarded

# structlog imports Rich where it finds it, for tracebacks in colour: 7 MB that no part needs.
sys.modules["rich"] = None  # type: ignore[assignment]  # Python's own way to say: not to be found


def main(name: str, leash: int, *arguments: str) -> int:
    """Runs web, clock, worker, or practice with its port and folder; returns its exit code."""

    def run() -> None:
        from campaigns.cli.serving import PARTS

        PARTS[name](leash, *arguments)

    return guarded(run)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
