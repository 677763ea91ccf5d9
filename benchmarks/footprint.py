"""What Beacon costs while it does little: `python benchmarks/footprint.py`.

Prints how long `beacon --help` takes with bytecode (promise: under 0.2 s), the memory of the whole demo, all
processes and the broker (under 350 MB resident, summed, so that shared pages count for each), and what an
idle install takes of one core (under 2 %).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

IDLE_SECONDS = 30
DEMO_SECONDS = 22  # in the middle of it everything has been used once

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("BEACON_") and name != "PYTHONDONTWRITEBYTECODE"
}
BEACON = [sys.executable, "-m", "campaigns.cli"]


def help_seconds() -> float:
    """The fastest of five, since the machine may be busy."""
    subprocess.run([*BEACON, "--help"], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([*BEACON, "--help"], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


@contextmanager
def running(*arguments: str, **settings: str) -> Iterator[psutil.Process]:
    """The command, once it has started all its parts."""
    process = subprocess.Popen(
        [*BEACON, *arguments],
        env=ENVIRONMENT | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        root = psutil.Process(process.pid)
        deadline = time.monotonic() + 60
        while len(root.children(recursive=True)) < 6:  # broker, its watch, four parts
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("It did not start: is another demo or install using its ports?")
            time.sleep(0.2)
        yield root
    finally:
        process.terminate()
        process.wait()


def demo_megabytes(folder: Path) -> float:
    with running("demo", "--folder", str(folder)) as demo:
        time.sleep(DEMO_SECONDS)
        return float(sum(process.memory_info().rss for process in _family(demo))) / 1_000_000


def idle_percent(folder: Path) -> float:
    port = _free_port()
    settings = {
        "BEACON_DATA_DIR": str(folder),
        "BEACON_HTTP_PORT": str(port),
        "BEACON_PRACTICE_PORT": str(_free_port()),
    }
    with running("up", **settings) as install:
        while not _ready(port):
            time.sleep(0.2)
        time.sleep(5)
        family = _family(install)
        before = [sum(process.cpu_times()[:2]) for process in family]
        time.sleep(IDLE_SECONDS)
        after = [sum(process.cpu_times()[:2]) for process in family]
    return 100 * (sum(after) - sum(before)) / IDLE_SECONDS


def _family(root: psutil.Process) -> list[psutil.Process]:
    return [root, *root.children(recursive=True)]


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5):
            return True
    except (OSError, urllib.error.HTTPError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print(f"beacon --help: {help_seconds():.3f} s (promise: 0.2 s)")
        print(f"whole demo: {demo_megabytes(Path(temporary) / 'demo'):.0f} MB resident (promise: 350 MB)")
        print(f"idle install: {idle_percent(Path(temporary) / 'idle'):.2f} % of one core (promise: 2 %)")
