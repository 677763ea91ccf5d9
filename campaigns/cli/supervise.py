"""The supervisor: starts the parts of an install, starts again what crashed, stops all in order.

It imports neither the database nor Celery, to stay small: it lives as long as the install.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING, Self

from campaigns.cli.leash import Leash
from campaigns.core.folders import private_folder
from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from campaigns.cli.ground import Ground
    from campaigns.core.signals import Signals

STOP_ORDER = ("clock", "worker", "web", "practice")
FIRST_BACK_OFF, LONGEST_BACK_OFF = 0.5, 30.0  # seconds between two starts of what keeps crashing
LIVED_WELL = 60.0  # seconds after which a crash is no longer counted with the ones before
PATIENCE = 15.0  # seconds a part has to stop, beside what a call to a platform may take


class Child:
    """One part, in a process group of its own, so that Ctrl-C reaches it only through us."""

    def __init__(self, name: str, arguments: Iterable[str], log: Path | None) -> None:
        self.name, self._arguments, self._log = name, list(arguments), log
        self.process: subprocess.Popen[bytes] | None = None
        self.crashes = 0
        self.next_start = 0.0
        self._began = 0.0

    def start(self, leash: Leash, keep: tuple[int, ...], environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "campaigns.cli.part", self.name, str(leash.child_end)]
        command += self._arguments
        with self._output() as output:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(leash.child_end, *keep),
                env=environment,
            )
        self._began = time.monotonic()

    def ended(self) -> int | None:
        """Its exit code, once, after it ended by itself; plans its next start."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        if time.monotonic() - self._began > LIVED_WELL:
            self.crashes = 0
        self.next_start = time.monotonic() + min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2**self.crashes)
        self.crashes += 1
        return code

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the part; SIGKILL to its whole group."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number is signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)

    @contextlib.contextmanager
    def _output(self) -> Iterator[IO[bytes] | None]:
        if self._log is None:
            yield None
            return
        with self._log.open("ab") as log:
            yield log


class Supervisor:
    """Use as a context manager; call `tick` now and then; leaving it stops everything in order."""

    def __init__(
        self,
        ground: Ground,
        signals: Signals,
        tell: Callable[[str], None],
        *,
        parts: Iterable[str],
        logs: Path | None = None,
    ) -> None:
        """`parts`: which of web, clock, worker, practice. `logs`: folder for their output; None: ours."""
        self._ground, self._signals, self._tell = ground, signals, tell
        # practice reads no settings, so that it stays small too
        told = {"practice": (str(ground.practice_port), str(ground.data_dir))}
        self._children = [
            Child(part, told.get(part, ()), logs / f"{part}.log" if logs else None) for part in parts
        ]
        self._logs = logs
        self._broker = Broker(ground)
        self._leash: Leash | None = None
        self._environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        private_folder(self._ground.run_dir)
        if self._logs:
            private_folder(self._logs)
        self._leash = Leash()
        url = self._broker.start()
        # glibc otherwise keeps a memory arena a thread: about 20 MB over all parts
        self._environment = os.environ | {"BEACON_REDIS_URL": url, "MALLOC_ARENA_MAX": "2"}
        try:
            for child in self._children:
                child.start(self._leash, self._broker.keep_fds, self._environment)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def tick(self) -> None:
        """Starts again what has crashed, after a pause that grows with every crash."""
        if not self._broker.alive():
            self._tell("The broker ended unexpectedly; it is started again.")
            self._broker.start()
        for child in self._children:
            code = child.ended()
            if code is not None:
                wait = max(0.0, child.next_start - time.monotonic())
                self._tell(
                    f"{child.name} ended unexpectedly ({_why(code)}); it starts again in {wait:.1f} s."
                )
            elif child.process is None and time.monotonic() >= child.next_start and self._leash:
                child.start(self._leash, self._broker.keep_fds, self._environment)

    def stop(self) -> None:
        """Clock, worker, web, practice, then the broker; each is waited for. One more signal hurries."""
        before = self._signals.stops
        for child in sorted(self._children, key=lambda child: STOP_ORDER.index(child.name)):
            self._stop_child(child, before)
        self._broker.stop()
        if self._leash:
            self._leash.close()
            self._leash = None

    def _stop_child(self, child: Child, stops_before: int) -> None:
        child.signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE + self._ground.call_deadline
        while child.running():
            if self._signals.stops > stops_before or time.monotonic() > deadline:
                child.signal(signal.SIGKILL)
            self._signals.wait(0.2)
        child.signal(signal.SIGKILL)  # whatever it left in its group
        child.process = None


def _why(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
