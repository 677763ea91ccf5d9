"""Which process a pid means."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from campaigns.core import hosts

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def _started(pid: int) -> str:
    started = hosts.start_time(pid)
    assert started
    return started


def test_two_processes_of_one_host_agree_on_its_id() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from campaigns.core.hosts import host_id; print(host_id())"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == hosts.host_id()


def test_a_running_process_is_known_by_pid_and_start() -> None:
    assert hosts.alive(os.getpid(), _started(os.getpid()))


def test_a_pid_with_another_start_is_another_process() -> None:
    assert not hosts.alive(os.getpid(), "1")


def test_a_process_that_ended_unreaped_is_not_alive(sleeper: subprocess.Popen[bytes]) -> None:
    started = _started(sleeper.pid)
    assert hosts.kill_exactly(sleeper.pid, started)
    assert not hosts.alive(sleeper.pid, started)


def test_killing_spares_a_stranger_who_got_the_same_number(sleeper: subprocess.Popen[bytes]) -> None:
    assert hosts.kill_exactly(sleeper.pid, "1"), "the process once meant has surely ended"
    assert sleeper.poll() is None


def test_killing_what_has_long_gone_succeeds(sleeper: subprocess.Popen[bytes]) -> None:
    started = _started(sleeper.pid)
    sleeper.kill()
    sleeper.wait()
    assert hosts.kill_exactly(sleeper.pid, started)
    assert hosts.start_time(sleeper.pid) is None


def test_a_program_with_brackets_in_its_name_is_read_rightly() -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import ctypes,sys; ctypes.CDLL(None).prctl(15, b') R 1 (', 0, 0, 0); input()",
        ],
        stdin=subprocess.PIPE,
    )
    try:
        assert hosts.alive(process.pid, _started(process.pid))
    finally:
        process.kill()
        process.communicate()
