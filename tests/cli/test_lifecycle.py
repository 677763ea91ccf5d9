"""`up` and `demo` as real processes: what they start is gone when they are, whatever ended them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PARTS = {"practice", "web", "clock", "worker"}

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


def _until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Stage:
    """One data directory, and the commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.practice_port = free_port(), free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BEACON_")},
            "BEACON_DATA_DIR": str(folder),
            "BEACON_HTTP_PORT": str(self.port),
            "BEACON_PRACTICE_PORT": str(self.practice_port),
        }
        self._started: list[subprocess.Popen[str]] = []
        self._seen: set[psutil.Process] = set()

    def start(self, *arguments: str, **settings: object) -> subprocess.Popen[str]:
        """`settings` as the environment has them: BEACON_PRACTICE_PORT=8421."""
        process = subprocess.Popen(
            [sys.executable, "-m", "campaigns.cli", *arguments],
            cwd=ROOT,
            env=self._environment | {name: str(value) for name, value in settings.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(process)
        return process

    def family(self, process: subprocess.Popen[str]) -> set[psutil.Process]:
        """Everything it has started; remembered, so that the test can see it gone."""
        found = set(psutil.Process(process.pid).children(recursive=True))
        self._seen |= found
        return found

    def part(self, process: subprocess.Popen[str], name: str) -> psutil.Process | None:
        for child in self.family(process):
            try:
                line = child.cmdline()
            except psutil.Error:
                continue
            if line[1:4] == ["-m", "campaigns.cli.part", name]:
                return child
        return None

    def up(self) -> subprocess.Popen[str]:
        process = self.start("up")
        _until(lambda: self.ready() or process.poll() is not None, "it came up", 90)
        assert process.poll() is None, process.communicate()[0]
        assert {name for name in PARTS if self.part(process, name)} == PARTS
        return process

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                return bool(json.load(answer)["ready"])
        except OSError:
            return False

    def left(self) -> list[str]:
        """What still runs of all that was seen."""
        running = []
        for process in self._seen:
            try:
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    running.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        return running

    def end(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        for survivor in self._seen:
            if survivor.is_running():
                survivor.kill()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path / "data")
    yield stage
    stage.end()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_up_stops_all_that_it_started_when_asked_to(stage: Stage, how: signal.Signals) -> None:
    up = stage.up()
    up.send_signal(how)
    told, _ = up.communicate(timeout=60)
    assert up.returncode == 0
    assert "Stopped." in told
    assert stage.left() == []
    assert not (stage.folder / "run" / "valkey.json").exists()


def test_nothing_is_left_when_the_supervisor_is_killed(stage: Stage) -> None:
    up = stage.up()
    up.kill()
    up.communicate()
    _until(lambda: not stage.left(), "all has ended", 60)


def test_a_part_that_crashes_is_started_again_and_said_so(stage: Stage) -> None:
    up = stage.up()
    clock = stage.part(up, "clock")
    assert clock
    clock.kill()
    _until(lambda: (again := stage.part(up, "clock")) and again != clock, "the clock is back")
    up.send_signal(signal.SIGINT)
    told, _ = up.communicate(timeout=60)
    assert "clock ended unexpectedly (SIGKILL)" in told
    assert stage.left() == []


def test_a_second_one_on_the_same_folder_is_refused_before_it_changes_anything(stage: Stage) -> None:
    first = stage.up()
    second = stage.start("up", BEACON_PRACTICE_PORT=free_port())
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert told.count("\n") == 1
    assert "already runs" in told
    assert first.poll() is None
    accounts, _ = stage.start("account", "list").communicate(timeout=60)
    assert f"http://127.0.0.1:{stage.practice_port}" in accounts


def test_a_port_that_is_taken_is_named_before_anything_starts(stage: Stage) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", stage.port))
        squatter.listen()
        up = stage.start("up")
        told, _ = up.communicate(timeout=60)
    assert up.returncode == 1
    assert "BEACON_HTTP_PORT" in told


def _until_sent(demo: subprocess.Popen[str], posts: int) -> None:
    assert demo.stdout
    sent = 0
    while sent < posts:
        said = demo.stdout.readline()
        assert said, "it ended early"
        sent = max(sent, *map(int, re.findall(r"(\d+) sent", said)), 0)


def test_a_second_demo_is_refused_and_does_not_disturb_the_first(stage: Stage) -> None:
    first = stage.start("demo", "--until-done", "--folder", str(stage.folder))
    _until_sent(first, 1)
    second = stage.start("demo", "--folder", str(stage.folder))
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "already runs" in told
    assert "--folder" in told
    told, _ = first.communicate(timeout=120)
    assert first.returncode == 0, told
    assert "12 of 12 posts are out" in told


def test_the_demo_goes_on_where_it_was_stopped_and_begins_a_new_round_when_all_is_out(stage: Stage) -> None:
    first = stage.start("demo", "--folder", str(stage.folder))
    _until_sent(first, 3)
    stage.family(first)
    first.send_signal(signal.SIGINT)
    told, _ = first.communicate(timeout=60)
    assert first.returncode == 0
    assert "goes on where it was" in told
    assert stage.left() == []

    second = stage.start("demo", "--until-done", "--folder", str(stage.folder))
    told, _ = second.communicate(timeout=120)
    assert second.returncode == 0, told
    assert "round 1" in told
    assert "12 of 12 posts are out" in told

    third = stage.start("demo", "--folder", str(stage.folder))
    assert third.stdout
    assert "round 2" in third.stdout.readline()
    stage.family(third)
    third.send_signal(signal.SIGINT)
    third.communicate(timeout=60)
    assert stage.left() == []
