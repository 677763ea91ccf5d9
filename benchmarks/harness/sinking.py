"""The sink as a process of its own, and what it says arrived."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.harness.environment import HOUSE, environment

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Sinkhole:
    """A running sink."""

    url: str
    process: psutil.Process

    def count(self) -> int:
        return int(self._get("count")["posts"])

    def arrivals(self) -> list[tuple[float, str]]:
        """When each post came (seconds since 1970) and its text, in that order."""
        return [(moment, text) for moment, text in self._get("arrivals")]

    def _get(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{what}", timeout=30) as answer:  # noqa: S310 - loopback
            return json.load(answer)


@contextmanager
def running_sink(latency: float = 0.0) -> Iterator[Sinkhole]:
    """A fresh sink on a free port; `latency` in seconds before each answer."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.harness.sink", "0", "--latency", str(latency)],
        cwd=HOUSE,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None or not (said := process.stdout.readline()):
            raise RuntimeError("The sink did not start.")
        yield Sinkhole(f"http://127.0.0.1:{said.split()[-1]}", psutil.Process(process.pid))
    finally:
        process.kill()
        process.communicate()
