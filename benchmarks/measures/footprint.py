"""What Beacon costs while it does little: `--help`, the whole demo, and a whole idle install."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from benchmarks.harness.environment import HOUSE, environment
from benchmarks.harness.measure import Column, Measure
from benchmarks.harness.sampling import cpu_seconds, family, megabytes
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.harness.measure import Bench, Figures

IDLE_SECONDS, QUICK_IDLE_SECONDS = 20, 8
DEMO_SECONDS = 22  # in the middle of it everything has been used once
BEACON = [sys.executable, "-m", "campaigns.cli"]
PARTS = 6  # broker, its watch, and four parts


def _help(bench: Bench) -> Figures:
    """The fastest of five, since the machine may be busy."""
    times = []
    for _ in range(bench.scaled(5, 2) + 1):
        began = time.perf_counter()
        subprocess.run(
            [*BEACON, "--help"], cwd=HOUSE, env=environment(), check=True, stdout=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - began)
    return {"seconds": min(times[1:])}


def _demo(_bench: Bench) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="beacon-bench-") as folder,
        _running("demo", "--folder", folder) as demo,
    ):
        time.sleep(DEMO_SECONDS)
        return _memory(demo)


def _idle(bench: Bench) -> Figures:
    seconds = bench.scaled(IDLE_SECONDS, QUICK_IDLE_SECONDS)
    with tempfile.TemporaryDirectory(prefix="beacon-bench-") as folder:
        port = free_port()
        settings = {
            "BEACON_DATA_DIR": folder,
            "BEACON_HTTP_PORT": str(port),
            "BEACON_PRACTICE_PORT": str(free_port()),
        }
        with _running("up", **settings) as install:
            while not _ready(port):
                time.sleep(0.2)
            time.sleep(5)
            before = cpu_seconds(install)
            time.sleep(seconds)
            used = cpu_seconds(install) - before
            return {**_memory(install), "core_share": used / seconds}


def _memory(root: psutil.Process) -> Figures:
    resident = sum(process.memory_info().rss for process in family(root)) / 1e6
    return {"memory_mb": megabytes(root), "resident_mb": resident}


@contextmanager
def _running(*arguments: str, **settings: str) -> Iterator[psutil.Process]:
    """The command, once it has started all its parts."""
    process = subprocess.Popen(
        [*BEACON, *arguments],
        cwd=HOUSE,
        env=environment(**settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        root = psutil.Process(process.pid)
        deadline = time.monotonic() + 120
        while len(root.children(recursive=True)) < PARTS:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"`beacon {arguments[0]}` did not start all its parts.")
            time.sleep(0.2)
        yield root
    finally:
        process.terminate()
        process.wait()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5):
            return True
    except (OSError, urllib.error.HTTPError):
        return False


MEASURE = Measure(
    name="footprint",
    title="While it does little",
    told=(
        "`beacon --help` is the fastest of five. The idle install is `beacon up` on SQLite with nothing "
        "planned: web, clock, worker and practice platform, their supervisor and the broker. Memory counts "
        "each shared page once; *resident* counts it once for each process that has it."
    ),
    subjects={"beacon --help": _help, "the whole demo": _demo, "a whole idle install": _idle},
    columns=(
        Column("seconds", "seconds"),
        Column("memory_mb", "MB", ",.0f"),
        Column("resident_mb", "resident", ",.0f"),
        Column("core_share", "of one core", ".1%"),
    ),
    rounds=1,
)
