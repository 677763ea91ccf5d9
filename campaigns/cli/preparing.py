"""Work in a process of its own, so that what it imports does not stay with the supervisor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def prepare(*step: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Runs `beacon prepare STEP ...` and returns what it told as JSON. When it fails, it has said why, and
    its exit code becomes ours."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "campaigns.cli", "prepare", *step],
        stdout=subprocess.PIPE,
        env=environment or os.environ,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
