"""Who a lane belongs to: one engine in one process, told apart from whoever gets its pid later."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core import hosts
from campaigns.deliver.clock import boot_seconds

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Owner:
    host: str
    pid: int
    started: str
    nonce: str

    @classmethod
    def here(cls) -> Owner:
        """A new owner in this process."""
        pid = os.getpid()
        return cls(hosts.host_id(), pid, hosts.start_time(pid) or "", secrets.token_hex(6))

    @classmethod
    def parse(cls, text: str) -> Owner:
        host, pid, started, nonce = text.split("|")
        return cls(host, int(pid), started, nonce)

    def __str__(self) -> str:
        return f"{self.host}|{self.pid}|{self.started}|{self.nonce}"

    @property
    def is_local(self) -> bool:
        """Whether its process can be seen from here."""
        return self.host == hosts.host_id()

    def is_alive(self) -> bool:
        return hosts.alive(self.pid, self.started)

    def kill(self) -> bool:
        """Ends its process; True when it has surely ended."""
        return hosts.kill_exactly(self.pid, self.started)


class Heartbeat:
    """A local file, not the database: it says that the engine's loop turns, even while the database is away.

    It holds seconds on the boot clock, which no change of the wall clock moves.
    """

    def __init__(self, folder: Path, nonce: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / nonce

    def beat(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{boot_seconds():.3f}", "ascii")
        fresh.replace(self._path)

    def silence(self) -> float:
        """Seconds since the last beat; infinite when there never was one."""
        try:
            return boot_seconds() - float(self._path.read_text("ascii"))
        except (OSError, ValueError):
            return float("inf")

    def end(self) -> None:
        self._path.unlink(missing_ok=True)
