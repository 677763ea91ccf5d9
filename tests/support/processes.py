"""Real clocks and workers as processes of their own, to be stopped and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workers.broker import Broker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.settings import Settings


class Processes:
    """Whatever was started here is gone when the test ends."""

    def __init__(self, settings: Settings, broker_url: str, within: Sequence[str] = ()) -> None:
        """`within`: a command that runs them, such as one that enters another host's namespaces."""
        self._settings, self._broker_url, self._within = settings, broker_url, within
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *module: str) -> subprocess.Popen[bytes]:
        """`clock` or `worker`, or another module with its arguments in that part; its log stands in the data
        directory."""
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        with (self._settings.data_dir / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*self._within, sys.executable, "-m", *(module or ("campaigns.cli", name))],
                cwd=Path(__file__).parents[2],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def log(self, name: str) -> str:
        return (self._settings.data_dir / f"{name}.log").read_text("utf-8", "replace")

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()

    def _environment(self) -> dict[str, str]:
        named = self._settings.model_dump(exclude_unset=True, mode="json")
        named |= {"secret_key": self._settings.secret_key.get_secret_value()}  # a dump hides it
        ours = {f"BEACON_{name.upper()}": str(value) for name, value in named.items()}
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**inherited, **ours, "BEACON_REDIS_URL": self._broker_url}


@contextmanager
def process_group(settings: Settings) -> Iterator[Processes]:
    """A broker of its own, and processes on it."""
    with Broker(settings) as url:
        processes = Processes(settings, url)
        try:
            yield processes
        finally:
            processes.end()
