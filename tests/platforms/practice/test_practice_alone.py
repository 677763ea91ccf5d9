"""The oracle of the engine's tests must not share what they try."""

from __future__ import annotations

import subprocess
import sys

FORBIDDEN = ("fastapi", "sqlalchemy", "sqlmodel", "campaigns.models", "campaigns.plan", "campaigns.deliver")


def test_the_practice_platform_shares_nothing_with_what_it_is_to_judge() -> None:
    loaded = "import sys, campaigns.platforms.practice.server; print(*sys.modules, sep='\\n')"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in modules if name.startswith(FORBIDDEN)] == []
