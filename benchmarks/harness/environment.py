"""The environment of everything that is measured: no settings of whoever starts it, bytecode allowed."""

from __future__ import annotations

import os
from pathlib import Path

HOUSE = Path(__file__).parents[2]


def environment(**more: str) -> dict[str, str]:
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BEACON_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return ours | more
