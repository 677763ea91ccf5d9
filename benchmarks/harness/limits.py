"""What nobody can pass: the same HTTP client with no bookkeeping, or the sink fed by something faster."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import psutil

from benchmarks.harness.environment import HOUSE, environment
from benchmarks.harness.round import check, cpu_figures
from benchmarks.harness.sampling import Meter
from benchmarks.harness.sinking import running_sink

if TYPE_CHECKING:
    from benchmarks.harness.work import Work


def once(module: str, work: Work, processes: int) -> dict[str, float]:
    """`module` sends every post, each process its share of the accounts."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beacon-bench-")))
        sink = stack.enter_context(running_sink())
        senders = [
            stack.enter_context(_Sender(module, sink.url, _share(work, folder, index, processes), work.every))
            for index in range(processes)
        ]
        ours = [psutil.Process(sender.process.pid) for sender in senders]
        with Meter({"own": ours, "sink": [sink.process]}, ours) as meter:
            began = time.time()
            for sender in senders:
                sender.go()
            for sender in senders:
                sender.wait_for("done")
        seconds = sink.arrivals()[-1][0] - began
        return {
            "posts_per_second": work.posts / seconds,
            "seconds": seconds,
            **cpu_figures(meter, work.posts),
            "memory_mb": meter.megabytes,
            "sink_busy": meter.cpu["sink"] / seconds,
            **check(sink, work),
        }


def _share(work: Work, folder: Path, index: int, processes: int) -> Path:
    lanes: dict[int, list[str]] = {}
    for number, text in work.texts():
        account = work.account(number)
        if account % processes == index:
            lanes.setdefault(account, []).append(text)
    path = folder / f"share{index}.json"
    path.write_text(json.dumps(list(lanes.values())), "utf-8")
    return path


class _Sender:
    def __init__(self, module: str, url: str, share: Path, every: float) -> None:
        self._command = [sys.executable, "-m", module, f"{url}/api/posts", str(share), str(every)]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self._command,
            cwd=HOUSE,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.wait_for("ready")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def go(self) -> None:
        line: IO[str] | None = self.process.stdin
        if line:
            line.write("go\n")
            line.flush()

    def wait_for(self, word: str) -> None:
        if self.process.stdout is None or self.process.stdout.readline().strip() != word:
            raise RuntimeError(f"{self._command[2]} ended before it was {word}.")
