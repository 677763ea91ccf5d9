"""Strangers' images are opened in a process of their own: what a decoder takes in memory, or breaks, ends
with it, and the web process stays small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from campaigns.core.mediastore import Facts, MediaTrouble

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = 60.0  # seconds
AT_ONCE = 2

_room = threading.BoundedSemaphore(AT_ONCE)


def keep_apart(media_dir: Path, path: Path) -> tuple[str, Facts]:
    """Keeps the image as `mediastore.keep_cleaned` does; returns the SHA-256 of what came in, and what is
    kept. Raises `MediaTrouble`."""
    told = _ask("keep", media_dir, str(path))
    return told["given"], Facts(**told["kept"])


def make_small_apart(media_dir: Path, digest: str) -> None:
    """Makes the small picture of an image that is kept. Raises `MediaTrouble`."""
    _ask("small", media_dir, digest)


def _ask(verb: str, media_dir: Path, what: str) -> dict[str, Any]:
    with _room:
        try:
            done = subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, "-m", "campaigns.core.imaging", verb, str(media_dir.resolve()), what],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if not name.startswith("BEACON_")},
                timeout=DEADLINE,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise MediaTrouble("takes too long to read; save it smaller.") from slow
    if done.returncode:
        raise MediaTrouble("can't be opened: it is damaged, or far too large once it is unfolded.")
    told: dict[str, Any] = json.loads(done.stdout)
    if "trouble" in told:
        raise MediaTrouble(told["trouble"])
    return told
