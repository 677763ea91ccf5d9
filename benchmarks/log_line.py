"""What one line of the log costs the engine, which writes one an outcome: `python benchmarks/log_line.py`.

Promise: at most 40 microseconds of CPU, and at most 5 times what writing the same JSON costs bare.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from config import logging

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 20_000
FIELDS = {"delivery": 1, "part": 1, "account": "hope", "attempt": "d82e1fa2b3f1.1"}
FIELDS |= {"outcome": "published", "reason": ""}


def cost(write: Callable[[], object]) -> float:
    """Microseconds of CPU a line, the fastest of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(LINES):
            write()
        rounds.append(time.process_time() - began)
    return min(rounds) / LINES * 1e6


def main() -> int:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device
        sys.stderr = nowhere
        logging.set_up("INFO", "json")
        log = structlog.get_logger("benchmark")
        ours = cost(lambda: log.info("delivery.outcome", **FIELDS))
        bare = cost(
            lambda: nowhere.write(json.dumps({**FIELDS, "timestamp": datetime.now(UTC).isoformat()}) + "\n")
        )
        sys.stderr = sys.__stderr__
    print(f"a line of the log: {ours:.1f} us, {ours / bare:.1f} times the same JSON written bare")
    return int(ours > 40 or ours > 5 * bare)


if __name__ == "__main__":
    sys.exit(main())
