"""CPU and memory over whole families of processes: what they used, whoever of them has ended since."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

SAMPLE_SECONDS = 0.5
HARNESS = "harness"


def family(*roots: psutil.Process) -> list[psutil.Process]:
    members: list[psutil.Process] = []
    for root in roots:
        members.append(root)
        members += root.children(recursive=True)
    return members


def cpu_seconds(*roots: psutil.Process) -> float:
    """User and system time of the roots and all below them, since they began.

    A parent that waits for a child takes its time over, so the sum never falls when one ends.
    """
    total = 0.0
    for process in family(*roots):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def megabytes(*roots: psutil.Process) -> float:
    """Memory, each shared page counted once (PSS); where the system does not tell, resident size."""
    total = 0
    for process in family(*roots):
        try:
            total += _proportional(process)
        except (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
            continue
    return total / 1e6


def _proportional(process: psutil.Process) -> int:
    if not psutil.LINUX:
        return int(process.memory_info().rss)
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as told:  # noqa: PTH123 - no file
        return next(int(line.split()[1]) * 1024 for line in told if line.startswith("Pss:"))


class Meter:
    """From entering to leaving: seconds of CPU of each group of families, the most memory of `weigh`, and
    `foreign`: the share of the machine that others took meanwhile, who are no part of the measurement."""

    def __init__(
        self, groups: Mapping[str, Sequence[psutil.Process]], weigh: Sequence[psutil.Process]
    ) -> None:
        self._groups, self._weigh = groups, weigh
        self.cpu: dict[str, float] = {}
        self.megabytes = self.foreign = 0.0
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._began, self._machine = time.monotonic(), _machine_seconds()
        self._before = self._used()
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        after = self._used()
        spent = {name: after[name] - self._before[name] for name in after}
        ours = sum(spent.values())
        whole = (time.monotonic() - self._began) * (psutil.cpu_count() or 1)
        self.foreign = max(0.0, _machine_seconds() - self._machine - ours) / whole
        spent.pop(HARNESS)
        self.cpu = spent
        self._ended.set()
        self._sampler.join()

    def _used(self) -> dict[str, float]:
        used = {name: cpu_seconds(*roots) for name, roots in self._groups.items()}
        return {**used, HARNESS: sum(psutil.Process().cpu_times()[:2])}

    def _sample(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, megabytes(*self._weigh))
            if self._ended.wait(SAMPLE_SECONDS):
                return


def _machine_seconds() -> float:
    """What all cores together have worked since they were switched on."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # counted in user as well
    return float(sum(times) - idle - guests)
