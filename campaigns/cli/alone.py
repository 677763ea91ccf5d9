"""From one folder, one Beacon at a time."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from campaigns.core.errors import Conflict
from campaigns.core.folders import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ELSEWHERE = "set BEACON_DATA_DIR to another folder"


@contextmanager
def alone(data_dir: Path, *, otherwise: str) -> Iterator[None]:
    """Holds a lock that ends with this process, however it ends. Raises `Conflict` while another holds it;
    `otherwise` says how to take another folder."""
    if not data_dir.exists():
        private_folder(data_dir)
    run_dir = data_dir / "run"
    private_folder(run_dir)
    with (run_dir / "up.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Conflict(
                f"Beacon already runs from {data_dir} (process {lock.read().strip() or '?'}): "
                f"stop that one first, or {otherwise}."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
