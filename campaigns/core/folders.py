"""Folders that only their owner may look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.core.errors import Unusable

if TYPE_CHECKING:
    from pathlib import Path


def private_folder(path: Path) -> Path:
    """Makes the folder, and takes everybody else's rights to it; raises `Unusable` where it cannot."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.stat().st_mode & 0o77:
            path.chmod(0o700)
    except OSError as trouble:
        raise Unusable(
            f"The folder {path} cannot be made or made private ({trouble.strerror}); "
            "mend its rights or set BEACON_DATA_DIR to another one."
        ) from trouble
    return path
