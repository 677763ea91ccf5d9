"""Who a lane belongs to: one engine in one process, told apart from whoever gets its pid later."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from campaigns.core import hosts
from campaigns.deliver.clock import boot_seconds

if TYPE_CHECKING:
    from pathlib import Path


log = structlog.get_logger(__name__)


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
        self._file: int | None = None
        self._last = boot_seconds()

    def beat(self) -> None:
        """Written over itself, in place: a full disk must not silence it."""
        self._last = boot_seconds()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.pwrite(self._file, b"%020.3f" % self._last, 0)
        except OSError as full:
            log.warning("heartbeat.not_written", error=str(full))

    def own_silence(self) -> float:
        """Seconds since this process last beat, whatever became of the file."""
        return boot_seconds() - self._last

    def silence(self) -> float:
        """Seconds since the last beat that was written; infinite when there never was one."""
        try:
            return max(0.0, boot_seconds() - float(self._path.read_text("ascii")))
        except (OSError, ValueError):
            return float("inf")

    def end(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._path.unlink(missing_ok=True)
